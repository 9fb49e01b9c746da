package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.wharfgate.http.ServerConfig.Cidr;
import io.wharfgate.http.ServerConfig.ListenAddress;
import io.wharfgate.yaml.Origin;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatsTest {

    private static final DurationFormat ANY_DURATION = new DurationFormat(Duration.ZERO, Duration.ofDays(10_000));
    private static final SizeFormat ANY_SIZE = new SizeFormat(0, Integer.MAX_VALUE);

    @ParameterizedTest
    @CsvSource({
        "15m, PT15M",
        "30s, PT30S",
        "1h30m, PT1H30M",
        "500ms, PT0.5S",
        "90d, PT2160H",
        "0s, PT0S",
        "1d2h3m4s5ms, PT26H3M4.005S"
    })
    void durations(String text, Duration expected) throws InvalidValueException {
        assertThat(ANY_DURATION.parse(given(text))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "15",
                "m",
                "-5m",
                "1.5h",
                "15 m",
                "15min",
                "30m1h",
                "1w",
                "PT5M",
                "5M",
                "99999999999d",
                "999999999d",
                "٣s"
            })
    void noDurations(String text) {
        refused(ANY_DURATION, text);
    }

    @Test
    void durationsAreShownAsTheyAreRead() throws InvalidValueException {
        long seed = new Random().nextInt();
        var random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            Duration duration = Duration.ofMillis((long) (random.nextDouble() * Math.pow(10, random.nextInt(11))));
            assertThat(ANY_DURATION.parse(given(ANY_DURATION.show(duration))))
                    .as("seed %d", seed)
                    .isEqualTo(duration);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "65536, 65536",
        "64KiB, 65536",
        "4MiB, 4194304",
        "1GiB, 1073741824",
        "1GB, 1000000000",
        "1KB, 1000",
        "1kB, 1000",
        "512B, 512",
        "64 KiB, 65536",
        "0, 0"
    })
    void sizes(String text, long expected) throws InvalidValueException {
        assertThat(ANY_SIZE.parse(given(text))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "KiB", "-1", "4M", "4m", "64k", "1.5MiB", "64kib", "2GiB", "99999999TiB", "1_000", "0x10"})
    void noSizes(String text) {
        refused(ANY_SIZE, text);
    }

    @Test
    void sizesAreShownAsTheyAreRead() throws InvalidValueException {
        long seed = new Random().nextInt();
        var random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            int size = random.nextInt(Integer.MAX_VALUE) >>> random.nextInt(31) << random.nextInt(4);
            long positive = Math.abs(size % (1 << 30));
            assertThat(ANY_SIZE.parse(given(ANY_SIZE.show(positive))))
                    .as("seed %d", seed)
                    .isEqualTo(positive);
        }
        assertThat(ANY_SIZE.show(131072L)).isEqualTo("128KiB");
        assertThat(ANY_SIZE.show(1000L)).isEqualTo("1000");
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:5443, 0.0.0.0, 5443",
        ":5443, 0.0.0.0, 5443",
        "[::]:5443, ::, 5443",
        "localhost:5443, localhost, 5443",
        "[2001:db8::1]:0, 2001:db8::1, 0",
        "my-host.example.com:65535, my-host.example.com, 65535"
    })
    void addresses(String text, String host, int port) throws InvalidValueException {
        ListenAddress address = new ListenFormat().parse(given(text));
        assertThat(address).isEqualTo(new ListenAddress(host, port));
        assertThat(new ListenFormat().parse(given(address.toString()))).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5443",
                "localhost",
                "localhost:",
                ":65536",
                ":-1",
                "::1:5443",
                "::",
                "[::1]",
                "[localhost]:80",
                "[]:80",
                "https://localhost:80",
                "a b:80",
                "256.0.0.1:80",
                "1.2.3:80",
                "host_name:80",
                "-a:80",
                ":080000000",
                "/sock:1",
                "[fe80::1%25eth0]:80",
                "x:80/path",
                "[1:2]:80"
            })
    void noAddresses(String text) {
        refused(new ListenFormat(), text);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "192.168.1.7, 192.168.1.7/32",
        "0.0.0.0/0, 0.0.0.0/0",
        "::1, 0:0:0:0:0:0:0:1/128",
        "fd00::/8, fd00:0:0:0:0:0:0:0/8"
    })
    void blocks(String text, String shown) throws InvalidValueException {
        Cidr block = new CidrFormat().parse(given(text));
        assertThat(block).hasToString(shown);
        assertThat(new CidrFormat().parse(given(shown))).isEqualTo(block);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.1/8",
                "10.0.0/8",
                "example.com/8",
                "::/129",
                "010.0.0.1",
                ".:",
                "1.2.3.4:",
                "10.0.0.0/8/8",
                "1",
                ":"
            })
    void noBlocks(String text) {
        refused(new CidrFormat(), text);
    }

    @Test
    void aBlockWithBitsBehindItsLengthIsCorrected() {
        refused(new CidrFormat(), "10.1.2.3/8").withMessageEndingWith("write 10.0.0.0/8");
    }

    @ParameterizedTest
    @CsvSource({
        "https://registry.example.com, https://registry.example.com", "https://R.Example.com/, https://r.example.com",
        "HTTP://localhost:5000, http://localhost:5000", "https://[::1]:5443, https://[::1]:5443"
    })
    void externalUrls(String text, String expected) throws InvalidValueException {
        assertThat(new ExternalUrlFormat().parse(given(text))).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "registry.example.com",
                "registry.example.com:5443",
                "ftp://a",
                "https://",
                "https:///x",
                "https://a/b",
                "https://a?b",
                "https://a#b",
                "https://a b",
                "https://a:0",
                "https://a:65536",
                "https://under_score",
                "mailto:a@b.c",
                "https://a:99999999999"
            })
    void noExternalUrls(String text) {
        refused(new ExternalUrlFormat(), text);
    }

    @Test
    void aPasswordInTheExternalUrlIsNotRepeated() {
        refused(new ExternalUrlFormat(), "https://me:hunter2@a").withMessageNotContaining("hunter2");
        refused(new ExternalUrlFormat(), "https://me:hunter2@a b").withMessageNotContaining("hunter2");
        refused(new ListenFormat(), "https://me:hunter2@a").withMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, localhost",
        "Registry.Example.COM, registry.example.com",
        "*.example.com, *.example.com",
        "127.0.0.1, 127.0.0.1",
        "::1, ::1"
    })
    void hosts(String text, String expected) throws InvalidValueException {
        assertThat(new HostFormat().parse(given(text))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "a.*.b",
                "localhost:5443",
                "https://a",
                "[::1]",
                "1.2.3.4.5",
                "300.1.1.1",
                "a..b",
                "a-",
                "ä"
            })
    void noHosts(String text) {
        refused(new HostFormat(), text);
    }

    @ParameterizedTest
    @CsvSource({
        "yes, write true",
        "On, write true",
        "True, write true",
        "no, write false",
        "0, write false",
        "maybe, write true or false"
    })
    void onlyTrueAndFalseAreBooleans(String text, String advice) throws InvalidValueException {
        assertThat(new BooleanFormat().parse(given("true"))).isTrue();
        assertThat(new BooleanFormat().parse(given("false"))).isFalse();
        refused(new BooleanFormat(), text).withMessageEndingWith(advice);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "007", "1_000", "0x10", "1e3", "1.0", "11", "99999999999999999999", "٣"})
    void noNumbers(String text) {
        refused(new NumberFormat(0, 10), text);
    }

    private static Given.One given(String text) {
        return new Given.One(new Origin.BuiltIn(), text);
    }

    private static org.assertj.core.api.ThrowableAssertAlternative<InvalidValueException> refused(
            Format<?> format, String text) {
        return assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> format.parse(given(text)));
    }
}
