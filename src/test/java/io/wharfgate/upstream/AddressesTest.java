package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.SettableClock;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AddressesTest {

    private static final Duration CHECKED = Duration.ofSeconds(10);
    private static final Duration UNCHECKED = Duration.ZERO;
    private static final int LIMIT = 3;

    private final SettableClock clock = new SettableClock();

    private Addresses addresses(Duration interval, String... names) {
        List<URI> uris =
                Stream.of(names).map(name -> URI.create("http://" + name)).toList();
        return new Addresses(
                "team", uris, new UpstreamConfig.Health("/v2/", interval, Duration.ofSeconds(5), LIMIT), clock);
    }

    private static String chosen(Addresses addresses, Address... tried) {
        return addresses.next(Set.of(tried)).map(a -> a.host().getHostName()).orElse("none");
    }

    private static List<String> chosen(int times, Addresses addresses) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            names.add(chosen(addresses));
        }
        return names;
    }

    private static void kill(Addresses addresses, Address address) {
        for (int i = 0; i < LIMIT; i++) {
            addresses.dead(address, "refused");
        }
    }

    @Test
    void requestsGoRound() {
        assertThat(chosen(6, addresses(CHECKED, "a", "b", "c"))).containsExactly("a", "b", "c", "a", "b", "c");
    }

    @Test
    void oneRequestTriesEachAddressOnce() {
        Addresses addresses = addresses(CHECKED, "a", "b");
        Address a = addresses.all().get(0);
        Address b = addresses.all().get(1);

        assertThat(chosen(addresses, a)).isEqualTo("b");
        assertThat(chosen(addresses, a, b)).isEqualTo("none");
    }

    @Test
    void addressIsOutAfterSoManyFailuresInARow() {
        Addresses addresses = addresses(CHECKED, "a", "b", "c");
        Address b = addresses.all().get(1);
        addresses.dead(b, "refused");
        addresses.dead(b, "refused");
        addresses.alive(b);
        addresses.dead(b, "refused");
        addresses.dead(b, "refused");
        assertThat(chosen(3, addresses)).contains("b");

        addresses.dead(b, "refused");

        assertThat(chosen(4, addresses)).containsExactly("a", "c", "a", "c");
        assertThat(addresses.trouble()).isEmpty();
    }

    @Test
    void onlyACheckBringsBackWhereThereAreChecks() {
        Addresses addresses = addresses(CHECKED, "a", "b");
        Address a = addresses.all().get(0);
        kill(addresses, a);
        clock.advance(Duration.ofDays(1));
        assertThat(chosen(2, addresses)).containsExactly("b", "b");

        addresses.checkPassed(a);

        assertThat(chosen(2, addresses)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void checksTakeOutWhatStillAnswersRequests() {
        Addresses addresses = addresses(CHECKED, "a", "b");
        Address a = addresses.all().get(0);
        for (int i = 0; i < LIMIT; i++) {
            addresses.alive(a);
            assertThat(chosen(2, addresses)).contains("a");
            addresses.checkFailed(a, "answers 503");
        }
        addresses.alive(a);

        assertThat(chosen(2, addresses)).containsExactly("b", "b");
    }

    @Test
    void addressThatNeverAnsweredIsOutWithItsFirstCheck() {
        Addresses addresses = addresses(CHECKED, "a", "b");
        addresses.checkFailed(addresses.all().get(0), "refused");
        assertThat(chosen(2, addresses)).containsExactly("b", "b");
    }

    @Test
    void onlyAddressIsAlwaysTried() {
        Addresses addresses = addresses(CHECKED, "a");
        kill(addresses, addresses.all().get(0));
        assertThat(chosen(2, addresses)).containsExactly("a", "a");
        assertThat(chosen(addresses, addresses.all().get(0))).isEqualTo("none");
        assertThat(addresses.several()).isFalse();
    }

    @Test
    void allAreTriedWhenAllAreOut() {
        Addresses addresses = addresses(CHECKED, "a", "b");
        addresses.all().forEach(address -> kill(addresses, address));

        assertThat(chosen(4, addresses)).containsExactly("a", "b", "a", "b");
        assertThat(addresses.trouble())
                .contains("upstream team cannot be reached: http://a:80 (refused) http://b:80 (refused)");

        addresses.alive(addresses.all().get(1));
        assertThat(chosen(2, addresses)).containsExactly("b", "b");
        assertThat(addresses.trouble()).isEmpty();
    }

    @Test
    void withoutChecksOneRequestTriesAgainAfterARestThatGrows() {
        Addresses addresses = addresses(UNCHECKED, "a", "b");
        Address a = addresses.all().get(0);
        kill(addresses, a);
        Duration rest = AddressState.FIRST_REST;
        for (int i = 0; i < 8; i++) {
            clock.advance(rest.minusMillis(1));
            assertThat(chosen(3, addresses)).as("in rest %s", rest).containsOnly("b");
            clock.advance(Duration.ofMillis(1));
            assertThat(chosen(3, addresses)).as("after rest %s", rest).containsOnlyOnce("a");
            addresses.dead(a, "refused");
            addresses.dead(a, "refused"); // of a request that went there before
            rest = rest.multipliedBy(2);
            if (rest.compareTo(AddressState.LONGEST_REST) > 0) {
                rest = AddressState.LONGEST_REST;
            }
        }
        assertThat(rest).isEqualTo(AddressState.LONGEST_REST);

        clock.advance(rest);
        assertThat(chosen(2, addresses)).contains("a");
        addresses.alive(a);
        assertThat(chosen(4, addresses)).containsExactlyInAnyOrder("a", "b", "a", "b");
    }

    @Test
    void trialThatIsNeverToldOfIsFollowedByAnother() {
        Addresses addresses = addresses(UNCHECKED, "a", "b");
        kill(addresses, addresses.all().get(0));
        clock.advance(AddressState.FIRST_REST);
        assertThat(chosen(3, addresses)).containsOnlyOnce("a");
        clock.advance(AddressState.FIRST_REST);
        assertThat(chosen(3, addresses)).containsOnlyOnce("a");
    }

    @Test
    void markLeadsToTheAddressAlsoWhenItIsOut() {
        Addresses addresses = addresses(CHECKED, "a", "b");
        Address a = addresses.all().get(0);
        kill(addresses, a);
        assertThat(addresses.marked(a.mark())).contains(a);
        assertThat(addresses.marked("000000000000")).isEmpty();
        assertThat(addresses("x", addresses).marked(a.mark())).contains(a);
    }

    /** The same addresses in another order, as after a change of the configuration. */
    private Addresses addresses(String added, Addresses others) {
        List<String> names = new ArrayList<>(List.of(added));
        others.all().forEach(address -> names.add(0, address.host().toHostString()));
        return addresses(CHECKED, names.toArray(String[]::new));
    }

    @Test
    void addressThatIsNamedTwiceIsOne() {
        Addresses addresses = addresses(CHECKED, "a", "a:80", "A/");
        assertThat(addresses.all()).hasSize(1);
        assertThat(addresses.several()).isFalse();
    }

    @Test
    void anotherUpstreamsAddressIsRefused() {
        Address foreign = addresses(CHECKED, "b").all().get(0);
        Addresses addresses = addresses(CHECKED, "a");
        assertThatThrownBy(() -> addresses.dead(foreign, "refused")).isInstanceOf(IllegalArgumentException.class);
    }
}
