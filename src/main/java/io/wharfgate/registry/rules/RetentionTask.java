package io.wharfgate.registry.rules;

import io.wharfgate.control.Task;
import io.wharfgate.control.TaskOutput;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.registry.CatalogWalk;
import io.wharfgate.registry.Registry;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the tags that the rules no longer keep, and nothing else: what no tag leads to then is the collector's. Argument
 * {@link #DRY_RUN}: {@code true} shows what would go, and why the rest stays.
 */
final class RetentionTask implements Task {

    static final String DRY_RUN = "dry-run";

    private static final Logger LOG = LoggerFactory.getLogger(RetentionTask.class);

    private final ObjectStore store;
    private final Registry registry;
    private final PullTimes pulls;
    private final Supplier<Rules> rules;
    private final Clock clock;

    RetentionTask(ObjectStore store, Registry registry, PullTimes pulls, Supplier<Rules> rules, Clock clock) {
        this.store = store;
        this.registry = registry;
        this.pulls = pulls;
        this.rules = rules;
        this.clock = clock;
    }

    @Override
    public int run(Map<String, String> arguments, TaskOutput out) throws IOException {
        Rules current = rules.get();
        if (current.retention().isEmpty()) {
            out.line("there are no rules for retention, so all tags stay");
            return 0;
        }
        return new Run(current, Boolean.parseBoolean(arguments.get(DRY_RUN)), pulls.since(), out).run();
    }

    /** One time over all repositories. */
    private final class Run {

        private final Rules current;
        private final boolean dry;
        private final Instant pullsSince;
        private final TaskOutput out;
        private int looked;
        private int repositories;
        private int gone;
        private int kept;
        private int failed;

        Run(Rules current, boolean dry, Instant pullsSince, TaskOutput out) {
            this.current = current;
            this.dry = dry;
            this.pullsSince = pullsSince;
            this.out = out;
        }

        int run() throws IOException {
            CatalogWalk walk = new CatalogWalk(store);
            while (walk.hasNext() && !out.cancelled()) {
                CatalogWalk.Stop stop = walk.next();
                out.progress("looking at tags", ++looked, 0);
                Optional<RetentionRule> rule = stop.repository() ? current.retentionOf(stop.name()) : Optional.empty();
                if (rule.isPresent()) {
                    repositories++;
                    apply(stop.name(), rule.get());
                }
            }
            String summary = gone + (gone == 1 ? " tag" : " tags") + (dry ? " would go" : " removed") + ", " + kept
                    + (kept == 1 ? " stays" : " stay") + ", in "
                    + (repositories == 1 ? "1 repository" : repositories + " repositories") + " that rules are for";
            out.figure("removed_tags", dry ? 0 : gone);
            out.line(summary + (out.cancelled() ? "; stopped before the end" : ""));
            return failed > 0 || out.cancelled() ? 1 : 0;
        }

        /** What cannot be read or removed in one repository is no reason to leave the others as they are. */
        private void apply(RepositoryName name, RetentionRule rule) {
            try {
                List<RetentionDecision.State> states = states(name);
                var decision = new RetentionDecision(
                        rule,
                        clock.instant(),
                        pullsSince,
                        tag -> current.fixedBy(name, tag).isPresent(),
                        subjects(name, states)::contains);
                for (RetentionDecision.Verdict verdict : decision.decide(states)) {
                    if (out.cancelled()) {
                        return;
                    }
                    apply(name, rule, verdict);
                }
            } catch (IOException | RuntimeException e) {
                failed++;
                LOG.error("retention failed repository={}", name, e);
                out.warning(name + ": " + e.getMessage() + "; its other tags stay");
            }
        }

        private void apply(RepositoryName name, RetentionRule rule, RetentionDecision.Verdict verdict)
                throws IOException {
            RetentionDecision.State state = verdict.state();
            String place = name + ":" + state.tag();
            if (verdict.stays()) {
                kept++;
                if (dry) {
                    out.line("stays  " + place + "  " + verdict.why());
                }
            } else if (dry) {
                gone++;
                out.line("goes   " + place + "  by rule " + rule.number() + ", line " + rule.line() + ": "
                        + verdict.why());
            } else if (registry.manifests().retire(name, state.tag(), state.digest(), state.pushed())) {
                gone++;
                LOG.info(
                        "tag_retired repository={} tag={} digest={} rule={}",
                        name,
                        state.tag(),
                        state.digest(),
                        rule.number());
                out.line("removed  " + place + "  " + state.digest());
            } else {
                kept++;
                out.line("stays  " + place + "  pushed again meanwhile");
            }
        }

        /** The manifests that are there of those that tags belong to. */
        private Set<Digest> subjects(RepositoryName name, List<RetentionDecision.State> states) throws IOException {
            Set<Digest> there = new HashSet<>();
            for (RetentionDecision.State state : states) {
                Optional<Digest> subject = DigestTag.subject(state.tag());
                if (subject.isPresent() && registry.holdings().has(name, subject.get())) {
                    there.add(subject.get());
                }
            }
            return there;
        }

        private List<RetentionDecision.State> states(RepositoryName name) throws IOException {
            PullTimes.Of times = pulls.of(name);
            List<RetentionDecision.State> states = new ArrayList<>();
            for (Tag tag : registry.holdings().tags(name)) {
                Optional<Instant> pushed = registry.tags().pushed(name, tag);
                Optional<Digest> digest = registry.tags().current(name, tag);
                if (pushed.isPresent() && digest.isPresent()) {
                    states.add(
                            new RetentionDecision.State(tag, digest.get(), pushed.get(), times.of(tag, digest.get())));
                }
            }
            return states;
        }
    }
}
