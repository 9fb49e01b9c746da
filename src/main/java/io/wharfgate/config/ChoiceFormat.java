package io.wharfgate.config;

import io.wharfgate.yaml.Shown;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** One of a few words: the constants of an enum, in small letters. */
record ChoiceFormat<E extends Enum<E>>(Class<E> type) implements Format<E> {

    @Override
    public E parse(Given.One given) throws InvalidValueException {
        for (E choice : type.getEnumConstants()) {
            if (show(choice).equals(given.text())) {
                return choice;
            }
        }
        String choices = Arrays.stream(type.getEnumConstants()).map(this::show).collect(Collectors.joining(", "));
        throw new InvalidValueException(
                Shown.quoted(given.text()) + " is not one of the choices; write one of: " + choices);
    }

    @Override
    public String show(E choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
