package io.wharfgate.registry.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import io.wharfgate.oci.InvalidPatternException;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.TagPattern;
import io.wharfgate.registry.Image;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RetentionDecisionTest {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(1000));
    private static final Digest DIGEST = Digest.of(DigestAlgorithm.SHA256, Image.bytes("x"));

    @Test
    void theLastStayByTheTimeOfTheirPush() {
        List<RetentionDecision.State> states = List.of(pushed("a", 3), pushed("b", 1), pushed("c", 2));
        assertThat(staying(keep(OptionalInt.of(2), List.of(), 0, 0), states)).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void tagsOfOneManifestCountEach() {
        List<RetentionDecision.State> states = List.of(pushed("a", 1), pushed("b", 1), pushed("c", 1));
        assertThat(staying(keep(OptionalInt.of(2), List.of(), 0, 0), states)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void reasonsAreForPeople() {
        var decision = decision(keep(OptionalInt.of(1), List.of("v*"), 5, 10), LONG_AGO, Set.of("fixed"));
        List<RetentionDecision.State> states = List.of(
                pushed("fixed", 100),
                pushed("last", 0),
                pushed("v1", 90),
                pushed("young", 3),
                new RetentionDecision.State(new Tag("used"), DIGEST, days(80), Optional.of(days(9))),
                new RetentionDecision.State(new Tag("old"), DIGEST, days(80), Optional.of(days(11))),
                pushed("unused", 70));
        assertThat(decision.decide(states))
                .extracting(verdict -> verdict.state().tag() + " " + verdict.stays() + " " + verdict.why())
                .containsExactlyInAnyOrder(
                        "fixed true it is immutable",
                        "last true one of the last 1",
                        "v1 true matches v*",
                        "young true pushed 3d ago",
                        "used true pulled 9d ago",
                        "old false pushed 80d ago, last pulled 11d ago",
                        "unused false pushed 70d ago, never pulled");
    }

    @Test
    void whatMayHaveBeenPulledBeforeAnybodyNotedItStays() {
        RetentionRule.Keep keep = keep(OptionalInt.empty(), List.of(), 0, 30);
        List<RetentionDecision.State> states = List.of(pushed("a", 500));
        assertThat(decision(keep, days(29), Set.of()).decide(states).get(0).stays())
                .isTrue();
        assertThat(decision(keep, days(31), Set.of()).decide(states).get(0).stays())
                .isFalse();
    }

    /** Signatures would be half of the last ones, and the images themselves would go for them. */
    @Test
    void whatBelongsToAManifestStaysWithItAndTakesNoPlace() {
        String here = "sha256-" + DIGEST.hex();
        String gone = "sha256-" + "0".repeat(64);
        List<RetentionDecision.State> states = List.of(
                pushed(here, 0),
                pushed(here + ".sig", 0),
                pushed(gone + ".sig", 0),
                pushed(gone, 0),
                pushed("sha256-0", 1),
                pushed("a", 2),
                pushed("b", 3));
        assertThat(staying(keep(OptionalInt.of(2), List.of(), 0, 0), states))
                .containsExactlyInAnyOrder(here, here + ".sig", "sha256-0", "a");
        assertThat(staying(keep(OptionalInt.empty(), List.of(), 1, 0), states)).contains(gone, gone + ".sig");
    }

    @Test
    void immutableTagsGoWhereTheRuleSaysSo() {
        var rule = new RetentionRule(1, 1, List.of(), keep(OptionalInt.of(1), List.of(), 0, 0), true);
        var decision = new RetentionDecision(rule, NOW, LONG_AGO, tag -> true, digest -> false);
        assertThat(decision.decide(List.of(pushed("a", 1), pushed("b", 2))))
                .extracting(RetentionDecision.Verdict::stays)
                .containsExactly(true, false);
    }

    /** The rule as one would say it: for each tag, count the others. */
    @Test
    void itDecidesAsANaiveReadingDoes() {
        Fuzz.rounds(2_000, random -> {
            List<RetentionDecision.State> states = states(random);
            RetentionRule.Keep keep = keep(
                    random.nextBoolean() ? OptionalInt.of(1 + random.nextInt(4)) : OptionalInt.empty(),
                    random.nextBoolean() ? List.of("t1*", "t?") : List.of(),
                    random.nextInt(3) * 10,
                    random.nextInt(3) * 10);
            Instant since = days(random.nextInt(40));
            Set<String> fixed = random.nextBoolean() ? Set.of("t3", "t12") : Set.of();

            Set<String> expected = states.stream()
                    .filter(state -> naive(state, states, keep, since, fixed))
                    .map(state -> state.tag().value())
                    .collect(Collectors.toCollection(TreeSet::new));
            List<RetentionDecision.State> shuffled = new ArrayList<>(states);
            Collections.shuffle(shuffled, random);
            assertThat(decision(keep, since, fixed).decide(shuffled))
                    .filteredOn(RetentionDecision.Verdict::stays)
                    .extracting(verdict -> verdict.state().tag().value())
                    .as("%s %s", keep, states)
                    .containsExactlyInAnyOrderElementsOf(expected);
        });
    }

    private static boolean naive(
            RetentionDecision.State state,
            List<RetentionDecision.State> all,
            RetentionRule.Keep keep,
            Instant since,
            Set<String> fixed) {
        String name = state.tag().value();
        long later = all.stream()
                .filter(other -> other.pushed().isAfter(state.pushed())
                        || (other.pushed().equals(state.pushed())
                                && other.tag().value().compareTo(name) < 0))
                .count();
        long age = Duration.between(state.pushed(), NOW).toDays();
        long unused = Duration.between(state.pulled().orElse(since), NOW).toDays();
        return fixed.contains(name)
                || (keep.last().isPresent() && later < keep.last().getAsInt())
                || (!keep.tags().isEmpty() && name.matches("t1.*|t."))
                || (keep.youngerThan().isPresent()
                        && age < keep.youngerThan().get().toDays())
                || (keep.pulledWithin().isPresent()
                        && unused < keep.pulledWithin().get().toDays());
    }

    private static List<RetentionDecision.State> states(Random random) {
        List<RetentionDecision.State> states = new ArrayList<>();
        for (int i = 0; i < random.nextInt(15); i++) {
            states.add(new RetentionDecision.State(
                    new Tag("t" + i),
                    DIGEST,
                    days(random.nextInt(30)),
                    random.nextBoolean() ? Optional.of(days(random.nextInt(30))) : Optional.empty()));
        }
        return states;
    }

    private static List<String> staying(RetentionRule.Keep keep, List<RetentionDecision.State> states) {
        return decision(keep, LONG_AGO, Set.of()).decide(states).stream()
                .filter(RetentionDecision.Verdict::stays)
                .map(verdict -> verdict.state().tag().value())
                .toList();
    }

    private static RetentionDecision decision(RetentionRule.Keep keep, Instant since, Set<String> fixed) {
        return new RetentionDecision(
                new RetentionRule(1, 1, List.of(), keep, false),
                NOW,
                since,
                tag -> fixed.contains(tag.value()),
                DIGEST::equals);
    }

    private static RetentionRule.Keep keep(OptionalInt last, List<String> tags, int younger, int pulled) {
        return new RetentionRule.Keep(
                last, tags.stream().map(RetentionDecisionTest::pattern).toList(), duration(younger), duration(pulled));
    }

    private static TagPattern pattern(String text) {
        try {
            return TagPattern.parse(text);
        } catch (InvalidPatternException e) {
            throw new AssertionError(e);
        }
    }

    private static Optional<Duration> duration(int days) {
        return days == 0 ? Optional.empty() : Optional.of(Duration.ofDays(days));
    }

    private static RetentionDecision.State pushed(String tag, int days) {
        return new RetentionDecision.State(new Tag(tag), DIGEST, days(days), Optional.empty());
    }

    private static Instant days(int ago) {
        return NOW.minus(Duration.ofDays(ago));
    }
}
