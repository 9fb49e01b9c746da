package io.wharfgate.gateway;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.Action;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** How many requests of those who came in were denied since the start, by what they wanted and why. Thread-safe. */
public final class Denials {

    /** Why a request was denied. */
    public enum Reason {
        /** The access rules say so. */
        RULES,
        /** The token that it came with is good for less. */
        TOKEN
    }

    /** What was wanted: an {@link Action}, or what is no repository's. */
    public enum Wanted {
        PING,
        CATALOG,
        PULL,
        PUSH,
        DELETE,
        LIST;

        static Wanted of(Access access) {
            if (access instanceof Access.InRepository in) {
                return of(in.action());
            }
            if (access instanceof Access.Everywhere everywhere) {
                return of(everywhere.action());
            }
            return access instanceof Access.Ping ? PING : CATALOG;
        }

        private static Wanted of(Action action) {
            return switch (action) {
                case PULL -> PULL;
                case PUSH -> PUSH;
                case DELETE -> DELETE;
                case LIST -> LIST;
            };
        }
    }

    private final Map<Reason, Map<Wanted, LongAdder>> counts = new EnumMap<>(Reason.class);

    Denials() {
        for (Reason reason : Reason.values()) {
            Map<Wanted, LongAdder> byWanted = new EnumMap<>(Wanted.class);
            for (Wanted wanted : Wanted.values()) {
                byWanted.put(wanted, new LongAdder());
            }
            counts.put(reason, byWanted);
        }
    }

    void count(Reason reason, Access access) {
        counter(reason, Wanted.of(access)).increment();
    }

    public long count(Reason reason, Wanted wanted) {
        return counter(reason, wanted).sum();
    }

    private LongAdder counter(Reason reason, Wanted wanted) {
        return Objects.requireNonNull(Objects.requireNonNull(counts.get(reason)).get(wanted));
    }
}
