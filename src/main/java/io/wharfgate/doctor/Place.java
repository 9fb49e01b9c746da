package io.wharfgate.doctor;

import java.util.List;

/** A program whose configuration can be at fault. */
public enum Place {
    NGINX("nginx"),
    HAPROXY("HAProxy"),
    APACHE("Apache"),
    TRAEFIK("Traefik"),
    REGISTRY("registry:2"),
    WHARFGATE("Wharfgate");

    private final String label;

    Place(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /** Whether it stands between the client and the registry. */
    boolean proxy() {
        return this != REGISTRY && this != WHARFGATE;
    }

    Advice.Lines lines(String text) {
        return new Advice.Lines(this, text.lines().toList());
    }

    Advice.Lines lines(String... lines) {
        return new Advice.Lines(this, List.of(lines));
    }
}
