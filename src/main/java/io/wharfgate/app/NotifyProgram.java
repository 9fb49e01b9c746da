package io.wharfgate.app;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets {@code systemd-notify} send, a process of a few milliseconds. It waits until systemd has taken the message (since
 * version 246), so systemd finds out whose child it is before it has gone; the unit needs {@code NotifyAccess=all}.
 */
final class NotifyProgram implements NotifySocket {

    private static final long PATIENCE_SECONDS = 10;

    private final String address;

    NotifyProgram(String address) {
        this.address = address;
    }

    @Override
    public void send(String message) throws IOException {
        List<String> command = new ArrayList<>(List.of("systemd-notify"));
        command.addAll(message.lines().toList());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put(SystemdNotify.SOCKET, address);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("systemd-notify hangs");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException("systemd-notify failed with exit code " + process.exitValue());
        }
    }
}
