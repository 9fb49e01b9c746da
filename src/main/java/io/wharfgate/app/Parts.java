package io.wharfgate.app;

import io.wharfgate.auth.AuthConfig;
import io.wharfgate.auth.BasicAuthenticator;
import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.gateway.Challenges;
import io.wharfgate.ops.AuditFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * What requests go through that remembers something, or holds files, threads or connections: got together for one
 * configuration, with the parts in force wherever nothing that they depend on has changed. So a reload forgets no verified
 * password and cuts no connection that it need not. Closed by {@link #close}, as far as nobody else uses them.
 */
final class Parts implements AutoCloseable {

    private final WharfgateConfig config;
    private final Deque<Shared<?>> held = new ArrayDeque<>();
    private final Optional<Shared<AuditFile>> audit;
    private final Shared<AdmissionFiles> files;
    private final Shared<BasicAuthenticator> passwords;
    private final Tokens tokens;
    private final Optional<Shared<Content.Forwarded>> upstreams;

    private interface Opener<T> {
        T open() throws StartException;
    }

    /**
     * Opens what there is no part in force for.
     *
     * @param before what is in force
     * @param challenges for clients whom an upstream refuses
     * @param disk runs what has to be read while requests wait for it
     * @throws StartException when something cannot be opened; nothing of it stays open
     */
    Parts(WharfgateConfig config, Optional<Parts> before, Challenges challenges, Executor disk) throws StartException {
        this.config = config;
        try {
            // Held first, and so closed last: what the last requests did is in it.
            audit = config.log().audit().isEmpty()
                    ? Optional.empty()
                    : Optional.of(held(
                            before.filter(same(c -> c.log().audit())).flatMap(parts -> parts.audit),
                            () -> openAudit(config)));
            files = held(before.filter(same(Parts::files)).map(parts -> parts.files), () -> openFiles(before));
            passwords = held(
                    before.filter(same(Parts::passwords)).map(parts -> parts.passwords),
                    () -> Assembly.authenticator(config, files().users(), files().personalTokens()));
            tokens = tokens(before, disk);
            upstreams = config.upstream().isEmpty()
                    ? Optional.empty()
                    : Optional.of(held(
                            before.filter(same(WharfgateConfig::upstream)).flatMap(parts -> parts.upstreams),
                            () -> Content.Forwarded.open(
                                    config, config.upstream().get(), challenges)));
        } catch (StartException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Whether nothing has changed on which a part depends. */
    private java.util.function.Predicate<Parts> same(Function<WharfgateConfig, ?> dependsOn) {
        return before -> dependsOn.apply(before.config).equals(dependsOn.apply(config));
    }

    private static List<?> files(WharfgateConfig config) {
        AuthConfig auth = config.auth();
        return List.of(auth.htpasswd(), auth.access(), auth.personalTokens());
    }

    private static List<?> passwords(WharfgateConfig config) {
        return List.of(files(config), config.auth().cacheExpiry(), config.auth().throttle());
    }

    private static List<?> tokens(WharfgateConfig config) {
        return List.of(files(config), config.auth().token());
    }

    private <T extends AutoCloseable> Shared<T> held(Optional<Shared<T>> inForce, Opener<T> opener)
            throws StartException {
        Shared<T> part = inForce.isPresent() ? inForce.get().hold() : new Shared<>(opener.open());
        held.push(part);
        return part;
    }

    private static AuditFile openAudit(WharfgateConfig config) throws StartException {
        try {
            return AuditFile.open(config.log().audit().orElseThrow());
        } catch (IOException e) {
            throw new StartException("log.audit: " + e.getMessage(), e);
        }
    }

    private AdmissionFiles openFiles(Optional<Parts> before) throws StartException {
        if (before.isPresent()) {
            before.get().files().requireRules(config.auth());
        }
        return AdmissionFiles.open(config.auth());
    }

    private Tokens tokens(Optional<Parts> before, Executor disk) throws StartException {
        Optional<Parts> inForce = before.filter(same(Parts::tokens));
        return inForce.isPresent()
                ? inForce.get().tokens
                : Tokens.open(config.auth(), files().access(), files().users(), files().personalTokens(), disk);
    }

    AdmissionFiles files() {
        return files.part();
    }

    BasicAuthenticator passwords() {
        return passwords.part();
    }

    Tokens tokens() {
        return tokens;
    }

    /** Empty where there is no audit log. */
    Optional<AuditFile> audit() {
        return audit.map(Shared::part);
    }

    /** Lets itself be measured, in the place of those before. */
    void measure(Measurements measurements) {
        measurements.passwords(passwords());
        measurements.file("htpasswd", files().users().adoptions());
        measurements.file("access", files().access().adoptions());
        measurements.file("personal_tokens", files().personalTokens().adoptions());
        measurements.file("token_keys", tokens.adoptions());
        audit().ifPresent(measurements::audit);
        upstreams().ifPresent(forwarded -> forwarded.measure(measurements));
    }

    /** Empty for a registry of our own. */
    Optional<Content.Forwarded> upstreams() {
        return upstreams.map(Shared::part);
    }

    /**
     * Looks whether {@link #reload} would take what is in the files now.
     *
     * @throws StartException when it would not, with a line for each mistake
     */
    void check() throws StartException {
        var mistakes = new Mistakes();
        mistakes.note(files()::check);
        mistakes.note(tokens::check);
        upstreams().ifPresent(forwarded -> mistakes.note(forwarded.trust()::check));
        mistakes.throwIfAny();
    }

    /** Reads all files anew: what is broken is told in the log, and what was in force stays. */
    void reload() {
        files().reload();
        tokens.reload();
        upstreams().ifPresent(Content.Forwarded::poll);
        audit.ifPresent(file -> file.part().reopen());
    }

    /** Looks at all files; for a timer. */
    void poll() {
        files().poll();
        tokens.poll();
        upstreams().ifPresent(Content.Forwarded::poll);
    }

    @Override
    public void close() {
        held.forEach(Shared::release);
        held.clear();
    }
}
