package io.wharfgate.tls.trust;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A kind of client, or a system store that all clients of a machine read. */
public enum TrustTarget {
    DOCKER,
    CONTAINERD,
    /** Also skopeo, buildah and CRI-O: whatever is built on containers/image. */
    PODMAN,
    /** The system store of Debian and Ubuntu. */
    DEBIAN,
    /** The system store of Red Hat, Fedora and their kin. */
    RHEL;

    /** As written on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The target of this label.
     *
     * @throws IllegalArgumentException naming the labels that there are
     */
    public static TrustTarget of(String label) {
        return Arrays.stream(values())
                .filter(t -> t.label().equals(label.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + label + "' is no target; there are "
                        + Arrays.stream(values()).map(TrustTarget::label).collect(Collectors.joining(", "))));
    }
}
