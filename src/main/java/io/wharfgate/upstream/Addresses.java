package io.wharfgate.upstream;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of one upstream, and which of them are in use. Requests go to them in turn. One that fails as often as
 * configured is left out until it is known to answer: by a check, or where there are none, by the one request that now
 * and then is sent there. When all have failed they are tried nevertheless: a try is better than a sure refusal.
 *
 * <p>Thread-safe, and never waits. What changes is logged, once.
 */
final class Addresses {

    private static final Logger LOG = LoggerFactory.getLogger(Addresses.class);

    private final String upstream;
    private final List<AddressState> states;
    private final Map<String, Address> byMark = new LinkedHashMap<>();
    private final Clock clock;
    private int turn;

    /**
     * @param upstream names it in the log
     * @param uris at least one; one that is there twice counts once
     * @param health how many failures are too many; an {@code interval} of 0 for no checks
     */
    Addresses(String upstream, List<URI> uris, UpstreamConfig.Health health, Clock clock) {
        this.upstream = upstream;
        this.clock = clock;
        uris.stream().map(Address::of).forEach(address -> byMark.putIfAbsent(address.mark(), address));
        if (byMark.isEmpty()) {
            throw new IllegalArgumentException("an upstream needs an address");
        }
        this.states = byMark.values().stream()
                .map(address -> new AddressState(address, health))
                .toList();
    }

    /** All of them, in the configuration's order. */
    List<Address> all() {
        return List.copyOf(byMark.values());
    }

    /** What the configuration calls this upstream; for the log. */
    String upstream() {
        return upstream;
    }

    /**
     * Where a request goes that is bound to no address.
     *
     * @param tried where this request has failed already
     * @return empty when it has been tried everywhere
     */
    synchronized Optional<Address> next(Set<Address> tried) {
        Instant now = clock.instant();
        Optional<AddressState> chosen = inTurn(state -> !tried.contains(state.address()) && state.takesRequest(now));
        if (chosen.isEmpty()) {
            chosen = inTurn(state -> !tried.contains(state.address()));
        }
        chosen.ifPresent(state -> state.chosen(now));
        return chosen.map(AddressState::address);
    }

    private Optional<AddressState> inTurn(Predicate<AddressState> wanted) {
        for (int i = 0; i < states.size(); i++) {
            int index = (turn + i) % states.size();
            if (wanted.test(states.get(index))) {
                turn = (index + 1) % states.size();
                return Optional.of(states.get(index));
            }
        }
        return Optional.empty();
    }

    /** The address with this mark, in use or not: what lies there is nowhere else. */
    Optional<Address> marked(String mark) {
        return Optional.ofNullable(byMark.get(mark));
    }

    /** Those that requests are sent to in the ordinary way. */
    synchronized List<Address> inUse() {
        return states.stream()
                .filter(AddressState::inUse)
                .map(AddressState::address)
                .toList();
    }

    /** Whether there is more than one, so that what belongs to one of them needs a mark. */
    boolean several() {
        return states.size() > 1;
    }

    /** A request was answered there. */
    void alive(Address address) {
        change(address, AddressState::answered);
    }

    /**
     * A request found nobody there, or lost its connection.
     *
     * @param reason for the log; short, without secrets
     */
    void dead(Address address, String reason) {
        change(address, state -> state.failed(reason, clock.instant()));
    }

    /** A check found it healthy. */
    void checkPassed(Address address) {
        change(address, AddressState::checkPassed);
    }

    /** A check found it unwell, or not at all. */
    void checkFailed(Address address, String reason) {
        change(address, state -> state.checkFailed(reason));
    }

    private void change(Address address, Consumer<AddressState> event) {
        AddressState state = stateOf(address);
        boolean before;
        boolean after;
        String trouble;
        synchronized (this) {
            before = state.inUse();
            event.accept(state);
            after = state.inUse();
            trouble = state.trouble();
        }
        // Outside of the lock: a log that stalls must not stall the choice of addresses.
        if (before && !after) {
            LOG.warn("address out of use upstream={} address={} reason=\"{}\"", upstream, address, trouble);
        } else if (!before && after) {
            LOG.info("address in use again upstream={} address={}", upstream, address);
        }
    }

    private AddressState stateOf(Address address) {
        return states.stream()
                .filter(state -> state.address().equals(address))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("an address of another upstream"));
    }

    /** What is wrong when no address is in use, for readiness and for operators; empty while one is. */
    synchronized Optional<String> trouble() {
        if (states.stream().anyMatch(AddressState::inUse)) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder("upstream " + upstream + " cannot be reached:");
        states.forEach(state -> text.append(' ')
                .append(state.address())
                .append(" (")
                .append(state.trouble())
                .append(')'));
        return Optional.of(text.toString());
    }
}
