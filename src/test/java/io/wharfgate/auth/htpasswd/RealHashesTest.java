package io.wharfgate.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.secret.Secret;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hashes that were made by Apache's htpasswd 2.4, by OpenSSL 3 and by libxcrypt. */
class RealHashesTest {

    static final String LONG = "abcdefgh".repeat(9) + "0123456789012345678901234567";

    private static final String SPACES = " lead and trail ";
    private static final String UMLAUTS = "pässwörd£ÿ";
    private static final String WIDE = "密码🔐";

    record Sample(String hash, String password) {}

    static Stream<Sample> samples() {
        return Stream.of(
                // htpasswd -nbB, some with -C
                new Sample("$2y$05$h70R7145xsdIa6TTgb/nPeThT44flCc1THA6MqQpphFoaP0SHv91W", "correct horse"),
                new Sample("$2y$04$Ns/LNTQAlufSX8dTY/D06OSf3de1KcJ4IEcDY6UdYPQgHy2GUsssW", UMLAUTS),
                new Sample("$2y$06$ybXMmH.8j0nhP9tNwsKh.ulpDD4DExIczYpHcuoyki9wCyTP2isTO", LONG),
                new Sample("$2y$05$rFTuPet.8Ds16E9Ostj.lOt19lICnZbGI55xKMnER3u7dwMSQneEG", LONG.substring(0, 72)),
                new Sample("$2y$05$kjvAMZac11HmDoVjyk6TCeoF4ZRkzFegBQYf1SovprHrahGGj.lrq", SPACES),
                new Sample("$2y$05$DGprSCuPUtycTs8/kTIal.1cBmQi.JRwTVPV4Xxi7fDynbltQIL9m", "a:b:c"),
                new Sample("$2y$05$irLlXEgSZijUleayAWn8k.Z6n5Xv1C3bRCsuX2/OVRxBDjGh2zjsi", WIDE),
                new Sample("$2y$05$EKzE2bG.o6LAEnyf5FiNue6T3eD6Tc9Iggvvt6HN2SBHocE4TavMW", ""),
                // crypt(3)
                new Sample("$2b$05$abcdefghijklmnopqrstuu9QDZ1ysHVTgI3lBWduaPbcKvb8hu9LC", "py"),
                new Sample("$2a$05$abcdefghijklmnopqrstuu9QDZ1ysHVTgI3lBWduaPbcKvb8hu9LC", "py"),
                // htpasswd -nbm
                new Sample("$apr1$7WKplrFX$K8Dc9j81ucis.FsLU7qlK1", "correct horse"),
                new Sample("$apr1$GwTwHJdJ$04HNSzVFN0kV94uWcrWhv/", UMLAUTS),
                new Sample("$apr1$PsYmrnnl$m6BH7dTvUmfwnFXGPk9b11", LONG),
                new Sample("$apr1$pTiixjUM$t3Du2XYS0LxIfcY/bfe5.0", SPACES),
                new Sample("$apr1$52IA/Efy$3o7d9rnCN/yZDgWnbYP0B.", WIDE),
                // htpasswd -nb2, some with -r
                new Sample("$5$dV72hrR8tICHrGiF$ivGbhvgJ3rJaUVC0J1p1P6cm2Z0x4cOG4UB7tTqPA/7", "correct horse"),
                new Sample("$5$rounds=1234$Trk6lB4P/VQ2sVpQ$WNCTGMRPkHiHWbFaC5JUT53fT4w0MTiOYtZMadEy6WB", UMLAUTS),
                new Sample("$5$GdA29taLwT2QIkuT$S4jE5AXLRkbqB.rdLeiDnPX.5AXFeY2WiD1yox1FrN/", LONG),
                new Sample("$5$rounds=5000$FpGD9.WJr4Imz3xO$qEE.ssOA2u.S2wPxn/RFGAOdJjPrC9uciNJPnrAjrv6", "x"),
                // htpasswd -nb5, some with -r
                new Sample(
                        "$6$S8ys2nxDmxbbDrVH$BhIso/CbwgBZ6Bi5aUOx0dOh1DN0oy5Lwd9FhXYASAR64D2kEaOFo1sn5YMCzIDqjbUmlAR2"
                                + "JzbbWLEIA9TlO.",
                        "correct horse"),
                new Sample(
                        "$6$rounds=10000$1DBtw7hvEEgAgBm1$DfERBM7DJA0Icvl7KTtcAUXHeW1czYe.JrRyvGqV5yCN1UmyyAbOWo8EFtvu0"
                                + "EL9fzGTPokxc/obuAQNy8uR60",
                        UMLAUTS),
                new Sample(
                        "$6$O0z733.XCOMKw7bY$NUTG7zvjhAMTXCdly8AxdBntGdMLPZfifNcuopIVd2peD1LnTg9F7pIffMiM86vWqQyBmluzht"
                                + ".A9HzWDcoxJ0",
                        LONG),
                new Sample(
                        "$6$sFD/RKSalbMe7WPY$IfFNCB8iq2LYkRm1IWODs/hwCdhWTiJtYfvriioxJqlWsXJo50y2O7XFQ5rjMkugNo7sjZOJzo"
                                + "CicoGDwJI7X1",
                        WIDE),
                // openssl passwd -5 and -6 with rounds in the salt, and with short and long salts; -apr1
                new Sample("$5$rounds=2000$saltsalt$8k4Vo8yUGe2.K/9v3GyQNiwf3itm3PhUdiwDRhJbiAD", "openssl pw"),
                new Sample(
                        "$6$rounds=7777$abc$mrUPX.vUQAcsnusKrtL2FpvWNadA2YlaRM0.5MzCE7cuW7a7NceKtzBP9Ax3IO9NRWnJ/0GQj5"
                                + "Tobr7vZwZpu.",
                        "öpenssl"),
                new Sample("$5$ab$9E/PlkL9g4eQOBDbKBci5QtaH6KJycfuyyy/Rt3OW2/", "plain salt"),
                new Sample(
                        "$6$0123456789abcdef$HdGhXrRrkunTUPKMqpC6zqOLOKzk15oHBTAw0boLL5.2yhnTbu98eAyz6ikgBqJAK3LWB0ockw0"
                                + "39FT9tqndU/",
                        "plain salt"),
                new Sample("$apr1$xyz$h1a/4QBkNBpzs2jFjZxJR/", "apr"),
                // htpasswd -nbs
                new Sample("{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=", "correct horse"),
                new Sample("{SHA}FfPpW3Q28scpsStGa5KYBjh6+50=", UMLAUTS),
                new Sample("{SHA}1633r3bQhkAYyi0oZK3uSfBopFE=", LONG),
                new Sample("{SHA}UUMAZ+uiyX+Apkag4NnrJW0wCws=", WIDE));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void theRightPasswordMatches(Sample sample) {
        assertThat(hash(sample).matches(Secret.of(sample.password))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void otherPasswordsDoNot(Sample sample) {
        PasswordHash hash = hash(sample);
        assertThat(hash.matches(Secret.of("X" + sample.password))).isFalse();
        assertThat(hash.matches(Secret.of(sample.password + "\0" + sample.password)))
                .isFalse();
        if (!sample.password.isEmpty()) {
            assertThat(hash.matches(Secret.of(""))).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void whatIsAddedToAPasswordCountsUpTo72BytesOfBcrypt(Sample sample) {
        PasswordHash hash = hash(sample);
        boolean cut = hash instanceof BcryptHash && sample.password.length() >= 72;
        assertThat(hash.matches(Secret.of(sample.password + "x"))).isEqualTo(cut);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aDecoyCostsTheSameAndMatchesNothing(Sample sample) {
        PasswordHash hash = hash(sample);
        PasswordHash decoy = hash.decoy(new SecureRandom());
        assertThat(decoy.kind()).isEqualTo(hash.kind());
        assertThat(decoy).isNotEqualTo(hash);
        assertThat(decoy.matches(Secret.of(sample.password))).isFalse();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aHugePasswordIsAnswered(Sample sample) {
        assertThat(hash(sample).matches(Secret.of("y" + "x".repeat(8000)))).isFalse();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void nothingOfTheHashIsShown(Sample sample) {
        assertThat(hash(sample).toString()).doesNotContain(sample.hash.substring(sample.hash.length() - 8));
    }

    private static PasswordHash hash(Sample sample) {
        HashParser.Result result = HashParser.parse(sample.hash);
        assertThat(result).isInstanceOf(HashParser.Result.Usable.class);
        return ((HashParser.Result.Usable) result).hash();
    }
}
