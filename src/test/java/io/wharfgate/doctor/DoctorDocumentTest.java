package io.wharfgate.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/doctor.md names every check and every advice, in the order of the report, and none that is not there. */
class DoctorDocumentTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\|");

    private static String section(String title) throws IOException {
        String document = Files.readString(Path.of("docs", "doctor.md"));
        String from = document.substring(document.indexOf("\n## " + title + "\n") + 1);
        int next = from.indexOf("\n## ");
        return next < 0 ? from : from.substring(0, next);
    }

    private static List<String> rows(String title) throws IOException {
        return ROW.matcher(section(title))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** Nobody listens there, so that every check is in the report at once. */
    private static Report report() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        return Examination.of(Examination.options(new Target(true, "localhost", port)))
                .report();
    }

    @Test
    void everyCheckIsDescribed() throws Exception {
        List<String> ids = report().results().stream().map(Result::id).toList();
        assertThat(rows("The checks")).isEqualTo(ids);
    }

    @Test
    void everyAdviceIsDescribed() throws Exception {
        assertThat(rows("The advice"))
                .isEqualTo(Arrays.stream(Advice.values()).map(Advice::id).toList());
    }

    @Test
    void everyWordOfTheJsonIsDescribed() throws Exception {
        String json = section("JSON");
        for (Result.Group group : Result.Group.values()) {
            assertThat(json).contains("`" + group.name().toLowerCase(Locale.ROOT) + "`");
        }
        for (Outcome.Status status : Outcome.Status.values()) {
            assertThat(json).contains("`" + status.label().toLowerCase(Locale.ROOT) + "`");
        }
        for (Place place : Place.values()) {
            assertThat(json).contains("`" + place.label().toLowerCase(Locale.ROOT) + "`");
        }
    }
}
