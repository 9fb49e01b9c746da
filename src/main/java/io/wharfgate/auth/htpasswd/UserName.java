package io.wharfgate.auth.htpasswd;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Which user names a password file can hold. */
public final class UserName {

    /** In bytes of UTF-8; that of Apache's tool. */
    private static final int LONGEST = 255;

    private UserName() {}

    /** What is wrong with a name that a line of a file has. */
    static Optional<String> problemInFile(String name) {
        if (name.isEmpty()) {
            return Optional.of("there is no user name before the colon");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            return Optional.of("the user name is longer than " + LONGEST + " bytes");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("the user name has a control character");
        }
        return Optional.empty();
    }

    /** What is wrong with a name that is to be written to a file; empty when nothing is. */
    public static Optional<String> problem(String name) {
        if (name.indexOf(':') >= 0) {
            return Optional.of("a user name cannot have a colon: it ends the name, in the file and in HTTP");
        }
        if (name.startsWith("#")) {
            return Optional.of("a user name cannot begin with '#': that begins a comment in the file");
        }
        if (!name.strip().equals(name)) {
            return Optional.of("a user name cannot begin or end with a space");
        }
        if (name.codePoints().anyMatch(UserName::undecodable)) {
            return Optional.of(
                    "the user name has a character that could not be read; set a UTF-8 locale (LC_ALL=C.UTF-8)");
        }
        return name.isEmpty() ? Optional.of("the user name is empty") : problemInFile(name);
    }

    /** What Java makes of an argument in a terminal whose locale is not that of the service; and a byte order mark. */
    private static boolean undecodable(int codePoint) {
        return codePoint == 0xFFFD || codePoint == 0xFEFF || Character.getType(codePoint) == Character.SURROGATE;
    }
}
