package io.wharfgate.config;

import io.wharfgate.yaml.Shown;
import java.util.Locale;

/** {@code true} and {@code false}, and nothing else: YAML 1.1 reads "no" as false, YAML 1.2 as text. */
record BooleanFormat() implements Format<Boolean> {

    @Override
    public Boolean parse(Given.One given) throws InvalidValueException {
        return switch (given.text()) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new InvalidValueException(Shown.quoted(given.text()) + " is neither true nor false; write "
                        + switch (given.text().toLowerCase(Locale.ROOT)) {
                            case "yes", "on", "true", "y", "1" -> "true";
                            case "no", "off", "false", "n", "0" -> "false";
                            default -> "true or false";
                        });
        };
    }
}
