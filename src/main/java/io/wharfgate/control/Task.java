package io.wharfgate.control;

import java.io.IOException;
import java.util.Map;

/**
 * Something long that an operator asks for. Runs in the service, or in the command's own process when no service runs; it
 * cannot tell which. Safe for use by any thread.
 */
public interface Task {

    /**
     * Does it. May block, and looks at {@link TaskOutput#cancelled} now and then.
     *
     * @param arguments names and values, as the command has read them; paths are absolute
     * @return the command's exit code: 0 done, 1 failed, 2 wrong arguments
     * @throws IOException when it cannot go on; the message is for the operator
     */
    int run(Map<String, String> arguments, TaskOutput out) throws IOException, InterruptedException;
}
