package io.wharfgate.registry.rules;

import io.wharfgate.oci.RepositoryName;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How much the repositories below a prefix may hold together.
 *
 * @param prefix whole components of names; empty for all repositories
 * @param bytes distinct content
 * @param contact whom to ask for more, as the operator wrote it
 */
record Quota(
        String prefix, OptionalLong bytes, OptionalLong tags, OptionalLong repositories, Optional<String> contact) {

    /** How the quota for all repositories is written. */
    static final String EVERYTHING = "**";

    boolean includes(RepositoryName name) {
        String value = name.value();
        return prefix.isEmpty()
                || (value.startsWith(prefix)
                        && (value.length() == prefix.length() || value.charAt(prefix.length()) == '/'));
    }

    /** For people. */
    String shownPrefix() {
        return prefix.isEmpty() ? EVERYTHING : prefix;
    }
}
