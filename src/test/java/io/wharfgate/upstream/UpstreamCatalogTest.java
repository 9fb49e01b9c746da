package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.Fuzz;
import io.wharfgate.SettableClock;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamCatalogTest {

    private static final Predicate<RepositoryName> TEAM =
            name -> name.value().equals("team") || name.value().startsWith("team/");

    private static FakeCatalog registry(String... names) {
        return new FakeCatalog(List.of(names), Comparator.naturalOrder(), 1000, true);
    }

    private static CatalogSource standard(FakeCatalog registry) {
        return new CatalogSource(registry.requests("default"), TEAM.negate());
    }

    private static CatalogSource team(Transport transport) {
        return new CatalogSource(FakeCatalog.requests("team", transport), TEAM);
    }

    private static UpstreamCatalog.Page page(int n, String last, CatalogSource... sources) {
        return join(new UpstreamCatalog(List.of(sources), Clock.systemUTC())
                .page(n, Optional.of(last).filter(text -> !text.isEmpty()), name -> true)
                .toCompletableFuture());
    }

    private static UpstreamCatalog.Page join(CompletableFuture<UpstreamCatalog.Page> page) {
        try {
            return page.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RegistryException error) {
                throw error;
            }
            throw e;
        }
    }

    @Test
    void listsAreMergedInAsciiOrder() {
        UpstreamCatalog.Page page = page(
                10, "", standard(registry("alpine", "zoo")), team(registry("team", "team/app", "team-x").transport));
        assertThat(page)
                .isEqualTo(new UpstreamCatalog.Page(List.of("alpine", "team", "team/app", "zoo"), false, List.of()));
    }

    @Test
    void repositoryThatIsRoutedElsewhereIsNotListed() {
        UpstreamCatalog.Page page =
                page(10, "", standard(registry("a", "team/old")), team(registry("b", "team/new").transport));
        assertThat(page.names()).containsExactly("a", "team/new");
    }

    @Test
    void onlyWhatTheUserMayPullIsListed() {
        UpstreamCatalog catalog = new UpstreamCatalog(
                List.of(standard(registry("open", "secret")), team(registry("team/secret").transport)),
                Clock.systemUTC());
        assertThat(join(catalog.page(10, Optional.empty(), name -> !name.value().contains("secret"))
                                .toCompletableFuture())
                        .names())
                .containsExactly("open");
    }

    @Test
    void pageEndsWithALinkOnlyWhenMoreFollows() {
        CatalogSource source = standard(registry("a", "b", "c"));
        assertThat(page(2, "", source).more()).isTrue();
        assertThat(page(3, "", source).more()).isFalse();
        assertThat(page(2, "a", source)).isEqualTo(new UpstreamCatalog.Page(List.of("b", "c"), false, List.of()));
    }

    /** distribution says a, a/b, a-b; whoever pages on behind a-b must still find a/b. */
    @Test
    void upstreamsOrderMayBeAnother() {
        CatalogSource source =
                standard(new FakeCatalog(List.of("a", "a-b", "a/b", "a.b", "b"), FakeCatalog.byComponents(), 2, true));
        List<String> all = new ArrayList<>();
        String last = "";
        for (UpstreamCatalog.Page page = page(1, last, source); ; page = page(1, last, source)) {
            all.addAll(page.names());
            if (!page.more()) {
                break;
            }
            last = page.names().get(0);
        }
        assertThat(all).containsExactly("a", "a-b", "a.b", "a/b", "b");
    }

    @Test
    void namesThatAreNoneAreLeftOut() {
        assertThat(page(10, "", standard(registry("UPPER", "ok", "a b", "../x")))
                        .names())
                .containsExactly("ok");
    }

    @Test
    void pageOfNoneAsksNobody() {
        FakeCatalog registry = registry("a");
        assertThat(page(0, "", standard(registry))).isEqualTo(new UpstreamCatalog.Page(List.of(), false, List.of()));
        assertThat(registry.transport.requests).isEmpty();
    }

    @Test
    void upstreamWithSmallPagesIsAskedInItsOwnWay() {
        List<String> names = IntStream.range(0, 250).mapToObj(i -> "r" + i).toList();
        FakeCatalog registry = new FakeCatalog(names, Comparator.naturalOrder(), 100, true);
        assertThat(page(1000, "", standard(registry)).names()).hasSize(250).isSorted();
        assertThat(registry.transport.requests).hasSize(4);
    }

    @Test
    void upstreamWithoutLinksIsPagedByItsLastName() {
        List<String> names = IntStream.range(0, 2500).mapToObj(i -> "r/" + i).toList();
        FakeCatalog registry = new FakeCatalog(names, Comparator.naturalOrder(), 1000, false);
        assertThat(page(1000, "r/8", standard(registry)).names()).hasSize(221).startsWith("r/80");
        assertThat(registry.transport.requests).hasSize(3);
    }

    @Test
    void listWithoutEndIsCutAndTheClientTold() {
        AtomicInteger number = new AtomicInteger();
        FakeFetches endless = new FakeFetches(request -> FakeFetches.answer(
                200,
                "{\"repositories\":[\"team/" + number.incrementAndGet() + "\"]}",
                "Link",
                "</v2/_catalog?last=" + number + ">; rel=next"));
        UpstreamCatalog.Page page = page(1000, "", team(endless));
        assertThat(page.names()).hasSize(CatalogListing.MOST_PAGES);
        assertThat(page.warnings()).containsExactly("299 - \"some repositories of upstream team are missing\"");
        assertThat(endless.requests).hasSize(CatalogListing.MOST_PAGES);
    }

    @Test
    void pageThatLinksToItselfIsTheLast() {
        FakeFetches loop = new FakeFetches(request -> FakeFetches.answer(
                200, "{\"repositories\":[\"team/a\"]}", "Link", "</v2/_catalog?n=1000>; rel=\"next\""));
        assertThat(page(10, "", team(loop))).isEqualTo(new UpstreamCatalog.Page(List.of("team/a"), false, List.of()));
    }

    @Test
    void listThatTakesTooLongIsLeftOut() {
        SettableClock clock = new SettableClock();
        FakeFetches slow = new FakeFetches(request -> {
            clock.advance(Duration.ofSeconds(10));
            return FakeFetches.answer(
                    200,
                    "{\"repositories\":[]}",
                    "Link",
                    "</v2/_catalog?last=" + clock.instant().toEpochMilli() + ">; rel=\"next\"");
        });
        UpstreamCatalog catalog = new UpstreamCatalog(List.of(standard(registry("a")), team(slow)), clock);
        UpstreamCatalog.Page page =
                join(catalog.page(10, Optional.empty(), name -> true).toCompletableFuture());
        assertThat(page.names()).containsExactly("a");
        assertThat(page.warnings()).containsExactly("299 - \"the repositories of upstream team are missing\"");
        assertThat(slow.requests).hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 405, 500, 503})
    void upstreamWithoutACatalogIsLeftOutWithAWarning(int status) {
        FakeFetches without = new FakeFetches(request -> FakeFetches.answer(status, "no"));
        UpstreamCatalog.Page page = page(10, "", standard(registry("a")), team(without));
        assertThat(page.names()).containsExactly("a");
        assertThat(page.warnings()).containsExactly("299 - \"the repositories of upstream team are missing\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "<html>", "{\"repositories\":\"a\"}", "{\"other\":[]}", "{\"repositories\":["})
    void answerThatIsNoCatalogIsLeftOut(String body) {
        FakeFetches odd = new FakeFetches(request -> FakeFetches.answer(200, body));
        assertThat(page(10, "", standard(registry("a")), team(odd)).warnings()).hasSize(1);
    }

    @Test
    void nullIsAnEmptyList() {
        FakeFetches none = new FakeFetches(request -> FakeFetches.answer(200, "{\"repositories\":null}"));
        assertThat(page(10, "", team(none))).isEqualTo(new UpstreamCatalog.Page(List.of(), false, List.of()));
    }

    @Test
    void upstreamThatFailsHalfWayIsLeftOutWhole() {
        FakeFetches breaking = new FakeFetches(request -> request.target().contains("last=")
                ? FakeFetches.failure(new IOException("reset"))
                : FakeFetches.answer(
                        200, "{\"repositories\":[\"team/a\"]}", "Link", "</v2/_catalog?last=x>; rel=\"next\""));
        UpstreamCatalog.Page page = page(10, "", standard(registry("b")), team(breaking));
        assertThat(page.names()).containsExactly("b");
        assertThat(page.warnings()).hasSize(1);
    }

    @Test
    void whenAllFailItIsAnErrorThatNamesNoAddress() {
        FakeFetches down = new FakeFetches(request -> FakeFetches.failure(new ConnectException("10.0.0.1 refused")));
        FakeFetches late = new FakeFetches(request -> FakeFetches.failure(new SocketTimeoutException("30 s")));
        assertThatThrownBy(() -> page(10, "", team(down), team(late)))
                .isInstanceOfSatisfying(RegistryException.class, e -> {
                    assertThat(e.error()).isEqualTo(RegistryError.UPSTREAM_FAILED);
                    assertThat(e.getMessage()).doesNotContain("10.0.0.1");
                });
        assertThatThrownBy(() -> page(10, "", team(late)))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.error()).isEqualTo(RegistryError.UPSTREAM_TIMEOUT));
    }

    @Test
    void onlySoManyListsAreMadeAtOnce() {
        CompletableFuture<Transport.Fetched> answer = new CompletableFuture<>();
        UpstreamCatalog catalog =
                new UpstreamCatalog(List.of(team(new FakeFetches(request -> answer))), Clock.systemUTC());
        List<CompletableFuture<UpstreamCatalog.Page>> running = new ArrayList<>();
        for (int i = 0; i < UpstreamCatalog.MOST_RUNNING; i++) {
            running.add(catalog.page(1, Optional.empty(), name -> true).toCompletableFuture());
        }
        assertThatThrownBy(() -> catalog.page(1, Optional.empty(), name -> true))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.error()).isEqualTo(RegistryError.UNAVAILABLE));

        answer.complete(new Transport.Fetched(200, List.of(), "{\"repositories\":[\"team\"]}"));

        assertThat(running).allSatisfy(page -> assertThat(page.join().names()).containsExactly("team"));
        assertThat(join(catalog.page(1, Optional.empty(), name -> true).toCompletableFuture())
                        .names())
                .containsExactly("team");
    }

    @Test
    void pagesAreThoseOfASortedListOfEverything() {
        Fuzz.rounds(60, random -> {
            List<String> here = names(random);
            List<String> there = names(random);
            Predicate<RepositoryName> mayPull = name -> name.value().length() % 5 != 0;
            TreeSet<String> expected = new TreeSet<>();
            here.stream().filter(name -> !TEAM.test(new RepositoryName(name))).forEach(expected::add);
            there.stream().filter(name -> TEAM.test(new RepositoryName(name))).forEach(expected::add);
            expected.removeIf(name -> !mayPull.test(new RepositoryName(name)));

            UpstreamCatalog catalog = new UpstreamCatalog(
                    List.of(standard(catalog(random, here)), team(catalog(random, there).transport)),
                    Clock.systemUTC());
            int n = 1 + random.nextInt(10);
            Optional<String> last = random.nextBoolean()
                    ? Optional.empty()
                    : Optional.of(names(random).get(0));
            List<String> all = new ArrayList<>();
            Optional<String> from = last;
            for (boolean more = true; more; ) {
                UpstreamCatalog.Page page = join(catalog.page(n, from, mayPull).toCompletableFuture());
                assertThat(page.names().size()).isLessThanOrEqualTo(n);
                all.addAll(page.names());
                more = page.more();
                from = more ? Optional.of(page.names().get(n - 1)) : from;
            }
            assertThat(all)
                    .containsExactlyElementsOf(
                            last.map(text -> expected.tailSet(text, false)).orElse(expected));
        });
    }

    private static FakeCatalog catalog(Random random, List<String> names) {
        Comparator<String> order = switch (random.nextInt(3)) {
            case 0 -> Comparator.naturalOrder();
            case 1 -> FakeCatalog.byComponents();
            default -> Comparator.comparing((String name) -> name.hashCode()).thenComparing(name -> name);
        };
        return new FakeCatalog(names, order, 1 + random.nextInt(10), true);
    }

    private static List<String> names(Random random) {
        String[] parts = {"a", "b", "team", "teams", "x-y", "x.y", "0"};
        TreeSet<String> names = new TreeSet<>(List.of("z"));
        for (int i = random.nextInt(40); i > 0; i--) {
            StringBuilder name = new StringBuilder(parts[random.nextInt(parts.length)]);
            for (int j = random.nextInt(3); j > 0; j--) {
                name.append("/-.".charAt(random.nextInt(3))).append(parts[random.nextInt(parts.length)]);
            }
            names.add(name.toString());
        }
        return List.copyOf(names);
    }
}
