package io.wharfgate.control;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A command's end of the control socket: for one task. Not safe for use by several threads; whoever connects closes it. */
public final class ControlClient implements Closeable {

    private final ControlChannel channel;

    private ControlClient(ControlChannel channel) {
        this.channel = channel;
    }

    /**
     * Connects to the running service.
     *
     * @return empty when none answers at that path
     * @throws ControlException when this user may not
     */
    public static Optional<ControlClient> connect(Path path) throws IOException {
        return ControlSocket.connect(path).map(socket -> new ControlClient(new ControlChannel(socket)));
    }

    /**
     * Has the service run a task, and comes back when it is over. To leave earlier is to cancel it.
     *
     * @return the exit code
     * @throws IOException when the service goes away before the task is over, or breaks it off as nothing was read for minutes
     */
    public int run(String task, Map<String, String> arguments, TaskOutput out) throws IOException {
        channel.write(new ControlMessage.Request(task, arguments));
        while (true) {
            ControlMessage message = channel.read().orElseThrow(ControlClient::gone);
            if (message instanceof ControlMessage.End end) {
                return end.exitCode();
            } else if (message instanceof ControlMessage.Line line) {
                out.line(line.text());
            } else if (message instanceof ControlMessage.Warning warning) {
                out.warning(warning.text());
            } else if (message instanceof ControlMessage.Progress progress) {
                out.progress(progress.what(), progress.done(), progress.of());
            }
        }
    }

    private static IOException gone() {
        return new ControlException(
                "the service has broken this off: it has stopped, or nobody read this output for 10 minutes; run it again");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
