package io.wharfgate.client;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image runs on, such as {@code linux/arm64/v8} (OCI image specification, "Image Index", platform).
 *
 * @param variant of the processor; empty: any
 */
public record Platform(String os, String architecture, Optional<String> variant) {

    private static final String PART = "[A-Za-z0-9_.-]{1,64}";
    private static final Pattern FORM = Pattern.compile("(" + PART + ")/(" + PART + ")(?:/(" + PART + "))?");

    /**
     * Reads what people write: {@code linux/amd64}, {@code linux/arm/v7}.
     *
     * @throws IllegalArgumentException with a message for the operator
     */
    public static Platform parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "write a platform like linux/amd64 or linux/arm/v7, not '" + Printable.of(text) + "'");
        }
        return new Platform(parts.group(1), parts.group(2), Optional.ofNullable(parts.group(3)));
    }

    /** Linux on the processor of this machine. */
    public static Platform ofThisMachine() {
        String name = System.getProperty("os.arch", "amd64").toLowerCase(Locale.ROOT);
        String architecture = switch (name) {
            case "x86_64", "amd64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> name;
        };
        return new Platform("linux", architecture, Optional.empty());
    }

    /** Whether an image for the other one is what is wanted. */
    public boolean accepts(Platform other) {
        return os.equals(other.os)
                && architecture.equals(other.architecture)
                && (variant.isEmpty() || variant.equals(other.variant));
    }

    @Override
    public String toString() {
        return os + "/" + architecture + variant.map(v -> "/" + v).orElse("");
    }
}
