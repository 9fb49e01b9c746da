package io.wharfgate.registry.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.SettableClock;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.FaultyObjectStore;
import io.wharfgate.storage.memory.MemoryStore;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators ask for: retention and usage. */
class TasksTest {

    private static final RepositoryName APP = new RepositoryName("team/app");
    private static final RepositoryName FREE = new RepositoryName("free");
    private static final String RULES = """
            retention:
            - {repositories: 'team/**', keep: {last: 1, pulled-within: 10d}}
            immutable:
            - {repositories: '**', tags: fixed}
            quotas:
            - {prefix: team, bytes: 1MiB, tags: 8}
            """;

    private final SettableClock clock = new SettableClock();
    private final MemoryStore store = new MemoryStore(clock);

    @SuppressWarnings("NullAway.Init")
    private RuledRegistry ruled;

    @BeforeEach
    void open() throws IOException {
        ruled = RuledRegistry.on(store, clock, RULES).counted();
        ruled.pulls.since();
        for (String tag : new String[] {"fixed", "old", "used", "new"}) {
            RuledRegistry.push(ruled.registry, APP, tag, new Tag(tag));
            RuledRegistry.push(ruled.registry, FREE, tag, new Tag(tag));
            clock.advance(Duration.ofDays(10));
        }
        ruled.registry.manifests().pull(APP, new Tag("used"));
        clock.advance(Duration.ofDays(1));
    }

    @Test
    void aDryRunTellsOfEachTagAndChangesNothing() throws Exception {
        RuledRegistry.Output output = ruled.run("retention", "dry-run", "true");
        assertThat(output.code).isZero();
        assertThat(output.lines)
                .containsExactly(
                        "stays  team/app:new  one of the last 1",
                        "stays  team/app:used  pulled 1d ago",
                        "goes   team/app:old  by rule 1, line 2: pushed 31d ago, never pulled",
                        "stays  team/app:fixed  it is immutable",
                        "1 tag would go, 3 stay, in 1 repository that rules are for");
        assertThat(ruled.registry.holdings().tags(APP)).hasSize(4);
    }

    @Test
    void retentionRemovesTagsAndNothingElse() throws Exception {
        Digest digest = ruled.registry.tags().current(APP, new Tag("old")).orElseThrow();
        RuledRegistry.Output output = ruled.run("retention");
        assertThat(output.lines)
                .containsExactly(
                        "removed  team/app:old  " + digest,
                        "1 tag removed, 3 stay, in 1 repository that rules are for");
        assertThat(ruled.registry.holdings().tags(APP)).extracting(Tag::value).containsExactly("fixed", "new", "used");
        assertThat(ruled.registry.holdings().tags(FREE)).hasSize(4);
        assertThat(ruled.registry.holdings().references(APP)).contains(digest.toString());
        assertThat(ruled.totals("team").tags()).isEqualTo(3);
    }

    @Test
    void withoutRulesEveryTagStays() throws Exception {
        assertThat(RuledRegistry.on(store, clock, "").run("retention").lines)
                .containsExactly("there are no rules for retention, so all tags stay");
    }

    @Test
    void aDiskThatFailsIsToldAndTheRestIsDone() throws Exception {
        RuledRegistry.push(ruled.registry, new RepositoryName("team/second"), "a", new Tag("a"));
        clock.advance(Duration.ofDays(50));
        RuledRegistry.push(ruled.registry, new RepositoryName("team/second"), "b", new Tag("b"));
        RuledRegistry faulty = RuledRegistry.on(
                FaultyObjectStore.failingOnce(store, 1, () -> new IOException("bad sector")), clock, RULES);
        RuledRegistry.Output output = faulty.run("retention");
        assertThat(output.code).isEqualTo(1);
        assertThat(output.warnings).containsExactly("team/app: bad sector; its other tags stay");
        assertThat(output.lines).anyMatch(line -> line.startsWith("removed  team/second:a"));
    }

    @Test
    void aTagThatIsPushedAgainMeanwhileStays() throws Exception {
        Tag old = new Tag("old");
        Digest digest = ruled.registry.tags().current(APP, old).orElseThrow();
        var pushed = ruled.registry.tags().pushed(APP, old).orElseThrow();
        RuledRegistry.push(ruled.registry, APP, "old", old);
        assertThat(ruled.registry.manifests().retire(APP, old, digest, pushed)).isFalse();
        assertThat(ruled.registry.tags().current(APP, old)).contains(digest);
    }

    @Test
    void usageShowsQuotas() throws Exception {
        RuledRegistry.Output output = ruled.run("usage");
        long bytes = RuledRegistry.naive(store, "team").bytes();
        assertThat(output.lines).hasSize(2);
        assertThat(output.lines.get(0)).matches("PREFIX +BYTES +TAGS +REPOSITORIES");
        assertThat(output.lines.get(1))
                .matches("team +" + Unit.size(bytes).replace(".", "\\.") + " of 1MiB \\(0 %\\) +4 of 8 \\(50 %\\) +1");
    }

    @Test
    void usageCountsWhatHasNoQuota() throws Exception {
        RuledRegistry.Output output = ruled.run("usage", "prefix", "free");
        assertThat(output.lines).hasSize(2);
        assertThat(output.lines.get(1)).matches("free +\\S+ +4 +1");
        assertThat(ruled.run("usage", "prefix", "team/app").lines).hasSize(3);
        assertThat(RuledRegistry.on(store, clock, "").run("usage").lines.get(1)).matches("\\*\\* .* 8 +2");
    }

    @Test
    void usageRefusesWhatIsNoPrefix() throws Exception {
        RuledRegistry.Output output = ruled.run("usage", "prefix", "team/*");
        assertThat(output.code).isEqualTo(2);
        assertThat(output.warnings).hasSize(1);
    }
}
