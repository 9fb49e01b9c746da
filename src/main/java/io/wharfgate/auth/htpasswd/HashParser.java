package io.wharfgate.auth.htpasswd;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells the kinds of hashes apart. What it accepts is so strictly well-formed that no library behind it can fail on it later.
 * What it says quotes nothing of the text, which may be a password in plain.
 */
final class HashParser {

    private static final String C = "[./0-9A-Za-z]";
    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$([0-3][0-9])\\$(" + C + "{53})");
    private static final Pattern APR1 = Pattern.compile("\\$apr1\\$" + C + "{1,8}\\$" + C + "{22}");
    private static final Pattern SHA_CRYPT =
            Pattern.compile("\\$([56])\\$(?:rounds=([1-9][0-9]{0,8})\\$)?" + C + "{1,16}\\$(" + C + "+)");
    private static final Pattern SHA1 = Pattern.compile("\\{SHA}([A-Za-z0-9+/]{27}=)");
    private static final Pattern DES = Pattern.compile(C + "{13}|_" + C + "{19}");

    /** Kinds that other programs know, by the start of their text. The longer of two starts must not be hidden. */
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("{SSHA", "{SSHA} is not supported"),
            Map.entry("{PLAIN}", "a password in plain text is not accepted"),
            Map.entry("{SMD5}", "{SMD5} is not supported"),
            Map.entry("{CRYPT}", "{CRYPT} is not supported"),
            Map.entry("$2$", "the first bcrypt ($2$) is not supported"),
            Map.entry("$2x$", "bcrypt by a broken crypt_blowfish ($2x$) is not supported"),
            Map.entry("$1$", "MD5-crypt ($1$) is not supported"),
            Map.entry("$7$", "scrypt ($7$) is not supported"),
            Map.entry("$y$", "yescrypt ($y$) is not supported"),
            Map.entry("$gy$", "gost-yescrypt ($gy$) is not supported"),
            Map.entry("$argon2", "Argon2 is not supported"),
            Map.entry("$2a$", "malformed bcrypt hash, cut off or changed"),
            Map.entry("$2b$", "malformed bcrypt hash, cut off or changed"),
            Map.entry("$2y$", "malformed bcrypt hash, cut off or changed"),
            Map.entry("$apr1$", "malformed apr1 hash, cut off or changed"),
            Map.entry("$5$", "malformed SHA-crypt hash, cut off or changed"),
            Map.entry("$6$", "malformed SHA-crypt hash, cut off or changed"),
            Map.entry("{SHA}", "malformed {SHA} hash, cut off or changed"));

    private HashParser() {}

    sealed interface Result {

        record Usable(PasswordHash hash, Optional<String> warning) implements Result {}

        record Refused(String reason) implements Result {}
    }

    static Result parse(String text) {
        Matcher bcrypt = BCRYPT.matcher(text);
        if (bcrypt.matches()) {
            return bcrypt(Integer.parseInt(bcrypt.group(1)), bcrypt.group(2));
        }
        Matcher sha = SHA_CRYPT.matcher(text);
        if (sha.matches()) {
            return shaCrypt(sha, text);
        }
        Matcher sha1 = SHA1.matcher(text);
        if (sha1.matches()) {
            return warned(new Sha1Hash(sha1.group(1)), "{SHA} is one SHA-1 without a salt, which is quickly undone");
        }
        if (APR1.matcher(text).matches()) {
            return usable(new Apr1Hash(text));
        }
        return new Result.Refused(whyNot(text));
    }

    private static Result bcrypt(int cost, String saltAndHash) {
        if (cost < 4 || cost > 31) {
            return new Result.Refused("bcrypt has no cost " + cost);
        }
        if (cost > BcryptHash.HIGHEST_COST) {
            return new Result.Refused("bcrypt at cost " + cost
                    + " takes too long for each login; the highest accepted is " + BcryptHash.HIGHEST_COST);
        }
        var hash = new BcryptHash(cost, saltAndHash);
        if (cost < 5) {
            return warned(hash, "bcrypt at cost " + cost + " is weak; 10 is usual");
        }
        return cost > 14
                ? warned(hash, "bcrypt at cost " + cost + " makes each first login take seconds")
                : usable(hash);
    }

    private static Result shaCrypt(Matcher sha, String text) {
        boolean sha256 = sha.group(1).equals("5");
        if (sha.group(3).length() != (sha256 ? 43 : 86)) {
            return new Result.Refused("malformed SHA-crypt hash, cut off or changed");
        }
        int rounds = sha.group(2) == null ? ShaCryptHash.DEFAULT_ROUNDS : Integer.parseInt(sha.group(2));
        if (rounds < ShaCryptHash.FEWEST_ROUNDS || rounds > ShaCryptHash.MOST_ROUNDS) {
            return new Result.Refused(String.format(
                    "SHA-crypt with %d rounds; accepted are %d to %d",
                    rounds, ShaCryptHash.FEWEST_ROUNDS, ShaCryptHash.MOST_ROUNDS));
        }
        var variant = sha256 ? ShaCryptHash.Variant.SHA256 : ShaCryptHash.Variant.SHA512;
        var hash = new ShaCryptHash(variant, rounds, text);
        return rounds > 500_000
                ? warned(hash, "SHA-crypt with " + rounds + " rounds makes each first login take seconds")
                : usable(hash);
    }

    private static String whyNot(String text) {
        if (text.isEmpty()) {
            return "there is no hash after the colon";
        }
        if (DES.matcher(text).matches()) {
            return "DES crypt is not accepted (or this is a password in plain text)";
        }
        return REFUSED.entrySet().stream()
                .filter(kind -> text.startsWith(kind.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("this is no hash that is known here; passwords in plain text are not accepted");
    }

    private static Result usable(PasswordHash hash) {
        return new Result.Usable(hash, Optional.empty());
    }

    private static Result warned(PasswordHash hash, String warning) {
        return new Result.Usable(hash, Optional.of(warning));
    }
}
