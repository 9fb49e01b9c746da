package io.wharfgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.client.CopyOptions;
import io.wharfgate.client.ImageCopy;
import io.wharfgate.client.MemoryImages;
import io.wharfgate.client.Progress;
import io.wharfgate.client.archive.LayoutDirectory;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as somebody types them, on a storage whose service does not run. */
class ExchangeCommandsTest {

    @TempDir
    Path directory;

    private Shell shell;

    @BeforeEach
    void layout() throws IOException {
        shell = new Shell(directory).variable("HOME", directory.toString());
        MemoryImages images = new MemoryImages();
        images.image("a", "1");
        images.image("b", "2");
        LayoutDirectory layout = LayoutDirectory.open(directory.resolve("layout"), Optional.empty());
        ImageCopy copy = new ImageCopy(images, layout, CopyOptions.standard(), Progress.none());
        for (Tag tag : images.tags()) {
            copy.copy(tag, Optional.of(tag));
        }
        layout.finish();
    }

    @Test
    void aLayoutGoesInAndComesOutAsATar() {
        assertThat(shell.run("import", "layout", "team/app")).as(shell.err()).isZero();
        assertThat(shell.err())
                .contains("copied: team/app:1@sha256:")
                .contains("2 images, 0 there already; 4 blobs moved");

        assertThat(shell.run("copy", "team/*", "mirror/")).as(shell.err()).isZero();
        assertThat(shell.err()).contains("4 mounted");

        assertThat(shell.run("export", "mirror/team/app:2", "out.tar")).isZero();
        assertThat(directory.resolve("out.tar")).isNotEmptyFile();
        assertThat(shell.run("import", "out.tar", "again/app:x")).isZero();
        assertThat(shell.out()).isEmpty();
    }

    @Test
    void doneAgainItSaysThatAllIsThere() {
        shell.run("import", "layout", "team/app");

        assertThat(shell.run("import", "layout", "team/app")).isZero();
        assertThat(shell.err()).contains("there already: team/app:1@").contains("2 images, 2 there already");
    }

    @Test
    void quietSaysNothing() {
        assertThat(shell.run("import", "--quiet", "layout", "team/app")).isZero();
        assertThat(shell.err()).isEmpty();
    }

    @Test
    void oneOfSeveralHasToBeChosen() {
        assertThat(shell.run("import", "layout", "team/app:3")).isOne();
        assertThat(shell.err()).contains("choose with --image").contains("1, 2");

        assertThat(shell.run("import", "--image", "2", "layout", "team/app:3")).isZero();
        assertThat(shell.run("import", "--image", "9", "layout", "team/app:3")).isOne();
    }

    @Test
    void aDryRunOnlyTells() {
        shell.run("import", "layout", "team/app");

        assertThat(shell.run("copy", "--dry-run", "**", "mirror/")).isZero();
        assertThat(shell.out()).isEqualTo("team/app:1 -> mirror/team/app:1\nteam/app:2 -> mirror/team/app:2\n");
        assertThat(shell.run("export", "mirror/team/app:1", "out.tar")).isOne();
    }

    @Test
    void whatIsNotThereLeavesNothingBehind() throws IOException {
        assertThat(shell.run("export", "no/such:1", "out.tar")).isOne();

        assertThat(shell.err()).contains("no/such has no 1; ", "Docker Hub is docker.io/no/such");
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).doesNotContain("out.tar", "out.tar.part");
        }
    }

    @Test
    void whoMeansDockerHubIsToldHowItIsWritten() {
        assertThat(shell.run("copy", "alpine:3.20", "mirror/")).isOne();

        assertThat(shell.err()).contains("alpine has no 3.20; ", "Docker Hub is docker.io/alpine");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "copy a https://b.example/c | leave out what stands before the host",
                "copy team/* b.example/app | TARGET has to end with /",
                "copy a/ b | a pattern belongs to SOURCE",
                "copy a b.example/x@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | has a tag or none",
                "copy --all-tags a:1 b | neither tag nor digest",
                "copy --platform amd64 a b | write a platform like linux/amd64",
                "copy --jobs 0 a b | --jobs is a number",
                "copy a B.Example/x y | Unmatched argument",
                "copy --source-password-stdin --target-password-stdin a b | holds one password",
                "copy --target-password-file f a b.example/c | give --target-username too",
                "import - b.example/c --target-password-stdin | standard input is the archive",
                "import layout b.example/ | TARGET is one repository",
                "export a/* out.tar | copy takes patterns",
                "export a out.tar.gz | ends with .tar",
                "export --format docker --referrers a out.tar | images only",
            })
    void wrongUsageIsToldWithCodeTwo(String command, String message) {
        assertThat(shell.run(command.split(" "))).as(shell.err()).isEqualTo(2);

        assertThat(shell.err()).contains(message);
    }

    @Test
    void helpHasExamples() {
        assertThat(shell.run("copy", "--help")).isZero();
        assertThat(shell.out()).contains("wharfgate copy old.example.com/team/app:1.0");
    }
}
