package io.wharfgate.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * Tells whether a file is another one than before, without reading it. Follows symbolic links, as Kubernetes swaps the link
 * of a mounted secret.
 *
 * @param modified as exactly as the file system keeps it: nanoseconds, or two seconds
 * @param size in bytes
 * @param key device and inode, so that a file renamed into the place shows; empty where there are none
 */
public record FileFingerprint(FileTime modified, long size, String key) {

    /**
     * Looks at a file.
     *
     * @throws IOException when it does not exist or may not be seen
     */
    public static FileFingerprint of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        Object key = attributes.fileKey();
        return new FileFingerprint(attributes.lastModifiedTime(), attributes.size(), key == null ? "" : key.toString());
    }
}
