package io.wharfgate.storage.filesystem;

import java.nio.file.Path;

/**
 * The section {@code storage.filesystem}.
 *
 * @param root absolute; the directory that holds all objects
 */
public record FilesystemConfig(Path root) {}
