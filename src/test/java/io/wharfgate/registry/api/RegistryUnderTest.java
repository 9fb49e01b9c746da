package io.wharfgate.registry.api;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * A registry somewhere, as a client knows it: nothing here says whether it is one process or a gateway before another.
 *
 * @param base scheme, host and port, without a slash at the end
 * @param trust takes the registry's certificate
 * @param traits what it does otherwise
 */
public record RegistryUnderTest(URI base, SSLContext trust, String user, String password, Set<Trait> traits) {

    /** What a registry does otherwise than an all-in-one service; the contract then asks for that instead. */
    public enum Trait {
        /**
         * Users come in to {@code /v1/}, for there may be an upstream that knows it; a mount from what is no name, or
         * from nothing named, becomes an upload, as from every source that is not known to be readable; a client that expects 100 is told it before the
         * upstream has seen the request; what came in one piece with a broken chunk is not passed on.
         */
        GATEWAY
    }

    public RegistryUnderTest(URI base, SSLContext trust, String user, String password) {
        this(base, trust, user, password, Set.of());
    }

    public RegistryUnderTest with(Trait trait) {
        return new RegistryUnderTest(base, trust, user, password, Set.of(trait));
    }

    public boolean is(Trait trait) {
        return traits.contains(trait);
    }

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
