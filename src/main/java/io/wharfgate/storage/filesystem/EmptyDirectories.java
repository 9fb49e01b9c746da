package io.wharfgate.storage.filesystem;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Deletes the directories in a tree that hold no file, however deep. A directory that gets a file meanwhile stays. */
final class EmptyDirectories extends SimpleFileVisitor<Path> {

    private EmptyDirectories() {}

    static void delete(Path top) throws IOException {
        Files.walkFileTree(top, new EmptyDirectories());
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
        if (e instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw e;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        // What is beside it may be full of empty directories, but this one stays.
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
        if (e != null) {
            throw e;
        }
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException notEmpty) {
            // holds something, or has just got it
        }
        return FileVisitResult.CONTINUE;
    }
}
