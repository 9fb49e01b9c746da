package io.wharfgate.registry.gc;

import io.wharfgate.control.Task;
import io.wharfgate.control.TaskOutput;
import java.io.IOException;
import java.util.Map;

/** Collects garbage: {@code wharfgate storage gc}. */
public final class CollectionTask implements Task {

    @Override
    public int run(Map<String, String> arguments, TaskOutput out) throws IOException {
        out.warning("there is nothing behind this yet");
        return 1;
    }
}
