package io.wharfgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.app.RunningService;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DoctorCommandTest {

    @TempDir
    private Path directory;

    private record Ran(int code, String out, String err) {}

    private Ran run(String stdin, String... arguments) {
        return run(Map.of(), stdin, arguments);
    }

    private Ran run(Map<String, String> environment, String stdin, String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var surroundings = new Surroundings(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                environment,
                directory,
                directory.resolve("system.yaml"));
        var input = new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8));
        var mistakes = new Mistakes(surroundings);
        int code = new CommandLine(new DoctorCommand(surroundings, new UserPasswords(input, Optional.empty())))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler(mistakes)
                .setExecutionExceptionHandler(mistakes)
                .execute(arguments);
        return new Ran(code, out.toString(), err.toString());
    }

    @Test
    void aRealServerIsExaminedAndNoSecretIsShown() throws Exception {
        try (RunningService service = RunningService.Setup.in(directory).start()) {
            Ran ran = run(
                    RunningService.PASSWORD + "\n",
                    service.uri().toString(),
                    "--ca",
                    service.authority().toString(),
                    "-u",
                    RunningService.USER,
                    "--password-stdin");
            assertThat(ran.out()).contains("Examining https://localhost:", "ok       manifest-pull", "checks: ");
            assertThat(ran.out() + ran.err())
                    .doesNotContain(RunningService.PASSWORD)
                    .doesNotContain("\u001b");
            assertThat(ran.err()).isEmpty();
            assertThat(ran.code()).isEqualTo(ran.out().contains("FAILED") ? 1 : 0);
        }
    }

    @Test
    void withoutAUrlItIsTheServerOfTheConfiguration() throws Exception {
        try (RunningService service = RunningService.Setup.in(directory).plain().start()) {
            Map<String, String> environment = Map.of(
                    "WHARFGATE_SERVER_LISTEN", "127.0.0.1:" + service.uri().getPort(), "WHARFGATE_TLS_OFF", "true");
            Ran ran = run(environment, "", "--read-only", "--json");
            assertThat(ran.out())
                    .contains("\"url\" : \"" + service.uri() + "\"")
                    .contains("\"wharfgate\" : true");
        }
    }

    @Test
    void aServerThatIsNotThereIsExitCode1() throws Exception {
        int port;
        try (var socket = new java.net.ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Ran ran = run("", "http://localhost:" + port);
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("FAILED   connect").contains("What to change for connect:");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://x/registry | a registry has no path",
                "https://x --password-stdin | goes with --username",
                "https://x -u a:b | no ':'",
                "https://x -u alice | --password-stdin",
                "https://x --repository UPPER | --repository: ",
                "https://x --timeout 0 | --timeout: ",
                "https://x --slow --read-only | leave --read-only away",
                "https://x --ca /nowhere/ca.crt | /nowhere/ca.crt: no such file",
                "https://x -c file.yaml | give it, or a URL",
            })
    void wrongUsageIsExitCode2(String arguments, String message) {
        Ran ran = run("", arguments.split(" ", -1));
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(message);
        assertThat(ran.out()).doesNotContain("checks:");
    }
}
