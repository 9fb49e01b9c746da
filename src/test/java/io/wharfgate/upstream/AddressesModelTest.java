package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import io.wharfgate.SettableClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Random events, against a model that remembers every event and thinks about all of them again each time. */
class AddressesModelTest {

    private static final int LIMIT = 2;

    private enum Kind {
        ANSWERED,
        FAILED,
        CHECK_PASSED,
        CHECK_FAILED
    }

    /** All that has happened to one address, oldest first. */
    private static final class History {

        private final List<Kind> events = new ArrayList<>();

        boolean inUse() {
            return !(requestsFailed() || checksFailed());
        }

        private boolean requestsFailed() {
            List<Kind> seen =
                    events.stream().filter(e -> e != Kind.CHECK_FAILED).toList();
            return seen.size() >= LIMIT
                    && seen.subList(seen.size() - LIMIT, seen.size()).stream().allMatch(e -> e == Kind.FAILED);
        }

        private boolean checksFailed() {
            List<Kind> checks = new ArrayList<>();
            boolean answered = false;
            for (Kind event : events) {
                if (event == Kind.CHECK_FAILED && !answered) {
                    checks.addAll(List.of(Kind.CHECK_FAILED, Kind.CHECK_FAILED));
                } else if (event == Kind.CHECK_FAILED || event == Kind.CHECK_PASSED) {
                    checks.add(event);
                }
                answered |= event == Kind.ANSWERED || event == Kind.CHECK_PASSED;
            }
            return checks.size() >= LIMIT
                    && checks.subList(checks.size() - LIMIT, checks.size()).stream()
                            .allMatch(e -> e == Kind.CHECK_FAILED);
        }
    }

    @Test
    void withChecksTheChoiceIsThatOfTheModel() {
        Fuzz.rounds(60, random -> {
            int count = 1 + random.nextInt(4);
            Addresses addresses = addresses(count, Duration.ofSeconds(1), new SettableClock());
            Map<Address, History> histories = new HashMap<>();
            addresses.all().forEach(address -> histories.put(address, new History()));
            int turn = 0;
            for (int step = 0; step < 60; step++) {
                Address address = addresses.all().get(random.nextInt(count));
                Kind event = Kind.values()[random.nextInt(4)];
                happen(addresses, address, event);
                of(histories, address).events.add(event);

                Set<Address> tried = some(random, addresses.all());
                Optional<Address> expected = expected(addresses.all(), histories, tried, turn);
                assertThat(addresses.next(tried)).as("step %d", step).isEqualTo(expected);
                turn = expected.map(a -> addresses.all().indexOf(a) + 1).orElse(turn);
                assertThat(addresses.trouble().isPresent())
                        .isEqualTo(histories.values().stream().noneMatch(History::inUse));
            }
        });
    }

    private static History of(Map<Address, History> histories, Address address) {
        return Objects.requireNonNull(histories.get(address));
    }

    private static Optional<Address> expected(
            List<Address> all, Map<Address, History> histories, Set<Address> tried, int turn) {
        List<Address> order = IntStream.range(0, all.size())
                .mapToObj(i -> all.get((turn + i) % all.size()))
                .filter(address -> !tried.contains(address))
                .toList();
        return order.stream()
                .filter(address -> of(histories, address).inUse())
                .findFirst()
                .or(() -> order.stream().findFirst());
    }

    /** Without checks: an address that fails and then is well again gets requests again, and while it fails, few do. */
    @Test
    void withoutChecksAFailingAddressGetsFewRequestsAndARecoveredOneComesBack() {
        Fuzz.rounds(20, random -> {
            SettableClock clock = new SettableClock();
            Addresses addresses = addresses(2 + random.nextInt(3), Duration.ZERO, clock);
            Address sick = addresses.all().get(random.nextInt(addresses.all().size()));
            happen(addresses, sick, Kind.FAILED);
            happen(addresses, sick, Kind.FAILED);
            Instant end = clock.instant().plus(Duration.ofMinutes(10));
            int tries = 0;
            while (clock.instant().isBefore(end)) {
                clock.advance(Duration.ofMillis(random.nextInt(1000)));
                Address chosen = addresses.next(Set.of()).orElseThrow();
                happen(addresses, chosen, chosen.equals(sick) ? Kind.FAILED : Kind.ANSWERED);
                tries += chosen.equals(sick) ? 1 : 0;
            }
            // Rests of 2, 4, 8, 16, 32 s and then of a minute.
            assertThat(tries).isBetween(12, 14);

            clock.advance(AddressState.LONGEST_REST);
            int back = 0;
            for (int i = 0; i < 20; i++) {
                Address chosen = addresses.next(Set.of()).orElseThrow();
                happen(addresses, chosen, Kind.ANSWERED);
                back += chosen.equals(sick) ? 1 : 0;
            }
            assertThat(back).isGreaterThanOrEqualTo(20 / addresses.all().size());
        });
    }

    private static Addresses addresses(int count, Duration interval, SettableClock clock) {
        List<URI> uris = IntStream.range(0, count)
                .mapToObj(i -> URI.create("http://host-" + i))
                .toList();
        return new Addresses(
                "model", uris, new UpstreamConfig.Health("/", interval, Duration.ofSeconds(1), LIMIT), clock);
    }

    private static void happen(Addresses addresses, Address address, Kind event) {
        switch (event) {
            case ANSWERED -> addresses.alive(address);
            case FAILED -> addresses.dead(address, "failed");
            case CHECK_PASSED -> addresses.checkPassed(address);
            case CHECK_FAILED -> addresses.checkFailed(address, "failed");
        }
    }

    private static Set<Address> some(Random random, List<Address> all) {
        Set<Address> some = new HashSet<>();
        all.stream().filter(address -> random.nextInt(4) == 0).forEach(some::add);
        return some;
    }
}
