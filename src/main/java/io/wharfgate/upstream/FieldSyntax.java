package io.wharfgate.upstream;

import java.util.Locale;
import org.apache.hc.core5.http.Header;

/** What a header field may look like (RFC 9110, 5.1 and 5.5), and under which name it is compared. */
final class FieldSyntax {

    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

    private FieldSyntax() {}

    /**
     * The form in which names are compared: in small letters, and with {@code -} for {@code _}. Servers that hand fields to
     * their application as variables (CGI, WSGI) cannot tell {@code X_Forwarded_Host} from {@code X-Forwarded-Host}, so
     * what is dropped in one spelling has to be dropped in the other.
     */
    static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static boolean isSound(Header field) {
        return isName(field.getName()) && isValue(field.getValue());
    }

    static boolean isName(String name) {
        return !name.isEmpty() && name.chars().allMatch(FieldSyntax::isTokenChar);
    }

    static boolean isTokenChar(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_SYMBOLS.indexOf(c) >= 0;
    }

    /**
     * Whether the value can go out as it is: bytes as chars, and no control character but the tab. A char beyond a byte is
     * cut when it is written: U+010A would become a line end.
     */
    static boolean isValue(String value) {
        return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= 0xff && c != 0x7f));
    }
}
