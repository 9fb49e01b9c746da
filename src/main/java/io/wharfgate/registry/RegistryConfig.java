package io.wharfgate.registry;

/**
 * What an operator can set about the registry itself.
 *
 * @param delete whether manifests, tags and blobs may be deleted by clients
 * @param sparseManifests whether a manifest is taken whose layers, config or entries are not all in the repository
 */
public record RegistryConfig(boolean delete, boolean sparseManifests) {}
