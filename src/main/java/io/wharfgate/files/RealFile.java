package io.wharfgate.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds what a name leads to: a rename onto a symbolic link would replace the link. */
public final class RealFile {

    private RealFile() {}

    /**
     * Where the file really is, or would be made.
     *
     * @throws FileEditException when nothing can be written there
     */
    public static Path of(Path file) throws FileEditException {
        try {
            if (Files.exists(file)) {
                return file.toRealPath();
            }
            if (Files.isSymbolicLink(file)) {
                throw new FileEditException(file + " is a link to " + Files.readSymbolicLink(file)
                        + ", which does not exist; make it first");
            }
            Path directory = file.toAbsolutePath().normalize().getParent();
            if (directory == null || !Files.isDirectory(directory)) {
                throw new FileEditException(
                        "there is no directory for " + file + "; create it, or name another file with --file");
            }
            return directory.toRealPath().resolve(file.getFileName());
        } catch (FileEditException e) {
            throw e;
        } catch (IOException e) {
            throw new FileEditException(file + " cannot be found: " + e.getMessage(), e);
        }
    }
}
