package io.wharfgate.tls.trust;

import io.wharfgate.tls.trust.TrustStep.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Carries steps out on this machine, or below another root directory such as an image's. */
public final class TrustInstaller {

    private static final Path SYSTEM_ROOT = Path.of("/");

    private final Path root;

    /** @param root {@code /} for this machine itself; below any other root files are written and no commands run */
    public TrustInstaller(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** Whether {@link #install} also runs the commands of a step. */
    public boolean runsCommands() {
        return root.equals(SYSTEM_ROOT);
    }

    /**
     * Writes the files, replacing those that differ, and runs the commands.
     *
     * @return what was done, one line each
     * @throws IOException when a file cannot be written ({@link java.nio.file.AccessDeniedException}: root is needed) or
     *     a command fails
     */
    public List<String> install(TrustStep step) throws IOException {
        List<String> done = new ArrayList<>();
        for (TextFile file : step.files()) {
            Path target = root.resolve(SYSTEM_ROOT.relativize(file.path()));
            if (Files.isRegularFile(target) && Files.readString(target).equals(file.text())) {
                done.add("unchanged " + target);
            } else {
                replace(target, file.text());
                done.add("wrote " + target);
            }
        }
        for (List<String> command : step.commands()) {
            if (runsCommands()) {
                run(command);
                done.add("ran " + String.join(" ", command));
            } else {
                done.add("not run, since the root is " + root + ": " + String.join(" ", command));
            }
        }
        return done;
    }

    private static void replace(Path target, String text) throws IOException {
        Path directory = target.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(directory, ".wharfgate", ".new");
        try {
            Files.writeString(temporary, text);
            PosixFileAttributeView view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
            if (view != null) {
                view.setPermissions(PosixFilePermissions.fromString("rw-r--r--"));
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException("'" + String.join(" ", command) + "' failed with exit code " + code);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + command.get(0), e);
        }
    }
}
