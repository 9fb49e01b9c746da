package io.wharfgate.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses written as numbers. Never asks DNS. */
final class IpAddress {

    private static final Pattern V4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!\\z)|\\z)){4}");

    /**
     * Only what cannot be a name: {@link InetAddress#getByName} asks DNS for whatever has no colon, or starts with
     * neither a hexadecimal digit nor a colon.
     */
    private static final Pattern V6_LETTERS = Pattern.compile("(?=[^:]*:)[0-9A-Fa-f:][0-9A-Fa-f:.]*");

    private IpAddress() {}

    static Optional<InetAddress> parse(String text) {
        if (!V4.matcher(text).matches() && !V6_LETTERS.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
