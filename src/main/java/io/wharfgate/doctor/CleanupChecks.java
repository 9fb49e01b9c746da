package io.wharfgate.doctor;

import io.wharfgate.doctor.Result.Group;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Deletes what was pushed: a check of DELETE, and good manners. */
final class CleanupChecks {

    private final Session session;
    private final List<String> left = new ArrayList<>();

    CleanupChecks(Session session) {
        this.session = session;
    }

    List<Step> steps() {
        return List.of(new Step(Group.CLEANUP, "delete", Advice.DELETE, this::delete));
    }

    /** What is still there. */
    List<String> left() {
        return List.copyOf(left);
    }

    private Outcome delete() throws IOException {
        List<String> paths = session.trail().lastFirst();
        if (paths.isEmpty()) {
            return Outcome.skipped("nothing was pushed");
        }
        Outcome outcome = Outcome.ok("what was pushed is deleted again");
        for (String path : paths) {
            try {
                Response answer = session.askAsUser(Request.of("DELETE", path));
                boolean gone = answer.status() == 404 || answer.status() / 100 == 2;
                if (!gone) {
                    left.add(path);
                    outcome = worse(outcome, judged(answer));
                }
            } catch (IOException e) {
                left.add(path);
                outcome =
                        worse(outcome, Outcome.failed("202 to DELETE", String.valueOf(e.getMessage()), Advice.DELETE));
            }
        }
        return outcome;
    }

    /** Deleting may be switched off in the registry, which then says so in its own words. */
    private Outcome judged(Response answer) {
        if (answer.json() && (answer.status() == 405 || answer.status() == 403 || answer.status() == 401)) {
            return answer.status() == 405
                    ? Outcome.ok("deleting is switched off in the registry (405); see below for what is left")
                    : Outcome.warning("202 to DELETE", answer.shown(), Advice.LEFT_BEHIND);
        }
        return Outcome.failed("202 to DELETE", answer.shown(), Advice.DELETE);
    }

    private static Outcome worse(Outcome one, Outcome other) {
        return other.status().compareTo(one.status()) >= 0 ? other : one;
    }
}
