package io.wharfgate.upstream;

import java.util.List;
import java.util.Optional;

/** One upstream in numbers, each as it is when it is asked for. Never waits. Thread-safe. */
public final class UpstreamFigures {

    private final Upstream upstream;

    UpstreamFigures(Upstream upstream) {
        this.upstream = upstream;
    }

    /** What the configuration calls it: the prefix, or {@code standard}. */
    public String name() {
        return upstream.addresses().upstream();
    }

    /** Attempts that ended so, since the start; checks of addresses are none. */
    public long attempts(UpstreamResult result) {
        return upstream.counts().of(result);
    }

    public long retries(Retry reason) {
        return upstream.counts().of(reason);
    }

    /** Connections for clients' requests. */
    public Pool pool() {
        return upstream.connections()
                .registry()
                .pool()
                .times(upstream.addresses().all().size());
    }

    /** Why none of its addresses is in use; empty while one is. */
    public Optional<String> trouble() {
        return upstream.addresses().trouble();
    }

    /** The addresses as configured. */
    public List<String> addresses() {
        return upstream.addresses().all().stream().map(Address::toString).toList();
    }

    /** Whether that address is in use; false for none of these. */
    public boolean inUse(String address) {
        return upstream.addresses().inUse().stream()
                .anyMatch(one -> one.toString().equals(address));
    }

    /**
     * The connections to all addresses of an upstream.
     *
     * @param leased in use
     * @param available idle
     * @param pending requests that wait for one
     * @param max as many as there may be
     */
    public record Pool(int leased, int available, int pending, int max) {
        static final Pool NONE = new Pool(0, 0, 0, 0);

        private Pool times(int addresses) {
            return new Pool(leased, available, pending, max * addresses);
        }
    }
}
