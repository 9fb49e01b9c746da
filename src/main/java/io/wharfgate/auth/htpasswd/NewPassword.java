package io.wharfgate.auth.htpasswd;

import io.wharfgate.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Which passwords may be set. What is in a file already is not judged by this. */
public final class NewPassword {

    private NewPassword() {}

    /** What is wrong with a password, without any part of it; empty when nothing is. */
    public static Optional<String> problem(Secret password) {
        String text = password.reveal();
        if (text.isEmpty()) {
            return Optional.of("the password is empty");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("the password has a control character (a line break, a tab): clients cannot send it "
                    + "(RFC 7617 section 2)");
        }
        if (text.codePoints().anyMatch(c -> c == 0xFFFD || Character.getType(c) == Character.SURROGATE)) {
            return Optional.of(
                    "the password has a character that could not be read; set a UTF-8 locale (LC_ALL=C.UTF-8)");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > BcryptHash.SIGNIFICANT_BYTES) {
            return Optional.of("the password is longer than 72 bytes, and bcrypt would use only the first 72 of them; "
                    + "choose a shorter one");
        }
        return Optional.empty();
    }
}
