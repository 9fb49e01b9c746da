package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstStartTest {

    @TempDir
    private Path directory;

    private int pingAsAdmin(Wharfgate service, String password) throws Exception {
        RegistryUnderTest registry = new RegistryUnderTest(
                URI.create("https://localhost:" + service.port()),
                RunningService.trusting(service.ownAuthority().orElseThrow()),
                FirstStart.ADMIN,
                password);
        return new RegistryClient(registry).get("/v2/").statusCode();
    }

    @Test
    void firstStartMakesAdminWithAPasswordThatOnlyTheOwnerReadsAndTheSecondKeepsIt() throws Exception {
        RunningService.Setup setup = RunningService.Setup.in(directory.resolve("data"));
        Path file = FirstStart.passwordFile(setup.directory());
        byte[] users;
        String password;
        try (Wharfgate first = Wharfgate.of(setup.config(true))) {
            assertThat(first.start()).isTrue();
            password = Files.readString(file).trim();
            users = Files.readAllBytes(setup.htpasswd());
            assertThat(password).hasSizeGreaterThanOrEqualTo(16);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(setup.htpasswd())))
                    .doesNotContain("w-r")
                    .endsWith("---");
            assertThat(pingAsAdmin(first, password)).isEqualTo(200);
            assertThat(pingAsAdmin(first, "admin")).isEqualTo(401);
        }
        try (Wharfgate second = Wharfgate.of(setup.config(true))) {
            assertThat(second.start()).isTrue();
            assertThat(Files.readString(file).trim()).isEqualTo(password);
            assertThat(Files.readAllBytes(setup.htpasswd())).isEqualTo(users);
            assertThat(pingAsAdmin(second, password)).isEqualTo(200);
        }
    }

    @Test
    void passwordsOfTwoServicesDiffer() throws Exception {
        RunningService.Setup one = RunningService.Setup.in(directory.resolve("one"));
        RunningService.Setup two = RunningService.Setup.in(directory.resolve("two"));
        FirstStart.ensureUsers(one.config(true).auth(), one.directory());
        FirstStart.ensureUsers(two.config(true).auth(), two.directory());
        assertThat(Files.readString(FirstStart.passwordFile(one.directory())))
                .isNotEqualTo(Files.readString(FirstStart.passwordFile(two.directory())));
    }

    @Test
    void passwordFileThatSomebodyNamedAndThatIsMissingIsToldWithTheCommandThatMakesIt() {
        RunningService.Setup setup = RunningService.Setup.in(directory);
        try (Wharfgate service = Wharfgate.of(setup.config())) {
            assertThatExceptionOfType(StartException.class)
                    .isThrownBy(service::start)
                    .withMessageContaining("auth.htpasswd")
                    .withMessageContaining("wharfgate user add NAME --file " + setup.htpasswd());
        }
        assertThat(setup.htpasswd()).doesNotExist();
        assertThat(FirstStart.passwordFile(directory)).doesNotExist();
    }
}
