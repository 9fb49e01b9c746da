package io.wharfgate.registry;

/**
 * What an operator can set about the registry itself.
 *
 * @param delete whether manifests, tags and blobs may be deleted by clients
 */
public record RegistryConfig(boolean delete) {}
