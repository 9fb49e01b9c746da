package io.wharfgate.client.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.Fuzz;
import io.wharfgate.client.ExchangeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarIndexTest {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarWriter writer = new TarWriter(bytes);

    private TarFiles files() throws IOException {
        writer.finish();
        return files(bytes.toByteArray());
    }

    private TarFiles files(byte[] content) throws IOException {
        Path file = directory.resolve("archive.tar");
        Files.write(file, content);
        return new TarFiles("archive.tar", file, false);
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        String deep = "blobs/sha512/" + "a".repeat(128);
        writer.add("index.json", text("{}"));
        writer.add(deep, text("0123456789"));
        writer.add("empty", text(""));

        try (TarFiles files = files();
                InputStream in = files.open("./" + deep, 4)) {
            assertThat(in.readAllBytes()).asString().isEqualTo("456789");
            assertThat(files.size("index.json")).contains(2L);
            assertThat(files.size("empty")).contains(0L);
            assertThat(files.size("nothing")).isEmpty();
        }
    }

    @Test
    void linksLeadToMembers() throws IOException {
        writer.add("one/layer.tar", text("layer"));
        header("two/layer.tar", '2', "../one/layer.tar");
        header("three", '1', "one/layer.tar");
        header("out", '2', "../../../etc/passwd");
        header("round", '2', "round");

        try (TarFiles files = files()) {
            assertThat(files.size("two/layer.tar")).contains(5L);
            assertThat(files.size("three")).contains(5L);
            assertThat(files.size("out")).isEmpty();
            assertThat(files.size("round")).isEmpty();
        }
    }

    /** A member without content, of another type than a file. */
    private void header(String name, char type, String link) throws IOException {
        var one = new ByteArrayOutputStream();
        new TarWriter(one).add(name, new byte[0]);
        byte[] block = one.toByteArray();
        block[156] = (byte) type;
        byte[] target = text(link);
        System.arraycopy(target, 0, block, 157, target.length);
        bytes.write(withChecksum(block));
    }

    private static byte[] withChecksum(byte[] block) {
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += block[i] & 0xff;
        }
        byte[] digits = text(String.format("%06o\0 ", sum));
        System.arraycopy(digits, 0, block, 148, 8);
        return block;
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "/etc/passwd", "a/../../evil", "a\\..\\evil"})
    void aMemberThatWouldLieOutsideIsRefused(String name) throws IOException {
        writer.add(name, text("x"));

        assertThatThrownBy(this::files).isInstanceOf(ExchangeException.class).hasMessageContaining("outside");
    }

    @Test
    void twoMembersOfOneNameAreRefused() throws IOException {
        writer.add("manifest.json", text("[]"));
        writer.add("./manifest.json", text("[{}]"));

        assertThatThrownBy(this::files).isInstanceOf(ExchangeException.class).hasMessageContaining("two members");
    }

    @Test
    void aSizeBeyondTheFileIsRefused() throws IOException {
        writer.add("a", text("x"));
        byte[] content = bytes.toByteArray();
        System.arraycopy(text("77777777777"), 0, content, 124, 11);
        byte[] header = withChecksum(Arrays.copyOf(content, 512));
        System.arraycopy(header, 0, content, 0, 512);

        assertThatThrownBy(() -> files(content))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("ends before");
    }

    @Test
    void namesOfExtendedHeadersCount() throws IOException {
        String name = "d/" + "n".repeat(300);
        String record = " path=" + name + "\n";
        byte[] content = text((record.length() + 3) + record);
        var extension = new ByteArrayOutputStream();
        new TarWriter(extension).add("pax", content);
        byte[] blocks = extension.toByteArray();
        blocks[156] = 'x';
        System.arraycopy(withChecksum(Arrays.copyOf(blocks, 512)), 0, blocks, 0, 512);
        bytes.write(blocks);
        writer.add("short", text("long"));

        try (TarFiles files = files()) {
            assertThat(files.size(name)).contains(4L);
            assertThat(files.size("short")).isEmpty();
        }
    }

    @Test
    void aLinkToANameThatIsTooLongIsRefused() throws IOException {
        String record = " linkpath=" + "n".repeat(5000);
        byte[] content = text((record.length() + 5) + record + "\n");
        var extension = new ByteArrayOutputStream();
        new TarWriter(extension).add("pax", content);
        byte[] blocks = extension.toByteArray();
        blocks[156] = 'x';
        System.arraycopy(withChecksum(Arrays.copyOf(blocks, 512)), 0, blocks, 0, 512);
        bytes.write(blocks);
        header("link", '2', "short");

        assertThatThrownBy(this::files).isInstanceOf(ExchangeException.class).hasMessageContaining("too long");
    }

    @Test
    void namesDoNotFillTheMemory() throws IOException {
        for (int i = 0; i < 20; i++) {
            writer.add("n".repeat(90) + i, text(""));
        }
        writer.finish();
        Path file = Files.write(directory.resolve("archive.tar"), bytes.toByteArray());

        try (FileChannel channel = FileChannel.open(file)) {
            assertThat(TarIndex.read(channel, 2000).size()).isEqualTo(20);
            assertThatThrownBy(() -> TarIndex.read(channel, 1000))
                    .isInstanceOf(ExchangeException.class)
                    .hasMessageContaining("names in the archive are too long");
        }
    }

    @Test
    void whateverIsReadItIsAnIndexOrAMistake() throws IOException {
        writer.add("manifest.json", text("[]"));
        header("link", '2', "manifest.json");
        writer.add("layer", new byte[700]);
        writer.finish();
        byte[] sound = bytes.toByteArray();
        Fuzz.rounds(2000, random -> {
            byte[] broken = Arrays.copyOf(sound, sound.length - random.nextInt(sound.length));
            for (int i = random.nextInt(6); i > 0 && broken.length > 0; i--) {
                int block = random.nextInt((broken.length + 511) / 512) * 512;
                broken[Math.min(broken.length - 1, block + random.nextInt(512))] = (byte) random.nextInt(256);
            }
            // Without a checksum that fits, the first look would be the last.
            if (broken.length >= 512 && random.nextBoolean()) {
                System.arraycopy(withChecksum(Arrays.copyOf(broken, 512)), 0, broken, 0, 512);
            }
            try (TarFiles files = files(broken)) {
                assertThat(files.size("manifest.json").orElse(0L)).isLessThanOrEqualTo(broken.length);
            } catch (ExchangeException e) {
                assertThat(e).hasMessageContaining("archive");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
