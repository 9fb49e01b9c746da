package io.wharfgate.registry.rules;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.Tag;
import io.wharfgate.oci.TagPattern;
import io.wharfgate.yaml.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides which tags of a repository stay. Reads and changes nothing.
 *
 * @param now what ages count from
 * @param pullsSince since when pulls are noted: what was not pulled since may have been pulled just before
 * @param fixed whether a tag is immutable
 * @param there whether the repository has a manifest
 */
record RetentionDecision(
        RetentionRule rule, Instant now, Instant pullsSince, Predicate<Tag> fixed, Predicate<Digest> there) {

    /** What was pushed last comes first; of one moment, in ASCII order. */
    private static final Comparator<State> LAST_FIRST =
            Comparator.comparing(State::pushed).reversed().thenComparing(State::tag);

    /**
     * A tag as it is.
     *
     * @param pulled empty: never, as far as is known
     */
    record State(Tag tag, Digest digest, Instant pushed, Optional<Instant> pulled) {}

    /** @param why for people */
    record Verdict(State state, boolean stays, String why) {}

    /**
     * A verdict for each tag, those that were pushed last first. A tag that belongs to a manifest by its digest stays as long as
     * that does, and takes no place among the last.
     */
    List<Verdict> decide(List<State> states) {
        List<Verdict> verdicts = new ArrayList<>();
        int places = 0;
        for (State state : states.stream().sorted(LAST_FIRST).toList()) {
            Optional<Digest> subject = DigestTag.subject(state.tag());
            Optional<String> reason;
            if (subject.isEmpty()) {
                reason = stays(state, places++);
            } else if (there.test(subject.get())) {
                reason = Optional.of("belongs to a manifest that is there");
            } else {
                reason = stays(state, Integer.MAX_VALUE);
            }
            verdicts.add(new Verdict(state, reason.isPresent(), reason.orElseGet(() -> history(state))));
        }
        return verdicts;
    }

    private Optional<String> stays(State state, int pushedLater) {
        RetentionRule.Keep keep = rule.keep();
        if (!rule.immutableToo() && fixed.test(state.tag())) {
            return Optional.of("it is immutable");
        }
        if (keep.last().isPresent() && pushedLater < keep.last().getAsInt()) {
            return Optional.of("one of the last " + keep.last().getAsInt());
        }
        Optional<TagPattern> named = keep.tags().stream()
                .filter(pattern -> pattern.matches(state.tag()))
                .findFirst();
        if (named.isPresent()) {
            return Optional.of("matches " + named.get().text());
        }
        if (within(keep.youngerThan(), state.pushed())) {
            return Optional.of("pushed " + ago(state.pushed()));
        }
        if (state.pulled().isPresent()) {
            return state.pulled()
                    .filter(pulled -> within(keep.pulledWithin(), pulled))
                    .map(pulled -> "pulled " + ago(pulled));
        }
        return within(keep.pulledWithin(), pullsSince)
                ? Optional.of("pulls are noted only since " + pullsSince)
                : Optional.empty();
    }

    private String history(State state) {
        return "pushed " + ago(state.pushed()) + ", "
                + state.pulled().map(pulled -> "last pulled " + ago(pulled)).orElse("never pulled");
    }

    private boolean within(Optional<Duration> limit, Instant time) {
        return limit.isPresent() && time.isAfter(now.minus(limit.get()));
    }

    private String ago(Instant time) {
        Duration age = Duration.between(time, now);
        ChronoUnit unit =
                age.toDays() > 0 ? ChronoUnit.DAYS : age.toHours() > 0 ? ChronoUnit.HOURS : ChronoUnit.SECONDS;
        return age.isNegative() ? "just now" : DurationText.show(age.truncatedTo(unit)) + " ago";
    }
}
