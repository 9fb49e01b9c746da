package io.wharfgate.ops;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the service can do its work. All checks run at once and on workers, each at most once a second and never twice at the
 * same time, so that probes cannot load the service. One that gives no answer in time counts as failed: a disk that hangs makes the
 * service not ready, and hangs nobody who asks. What changes is logged, once. Thread-safe.
 */
public final class Readiness {

    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
    private static final Duration FRESH = Duration.ofSeconds(1);

    /** Longer than a busy disk takes to write two bytes, shorter than load balancers wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final List<Watched> checks;
    private final Duration patience;

    private record Watched(String name, Look<Finding> look) {}

    /**
     * What one check found.
     *
     * @param problem empty when it works
     * @param figures for JSON
     */
    record Finding(Optional<String> problem, Map<String, ?> figures) {}

    /** What all checks found, in their order. */
    record Report(Map<String, Finding> findings) {

        boolean ready() {
            return findings.values().stream()
                    .allMatch(finding -> finding.problem().isEmpty());
        }
    }

    /** @param workers where checks may wait */
    public Readiness(Executor workers, List<Check> checks) {
        this(workers, checks, FRESH, PATIENCE);
    }

    Readiness(Executor workers, List<Check> checks, Duration fresh, Duration patience) {
        this.patience = patience;
        this.checks = checks.stream()
                .map(check -> new Watched(check.name(), new Look<>(new Eye(check), workers, fresh)))
                .toList();
    }

    /** Never fails, and always completes: on any thread. */
    CompletionStage<Report> report() {
        Finding late = new Finding(Optional.of("gave no answer within " + patience.toMillis() + " ms"), Map.of());
        List<CompletableFuture<Finding>> looks = new ArrayList<>();
        for (Watched watched : checks) {
            looks.add(watched.look().see().completeOnTimeout(late, patience.toMillis(), TimeUnit.MILLISECONDS));
        }
        return CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new)).thenApply(all -> {
            Map<String, Finding> findings = new LinkedHashMap<>();
            for (int i = 0; i < looks.size(); i++) {
                findings.put(checks.get(i).name(), looks.get(i).join());
            }
            return new Report(findings);
        });
    }

    /** Looks, and says so when it is not as before. For one thread at a time. */
    private static final class Eye implements Supplier<Finding> {

        private final Check check;
        private volatile Optional<String> told = Optional.empty();

        Eye(Check check) {
            this.check = check;
        }

        @Override
        public Finding get() {
            Finding finding = look();
            Optional<String> problem = finding.problem();
            if (problem.isPresent() && told.isEmpty()) {
                LOG.warn("not ready part={} reason=\"{}\"", check.name(), problem.get());
            } else if (problem.isEmpty() && told.isPresent()) {
                LOG.info("ready again part={}", check.name());
            }
            told = problem;
            return finding;
        }

        private Finding look() {
            try {
                return new Finding(Optional.empty(), check.probe().run());
            } catch (Check.FailedException e) {
                return new Finding(Optional.of(String.valueOf(e.getMessage())), e.figures());
            } catch (IOException e) {
                return new Finding(Optional.of(String.valueOf(e.getMessage())), Map.of());
            } catch (RuntimeException e) {
                LOG.error("check failed to run part={}", check.name(), e);
                return new Finding(Optional.of("the check itself failed; the log says how"), Map.of());
            }
        }
    }
}
