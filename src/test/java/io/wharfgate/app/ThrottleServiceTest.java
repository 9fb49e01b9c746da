package io.wharfgate.app;

import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.registry.api.RegistryClient;
import io.wharfgate.registry.api.RegistryUnderTest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guessing, against the whole service behind a proxy that is believed. */
class ThrottleServiceTest {

    private static final String ATTACKER = "203.0.113.66";
    private static final String HOME = "203.0.113.7";

    @TempDir
    private Path directory;

    private RunningService service;

    @BeforeEach
    void start() throws Exception {
        service = RunningService.Setup.in(directory).behindProxies().start();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void guessesAreSlowedDownAndTheUserGetsInFromElsewhere() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertError(login("guess" + i, ATTACKER), 401, "UNAUTHORIZED");
        }
        // However slow the machine is: the wait grows faster than it can guess.
        HttpResponse<byte[]> throttled = login("guess", ATTACKER);
        for (int i = 0; throttled.statusCode() == 401 && i < 10; i++) {
            throttled = login("more" + i, ATTACKER);
        }
        assertError(throttled, 429, "TOOMANYREQUESTS");
        assertThat(Integer.parseInt(header(throttled, "Retry-After"))).isBetween(1, 300);
        assertThat(throttled.headers().firstValue("WWW-Authenticate")).isEmpty();
        assertThat(login(RunningService.PASSWORD, HOME).statusCode()).isEqualTo(200);
        assertThat(login(RunningService.PASSWORD, ATTACKER).statusCode())
                .as("who is remembered")
                .isEqualTo(200);
    }

    @Test
    void whatAClientSaysOfItselfBeforeTheProxyDoesNotHideIt() throws Exception {
        int throttled = 0;
        for (int i = 0; i < 20; i++) {
            throttled += login("guess" + i, "198.51.100." + i + ", " + ATTACKER).statusCode() == 429 ? 1 : 0;
        }
        assertThat(throttled).isPositive();
    }

    private HttpResponse<byte[]> login(String password, String from) throws Exception {
        RegistryUnderTest registry = service.registry();
        RegistryClient client =
                new RegistryUnderTest(registry.base(), registry.trust(), RunningService.USER, password).client();
        return client.get("/v2/", "X-Forwarded-For", from);
    }
}
