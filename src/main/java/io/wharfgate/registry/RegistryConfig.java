package io.wharfgate.registry;

/**
 * What of the section {@code storage} is about the registry itself.
 *
 * @param delete whether clients may delete blobs, manifests and tags
 */
public record RegistryConfig(boolean delete) {}
