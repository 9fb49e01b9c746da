package io.wharfgate.control;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tasks by their names, and how each is run: whatever goes wrong in one becomes a line and an exit code. Immutable. */
public final class Tasks {

    private static final Logger log = LoggerFactory.getLogger(Tasks.class);
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private final Map<String, Task> tasks;

    public Tasks(Map<String, Task> tasks) {
        this.tasks = Map.copyOf(tasks);
    }

    /**
     * Runs a task to its end.
     *
     * @return the command's exit code
     */
    public int run(String name, Map<String, String> arguments, TaskOutput out) {
        Optional<Task> task = Optional.ofNullable(tasks.get(name));
        if (task.isEmpty()) {
            out.warning("the service knows no task \"" + name
                    + "\"; is it of another version than this command? Restart it after an upgrade");
            return WRONG_USAGE;
        }
        try {
            return task.get().run(arguments, out);
        } catch (IOException e) {
            log.debug("task failed task={}", name, e);
            out.warning(e.getMessage() == null ? e.toString() : e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            out.warning("ended before it was done, because the service stops");
        } catch (RuntimeException e) {
            log.error("task failed task={}", name, e);
            out.warning("failed unexpectedly (" + e + "); the log says where");
        }
        return FAILED;
    }
}
