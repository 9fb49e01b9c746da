package io.wharfgate.registry.api;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.net.ssl.SSLContext;

/**
 * A registry somewhere, as a client knows it: nothing here says whether it is one process or a gateway before another.
 *
 * @param base scheme, host and port, without a slash at the end
 * @param trust takes the registry's certificate
 */
public record RegistryUnderTest(URI base, SSLContext trust, String user, String password) {

    public String authorization() {
        return basic(user, password);
    }

    public static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    public RegistryClient client() {
        return new RegistryClient(this);
    }

    public RawTls raw() throws IOException {
        return RawTls.connect(this);
    }
}
