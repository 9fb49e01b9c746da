package io.wharfgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.wharfgate.yaml.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the file or the environment holds: it loads, or its mistakes are listed. Nothing else comes out. */
class ConfigurationFuzzTest {

    private static final long SEED = new Random().nextInt();
    private static final List<Key> KEYS = List.of(Key.values());
    private static final String[] PIECES = {
        ":",
        ": ",
        "\n",
        "\n  ",
        "\n\t",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\"",
        "'",
        "#",
        "&a ",
        "*a",
        "!!str ",
        "!<x>",
        "|",
        ">",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "~",
        "null",
        "true",
        "0",
        "-1",
        "1e999",
        "0x",
        "0b",
        "0o",
        "\u0000",
        "\u0007",
        "\uFEFF",
        "\uD83D\uDE00",
        "\u0085",
        "\u2028",
        "<<: ",
        "? ",
        "server",
        "listen",
        "tls",
        "off",
        "::1",
        "99999999999",
        "/../",
        "http://",
        "=",
        "\r\n",
        "prefixes:",
        "team/",
        "${x}",
        "!!binary '%'",
        "\\",
        "\"\\U00110000\""
    };

    @TempDir
    private Path directory;

    @Test
    void mutatedFilesLoadOrAreRefusedLineByLine() throws IOException {
        byte[] whole = ConfFilesTest.uncommented().getBytes(StandardCharsets.UTF_8);
        byte[] small = Files.readAllBytes(Path.of("conf/letsencrypt.yaml"));
        byte[] gateway = Files.readAllBytes(Path.of("conf/gateway.yaml"));
        for (int i = 0; i < 1000; i++) {
            long seed = SEED + i;
            var random = new Random(seed);
            byte[] text = List.of(whole, small, gateway).get(random.nextInt(3));
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                text = mutated(text, random);
            }
            expectResultOrMistakes(Fixture.in(directory).bytes(text), seed);
        }
    }

    @Test
    void randomVariablesLoadOrAreRefusedLineByLine() {
        for (int i = 0; i < 1000; i++) {
            long seed = SEED + i;
            var random = new Random(seed);
            var fixture = Fixture.in(directory);
            for (int n = 1 + random.nextInt(5); n > 0; n--) {
                String name = KEYS.get(random.nextInt(KEYS.size())).variable();
                fixture.variable(random.nextInt(5) == 0 ? name + "X" : name, garbage(random));
            }
            expectResultOrMistakes(fixture, seed);
        }
    }

    private static void expectResultOrMistakes(Fixture fixture, long seed) {
        var lines = new ArrayList<Finding>();
        try {
            lines.addAll(fixture.loaded().warnings());
        } catch (ConfigurationException e) {
            assertThat(e.errors()).as("seed %d", seed).isNotEmpty();
            lines.addAll(e.errors());
        } catch (RuntimeException | StackOverflowError e) {
            fail("seed " + seed, e);
        }
        assertThat(lines)
                .as("seed %d", seed)
                .allSatisfy(line -> assertThat(line.toString().chars()).noneMatch(Character::isISOControl));
    }

    private static byte[] mutated(byte[] text, Random random) {
        int at = random.nextInt(text.length + 1);
        int to = Math.min(text.length, at + random.nextInt(12));
        return switch (random.nextInt(4)) {
            case 0 -> joined(text, at, garbage(random).getBytes(StandardCharsets.UTF_8), to);
            case 1 -> joined(text, at, new byte[] {(byte) random.nextInt(256)}, to);
            case 2 -> joined(text, at, text, to);
            default -> joined(text, at, new byte[0], to);
        };
    }

    private static byte[] joined(byte[] text, int at, byte[] middle, int to) {
        var all = new byte[at + middle.length + text.length - to];
        System.arraycopy(text, 0, all, 0, at);
        System.arraycopy(middle, 0, all, at, middle.length);
        System.arraycopy(text, to, all, at + middle.length, text.length - to);
        return all;
    }

    private static String garbage(Random random) {
        var text = new StringBuilder();
        for (int n = 1 + random.nextInt(6); n > 0; n--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }
}
