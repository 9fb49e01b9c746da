package io.wharfgate.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Gives the JDK's TLS the one identity of one {@link javax.net.ssl.SSLContext}. Immutable: a handshake asks for alias,
 * chain and key in separate calls, so an identity swapped underneath could pair the new chain with the old key.
 *
 * <p>The JDK asks by key algorithm ("EC", "RSA", "RSASSA-PSS", "EdDSA"), in TLS 1.2 per cipher suite and in TLS 1.3 per
 * signature scheme; a {@code null} alias makes it try the client's next choice, which is why the algorithm must be
 * checked: naming an RSA key for "EC" would fail the handshake instead.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {

    private static final String ALIAS = "identity";

    private final ServerIdentity identity;

    IdentityKeyManager(ServerIdentity identity) {
        this.identity = identity;
    }

    private boolean has(@Nullable String keyType) {
        return identity.key().getAlgorithm().equals(keyType);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return has(keyType) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return has(keyType) ? ALIAS : null;
    }

    @Override
    public String @Nullable [] getServerAliases(@Nullable String keyType, Principal @Nullable [] issuers) {
        return has(keyType) ? new String[] {ALIAS} : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        return ALIAS.equals(alias) ? identity.chain().toArray(X509Certificate[]::new) : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        return ALIAS.equals(alias) ? identity.key() : null;
    }

    @Override
    public String @Nullable [] getClientAliases(@Nullable String keyType, Principal @Nullable [] issuers) {
        return has(keyType) ? new String[] {ALIAS} : null;
    }

    /**
     * Whatever authorities the server names: they are hints (RFC 8446, 4.2.4), often incomplete ones, and there is only this
     * one identity to show.
     */
    @Override
    public @Nullable String chooseClientAlias(
            String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return keyTypes != null && Arrays.stream(keyTypes).anyMatch(this::has) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return chooseClientAlias(keyTypes, issuers, null);
    }
}
