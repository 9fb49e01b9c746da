package io.wharfgate.config;

import io.wharfgate.http.ServerConfig;
import io.wharfgate.ops.OpsConfig;
import io.wharfgate.tls.TlsConfig;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * What becomes of a running service's configuration when it is read again. Immutable.
 *
 * @param next what can be in force without a restart: all that is written, but for the keys that need one
 * @param changed keys whose value is another one in {@code next}, in the order of {@link Key}; never a value
 * @param needRestart keys whose written value is not in {@code next}
 */
public record Revision(LoadedConfiguration next, List<String> changed, List<String> needRestart) {

    public Revision {
        changed = List.copyOf(changed);
        needRestart = List.copyOf(needRestart);
    }

    /**
     * Compares.
     *
     * @param running what is in force
     * @param written what would be in force after a restart
     * @param possible the same, but with the data directory in force
     */
    static Revision of(LoadedConfiguration running, LoadedConfiguration written, LoadedConfiguration possible) {
        var keys = new Keys(running.config(), written.config());
        var changed = new ArrayList<String>();
        var needRestart = new ArrayList<String>();
        var values = new EnumMap<Key, Values.Effective>(Key.class);
        for (Key key : Key.values()) {
            boolean stays = keys.needRestart(key);
            Optional<Values.Effective> now = value(running, key);
            if (!same(now, value(key == Key.SERVER_DATA_DIRECTORY ? written : possible, key))) {
                (stays ? needRestart : changed).add(key.path());
            }
            (stays ? now : value(possible, key)).ifPresent(value -> values.put(key, value));
        }
        List<String> ofPrefixes =
                prefixes(running.inForce().prefixes(), written.inForce().prefixes());
        (keys.otherContent ? needRestart : changed).addAll(ofPrefixes);
        var inForce = new InForce(
                values, (keys.otherContent ? running : possible).inForce().prefixes());
        return new Revision(
                possible.with(keys.merged(running.config(), possible.config()), inForce), changed, needRestart);
    }

    private static Optional<Values.Effective> value(LoadedConfiguration of, Key key) {
        return Optional.ofNullable(of.inForce().values().get(key));
    }

    private static boolean same(Optional<Values.Effective> one, Optional<Values.Effective> other) {
        return one.isPresent() == other.isPresent()
                && (one.isEmpty() || one.get().same(other.get()));
    }

    /** Whole entries that came or went, and the keys of others. */
    private static List<String> prefixes(
            SortedMap<String, Map<Key, Values.Effective>> before, SortedMap<String, Map<Key, Values.Effective>> after) {
        var names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        var different = new ArrayList<String>();
        for (String name : names) {
            String entry = Key.PREFIXES + "." + name;
            if (!before.containsKey(name) || !after.containsKey(name)) {
                different.add(entry);
                continue;
            }
            for (Key key : Key.values()) {
                if (!same(
                        Optional.ofNullable(before.get(name).get(key)),
                        Optional.ofNullable(after.get(name).get(key)))) {
                    different.add(key.pathIn(entry));
                }
            }
        }
        return different;
    }

    /**
     * Which keys need a restart, and what the configuration is without them.
     *
     * @param otherContent whether a registry of our own would become a gateway, or the other way round
     * @param otherTransport whether TLS would begin, or end
     */
    private record Keys(boolean otherContent, boolean otherTransport) {

        Keys(WharfgateConfig running, WharfgateConfig written) {
            this(
                    running.upstream().isPresent() != written.upstream().isPresent(),
                    running.tls() instanceof TlsConfig.Off != written.tls() instanceof TlsConfig.Off);
        }

        boolean needRestart(Key key) {
            return Effect.of(key) == Effect.RESTART
                    || (otherContent && (key.storage() || key.upstream()))
                    || (otherTransport && key.section().equals("tls"));
        }

        WharfgateConfig merged(WharfgateConfig running, WharfgateConfig possible) {
            WharfgateConfig content = otherContent ? running : possible;
            return new WharfgateConfig(
                    merged(running.server(), possible.server()),
                    (otherTransport ? running : possible).tls(),
                    possible.auth(),
                    running.storage(),
                    content.registry(),
                    content.upstream(),
                    new OpsConfig(
                            running.ops().listen(),
                            possible.ops().minFreeSpace(),
                            running.ops().control()),
                    possible.log());
        }

        private static ServerConfig merged(ServerConfig running, ServerConfig possible) {
            ServerConfig.Limits fixed = running.limits();
            return new ServerConfig(
                    running.listen(),
                    running.redirectHttp(),
                    possible.externalUrl(),
                    possible.trustedProxies(),
                    running.dataDirectory(),
                    new ServerConfig.Limits(
                            possible.limits().stallTimeout(),
                            possible.limits().drainTimeout(),
                            fixed.maxConnections(),
                            fixed.socketBuffer(),
                            fixed.workerThreads()));
        }
    }
}
