package io.wharfgate.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Scope;
import io.wharfgate.gateway.AuditEvent;
import io.wharfgate.gateway.AuditOperation;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit log on a real disk, and on one that is full (/dev/full). */
class AuditFileTest {

    private static final Path FULL_DISK = Path.of("/dev/full");

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void choose() {
        file = directory.resolve("audit.log");
    }

    private static AuditEvent event(String id) {
        return event(id, Optional.of("alice"), Optional.of(new Credential.Password()));
    }

    private static AuditEvent event(String id, Optional<String> user, Optional<Credential> credential) {
        return new AuditEvent(
                Instant.parse("2026-11-22T13:25:00Z"),
                id,
                "192.0.2.7",
                new AuditEvent.Who(user, credential),
                new AuditEvent.What(
                        AuditOperation.MANIFEST_PUSH,
                        Optional.of(new RepositoryName("team/app")),
                        List.of(new Tag("v1")),
                        Optional.of(Digest.parse("sha256:" + "0".repeat(64))),
                        Optional.empty(),
                        List.of()),
                new AuditEvent.Outcome(
                        AuditEvent.Result.SUCCESS, Optional.empty(), 201, 1234, 5, Duration.ofMillis(17)));
    }

    private static List<JsonNode> lines(Path of) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(of)) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    private static List<String> ids(Path of) throws IOException {
        return lines(of).stream().map(line -> line.path("request_id").asText()).toList();
    }

    @Test
    void eventIsALineOfJson() throws IOException {
        try (AuditFile audit = AuditFile.open(file)) {
            audit.record(event("1"));
        }
        assertThat(Files.readString(file)).isEqualTo("""
                        {"time":"2026-11-22T13:25:00.000Z","request_id":"1","client":"192.0.2.7","user":"alice",\
                        "credential":"password","operation":"manifest.push","repository":"team/app","tag":"v1",\
                        "digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000",\
                        "result":"success","status":201,"bytes_received":1234,"bytes_sent":5,"duration_ms":17}
                        """);
    }

    @Test
    void credentialsAreToldByTheirKindAndPersonalTokensByTheirId() throws IOException {
        try (AuditFile audit = AuditFile.open(file)) {
            audit.record(event("1", Optional.empty(), Optional.empty()));
            audit.record(event("2", Optional.empty(), Optional.of(new Credential.None())));
            audit.record(event("3", Optional.of("a"), Optional.of(new Credential.PersonalToken("ci7"))));
            audit.record(event(
                    "4",
                    Optional.of("a"),
                    Optional.of(new Credential.AccessToken(new Credential.PersonalToken("ci8")))));
            audit.record(event("5", Optional.empty(), Optional.of(new Credential.AccessToken(new Credential.None()))));
        }
        assertThat(lines(file))
                .extracting(line -> line.path("user") + " " + line.path("credential") + " " + line.path("issued_for")
                        + " " + line.path("personal_token"))
                .containsExactly(
                        "null null  ",
                        "null \"none\"  ",
                        "\"a\" \"personal-token\"  \"ci7\"",
                        "\"a\" \"access-token\" \"personal-token\" \"ci8\"",
                        "null \"access-token\" \"none\" ");
    }

    @Test
    void restIsWrittenWhereThereIsAny() throws IOException {
        AuditEvent.What what = new AuditEvent.What(
                AuditOperation.TOKEN_ISSUED,
                Optional.empty(),
                List.of(new Tag("a"), new Tag("b")),
                Optional.empty(),
                Optional.of(new RepositoryName("team/base")),
                List.of(
                        new Scope.InRepository(new RepositoryName("x"), Set.of(Action.PUSH, Action.PULL)),
                        new Scope.Catalog()));
        AuditEvent.Outcome denied = new AuditEvent.Outcome(
                AuditEvent.Result.DENIED, Optional.of("access.yaml line 7"), 403, 0, 0, Duration.ZERO);
        try (AuditFile audit = AuditFile.open(file)) {
            audit.record(new AuditEvent(Instant.now(), "1", "::1", event("").who(), what, denied));
        }
        JsonNode line = lines(file).get(0);
        assertThat(line.path("operation").asText()).isEqualTo("token.issued");
        assertThat(line.path("repository").isNull()).isTrue();
        assertThat(line.path("tag").asText()).isEqualTo("a");
        assertThat(line.path("tags").toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(line.path("digest").isNull()).isTrue();
        assertThat(line.path("from").asText()).isEqualTo("team/base");
        assertThat(line.path("scopes").toString()).isEqualTo("[\"repository:x:pull,push\",\"registry:catalog:*\"]");
        assertThat(line.path("reason").asText()).isEqualTo("access.yaml line 7");
    }

    @Test
    void namesCannotForgeALine() throws IOException {
        String hostile = "a\"}\n{\"user\":\"root\u2028\u0000\ud800é";
        try (AuditFile audit = AuditFile.open(file)) {
            audit.record(event("1", Optional.of(hostile), Optional.empty()));
            audit.record(event("2"));
        }
        assertThat(ids(file)).endsWith("2").hasSizeLessThanOrEqualTo(2);
        assertThat(lines(file)).noneMatch(line -> line.path("user").asText().equals("root"));
    }

    @Test
    void fileIsAppendedToAndIsNobodyElsesBusiness() throws IOException {
        for (String id : List.of("1", "2")) {
            try (AuditFile audit = AuditFile.open(file)) {
                audit.record(event(id));
            }
        }
        assertThat(ids(file)).containsExactly("1", "2");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .matches("rw-[r-]-----");
    }

    @Test
    void everythingThatIsQueuedIsWrittenAtTheEnd() throws IOException {
        try (AuditFile audit = AuditFile.open(file)) {
            IntStream.range(0, 5000).forEach(i -> audit.record(event("" + i)));
        }
        assertThat(ids(file))
                .containsExactlyElementsOf(
                        IntStream.range(0, 5000).mapToObj(i -> "" + i).toList());
    }

    @Test
    void renamedFileGetsASuccessor() throws IOException {
        try (AuditFile audit = AuditFile.open(file)) {
            audit.record(event("1"));
            await().ignoreExceptions().until(() -> ids(file).equals(List.of("1")));
            Path old = Files.move(file, directory.resolve("audit.log.1"));
            await().ignoreExceptions().until(() -> Files.exists(file));
            audit.record(event("2"));
            await().ignoreExceptions().until(() -> ids(file).equals(List.of("2")));
            assertThat(ids(old)).containsExactly("1");
        }
    }

    @Test
    void removedFileIsMadeAnew() throws IOException {
        try (AuditFile audit = AuditFile.open(file)) {
            Files.delete(file);
            await().ignoreExceptions().until(() -> Files.exists(file));
            audit.record(event("1"));
        }
        assertThat(ids(file)).containsExactly("1");
    }

    @Test
    void whoHasRenamedTheFileNeedNotWait() throws IOException {
        try (AuditFile audit = AuditFile.open(file)) {
            Files.move(file, directory.resolve("audit.log.1"));
            audit.reopen();
            await().ignoreExceptions().until(() -> Files.exists(file));
        }
    }

    @Test
    void truncatedFileGoesOnAtItsBeginning() throws IOException {
        try (AuditFile audit = AuditFile.open(file)) {
            audit.record(event("1"));
            await().ignoreExceptions().until(() -> ids(file).equals(List.of("1")));
            Files.copy(file, directory.resolve("audit.log.1"));
            FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                    .close();
            audit.record(event("2"));
        }
        assertThat(ids(file)).containsExactly("2");
    }

    /** Puts something else where the path leads to, at once. */
    private void lead(Path target) throws IOException {
        Path link = directory.resolve("link");
        Files.createSymbolicLink(link, target);
        Files.move(link, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void fullDiskDelaysEventsAndWhatIsLostIsSaid() throws IOException {
        lead(FULL_DISK);
        Path disk = directory.resolve("disk");
        try (AuditFile audit = new AuditFile(AuditOutput.open(file), 10)) {
            for (int i = 0; i < 1000; i++) {
                audit.record(event("" + i));
            }
            lead(disk);
            await().ignoreExceptions()
                    .until(() -> Files.exists(disk) && lines(disk).stream().anyMatch(line -> line.has("lost")));
        }
        List<JsonNode> lines = lines(disk);
        assertThat(lines.stream()
                        .filter(line -> line.has("request_id"))
                        .findFirst()
                        .orElseThrow()
                        .path("request_id")
                        .asText())
                .isEqualTo("0");
        long lost = lines.stream().mapToLong(line -> line.path("lost").asLong()).sum();
        assertThat(lost).isPositive();
        assertThat(lines.stream().filter(line -> line.has("request_id")).count() + lost)
                .isEqualTo(1000);
        assertThat(lines.stream().filter(line -> line.has("lost")))
                .allMatch(line -> line.path("operation").asText().equals("audit.lost"));
    }

    @Test
    void fullDiskDoesNotKeepTheServiceFromEnding() throws IOException {
        lead(FULL_DISK);
        AuditFile audit = AuditFile.open(file);
        audit.record(event("1"));
        audit.close();
        assertThat(audit.unwritten()).isEqualTo(1);
    }

    @Test
    void whatCannotBeOpenedIsExplained() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> AuditFile.open(directory))
                .withMessage(directory + " is a directory; write the path of a file");
        Path missing = directory.resolve("none/audit.log");
        assertThatIOException()
                .isThrownBy(() -> AuditFile.open(missing))
                .withMessageStartingWith(missing + " cannot be made, as there is no directory " + missing.getParent());
        Path below = Files.writeString(directory.resolve("file"), "").resolve("audit.log");
        assertThatIOException().isThrownBy(() -> AuditFile.open(below)).withMessageContaining("cannot be written");
    }

    @Test
    void fileThatIsNoOrdinaryOneWillDo() throws IOException {
        AuditFile audit = AuditFile.open(Path.of("/dev/null"));
        audit.record(event("1"));
        audit.close();
        assertThat(audit.unwritten()).isZero();
    }

    @Test
    void halfALineIsTakenBack() throws IOException {
        try (AuditOutput output = AuditOutput.open(file)) {
            output.append(java.nio.ByteBuffer.wrap("one\n".getBytes(StandardCharsets.US_ASCII)));
            var lines = java.nio.ByteBuffer.wrap("two\nthree\n".getBytes(StandardCharsets.US_ASCII));
            Files.writeString(file, "two\nthr", StandardOpenOption.APPEND);
            lines.position("two\nthr".length());
            output.takeBack(lines);
            assertThat(lines.position()).isEqualTo("two\n".length());
            output.append(lines);
        }
        assertThat(Files.readString(file)).isEqualTo("one\ntwo\nthree\n");
    }
}
