package io.wharfgate.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import io.wharfgate.secret.Secret;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashParserTest {

    private static final String BCRYPT_TAIL = "h70R7145xsdIa6TTgb/nPeThT44flCc1THA6MqQpphFoaP0SHv91W";
    private static final String SHA512_TAIL = "A".repeat(86);

    @ParameterizedTest
    @CsvSource({"05,false", "10,false", "14,false", "04,true", "15,true", "16,true"})
    void bcryptIsWarnedOfWhenWeakOrSlow(String cost, boolean warned) {
        assertThat(HashParser.parse("$2y$" + cost + "$" + BCRYPT_TAIL))
                .isInstanceOfSatisfying(
                        HashParser.Result.Usable.class,
                        usable -> assertThat(usable.warning().isPresent()).isEqualTo(warned));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "03", "17", "30", "31", "32", "39"})
    void bcryptOfOtherCostsIsRefused(String cost) {
        assertThat(refusal("$2b$" + cost + "$" + BCRYPT_TAIL)).contains("cost");
    }

    @ParameterizedTest
    @CsvSource({"1000,false", "500000,false", "500001,true", "1000000,true"})
    void shaCryptIsWarnedOfWhenSlow(String rounds, boolean warned) {
        assertThat(HashParser.parse("$6$rounds=" + rounds + "$salt$" + SHA512_TAIL))
                .isInstanceOfSatisfying(
                        HashParser.Result.Usable.class,
                        usable -> assertThat(usable.warning().isPresent()).isEqualTo(warned));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "999", "1000001", "999999999"})
    void shaCryptWithOtherRoundsIsRefused(String rounds) {
        assertThat(refusal("$6$rounds=" + rounds + "$salt$" + SHA512_TAIL)).contains(rounds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "05000", "-5000", "9999999999", "99999999999999999999", "x", ""})
    void roundsThatAreNoNumberAreMalformed(String rounds) {
        assertThat(refusal("$6$rounds=" + rounds + "$salt$" + SHA512_TAIL)).contains("malformed");
    }

    @Test
    void unsaltedShaIsWarnedOf() {
        assertThat(HashParser.parse("{SHA}L55TUjtiq8FBorTWAZ0jy6g129A="))
                .isInstanceOfSatisfying(
                        HashParser.Result.Usable.class,
                        usable -> assertThat(usable.warning())
                                .hasValueSatisfying(
                                        warning -> assertThat(warning).contains("salt")));
    }

    @ParameterizedTest
    @CsvSource({
        "SRVVF9kK/I5VA, DES",
        "_J9..rasmBYk8r9AiWNc, DES",
        "plain text, plain text",
        "{PLAIN}plain, plain text",
        "{SSHA}5b4SyAXzjsmWjGL9pJCrHyvWWbk5YiGc, SSHA",
        "{SSHA256}abc, SSHA",
        "{SMD5}abc, SMD5",
        "$1$xyz$kOC258c0S/3l0l1JPOR22/, MD5-crypt",
        "$2x$05$h70R7145xsdIa6TTgb/nPeThT44flCc1THA6MqQpphFoaP0SHv91W, $2x$",
        "$y$j9T$abc$def, yescrypt",
        "$argon2id$v=19$m=65536, Argon2",
        "$2y$05$short, malformed bcrypt",
        "$2y$05$h70R7145xsdIa6TTgb/nPeThT44flCc1THA6MqQpphFoaP0SHv91Wx, malformed bcrypt",
        "$2y$05$h70R7145xsdIa6TTgb/nPeThT44flCc1THA6MqQpphFoaP0SHv91=, malformed bcrypt",
        "$2y$5$h70R7145xsdIa6TTgb/nPeThT44flCc1THA6MqQpphFoaP0SHv91W1, malformed bcrypt",
        "$apr1$$K8Dc9j81ucis.FsLU7qlK1, malformed apr1",
        "$apr1$123456789$K8Dc9j81ucis.FsLU7qlK1, malformed apr1",
        "$5$dV72hrR8tICHrGiF$short, malformed SHA-crypt",
        "$6$$short, malformed SHA-crypt",
        "{SHA}L55TUjtiq8FBorTWAZ0jy6g129A, malformed {SHA}",
        "{SHA}L55TUjtiq8FBorTWAZ0jy6g12===, malformed {SHA}",
        "{sha}L55TUjtiq8FBorTWAZ0jy6g129A=, no hash that is known",
        "!, no hash that is known",
        "'', no hash after the colon",
    })
    void whyNot(String text, String why) {
        assertThat(refusal(text)).contains(why);
    }

    @Test
    void changedHashesAreAnsweredAndDoNotMatch() {
        List<RealHashesTest.Sample> samples = RealHashesTest.samples().toList();
        Fuzz.rounds(20_000, random -> {
            String hash = samples.get(random.nextInt(samples.size())).hash();
            HashParser.Result result = HashParser.parse(changed(hash, random));
            if (result instanceof HashParser.Result.Refused refused) {
                assertThat(refused.reason()).doesNotContain(hash.substring(hash.length() - 6));
            } else if (random.nextInt(200) == 0 && cheap(((HashParser.Result.Usable) result).hash())) {
                PasswordHash usable = ((HashParser.Result.Usable) result).hash();
                assertThat(usable.matches(Secret.of("no such password"))).isFalse();
            }
        });
    }

    private static boolean cheap(PasswordHash hash) {
        return !(hash instanceof BcryptHash bcrypt && bcrypt.cost() > 6)
                && !(hash instanceof ShaCryptHash sha && sha.rounds() > 10_000);
    }

    static String changed(String text, Random random) {
        var changed = new StringBuilder(text);
        for (int n = random.nextInt(3) + 1; n > 0 && !changed.isEmpty(); n--) {
            int at = random.nextInt(changed.length());
            switch (random.nextInt(4)) {
                case 0 -> changed.deleteCharAt(at);
                case 1 -> changed.insert(at, (char) random.nextInt(0x180));
                case 2 -> changed.setCharAt(at, (char) (' ' + random.nextInt(95)));
                default -> changed.setLength(at);
            }
        }
        return changed.toString();
    }

    private static String refusal(String text) {
        HashParser.Result result = HashParser.parse(text);
        assertThat(result).isInstanceOf(HashParser.Result.Refused.class);
        return ((HashParser.Result.Refused) result).reason();
    }
}
