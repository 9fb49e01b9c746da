package io.wharfgate.config;

import io.wharfgate.yaml.Origin;
import io.wharfgate.yaml.Shown;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Paths. A relative one in the file starts at the file's directory, so that a configuration can be moved as a whole and
 * means the same wherever the service is started; one in a variable starts at the working directory.
 *
 * @param fileDirectory absolute
 * @param workingDirectory absolute
 */
record PathFormat(Path fileDirectory, Path workingDirectory) implements Format<Path> {

    @Override
    public Path parse(Given.One given) throws InvalidValueException {
        String text = given.text();
        // People put the content where its file's name belongs. That is a secret, and not shown.
        if (text.startsWith("-----BEGIN") || text.contains(":$") || text.indexOf('\n') >= 0) {
            throw new InvalidValueException("is the content of a file; write the path of a file that holds it");
        }
        if (text.equals("~") || text.startsWith("~/")) {
            throw new InvalidValueException("starts with ~, which is not expanded; write the whole path");
        }
        if (text.contains("${") || text.startsWith("$")) {
            throw new InvalidValueException("has a variable in it, which is not expanded; write the whole path");
        }
        try {
            return absolute(given.origin() instanceof Origin.InFile ? fileDirectory : workingDirectory, Path.of(text));
        } catch (InvalidPathException e) {
            throw new InvalidValueException(Shown.quoted(text) + " cannot be a path; write the path of a file");
        }
    }

    /** The path from the working directory on, without "." in it. ".." stays: behind a symbolic link it is not noise. */
    Path fromWorkingDirectory(String text) {
        return absolute(workingDirectory, Path.of(text));
    }

    static Path absolute(Path base, Path path) {
        Path whole = base.resolve(path);
        for (Path name : whole) {
            if (name.toString().equals("..")) {
                return whole;
            }
        }
        return whole.normalize();
    }
}
