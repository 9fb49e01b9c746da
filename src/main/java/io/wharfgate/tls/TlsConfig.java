package io.wharfgate.tls;

import io.wharfgate.secret.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The section {@code tls}: where the server's certificate comes from. Immutable. */
public sealed interface TlsConfig {

    /**
     * PEM files that somebody else keeps. They may not exist yet.
     *
     * @param certificate absolute; the chain, leaf first
     * @param key absolute; the same file as {@code certificate} when that holds the key too
     * @param passphrase of an encrypted key
     */
    record Files(Path certificate, Path key, Optional<Secret> passphrase) implements TlsConfig {}

    /**
     * A CA and a leaf that the service makes itself at its first start.
     *
     * @param names host names and IP addresses for the leaf; never empty
     * @param directory absolute; where both are kept
     */
    record SelfSigned(List<String> names, Path directory) implements TlsConfig {

        public SelfSigned {
            names = List.copyOf(names);
        }
    }

    /** Plain HTTP: a TLS terminator stands in front. */
    record Off() implements TlsConfig {}
}
