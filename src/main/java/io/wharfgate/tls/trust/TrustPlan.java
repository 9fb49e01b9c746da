package io.wharfgate.tls.trust;

import io.wharfgate.tls.PemText;
import io.wharfgate.tls.trust.TrustStep.TextFile;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Knows where each client looks for the CA of a registry. */
public final class TrustPlan {

    private final RegistryHost host;
    private final List<X509Certificate> authorities;

    /**
     * A plan for one registry.
     *
     * @param authorities what to trust: certificates, so that nothing else a file holds can be handed on
     */
    public TrustPlan(RegistryHost host, List<X509Certificate> authorities) {
        if (authorities.isEmpty()) {
            throw new IllegalArgumentException("no certificate to trust");
        }
        this.host = host;
        this.authorities = List.copyOf(authorities);
    }

    public TrustStep step(TrustTarget target) {
        return switch (target) {
            case DOCKER -> docker();
            case CONTAINERD -> containerd();
            case PODMAN -> podman();
            case DEBIAN -> debian();
            case RHEL -> rhel();
        };
    }

    // https://docs.docker.com/engine/security/certificates/
    private TrustStep docker() {
        return new TrustStep(
                TrustTarget.DOCKER,
                List.of(
                        "Docker Engine reads this directory at every pull and push; no restart is needed.",
                        "Docker Desktop: put ca.crt into ~/.docker/certs.d/" + host + "/ and restart it."),
                inEachDirectory("/etc/docker/certs.d", (directory, name) -> authority(directory)),
                List.of());
    }

    // https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md
    private TrustStep podman() {
        return new TrustStep(
                TrustTarget.PODMAN,
                List.of(
                        "podman, skopeo, buildah and CRI-O read this directory at every use.",
                        "Without root: ~/.config/containers/certs.d/" + host + "/ca.crt serves one user."),
                inEachDirectory("/etc/containers/certs.d", (directory, name) -> authority(directory)),
                List.of());
    }

    // https://github.com/containerd/containerd/blob/main/docs/hosts.md
    private TrustStep containerd() {
        List<TextFile> files = new ArrayList<>();
        files.addAll(inEachDirectory("/etc/containerd/certs.d", (directory, name) -> authority(directory)));
        files.addAll(inEachDirectory("/etc/containerd/certs.d", this::hostsToml));
        return new TrustStep(
                TrustTarget.CONTAINERD,
                List.of(
                        "containerd reads this directory at every pull if its configuration names it. If it does not yet,"
                                + " add to /etc/containerd/config.toml and restart containerd:",
                        "  containerd 1.x: [plugins.\"io.containerd.grpc.v1.cri\".registry]",
                        "  containerd 2.x: [plugins.\"io.containerd.cri.v1.images\".registry]",
                        "    config_path = \"/etc/containerd/certs.d\"",
                        "ctr and nerdctl take it as --hosts-dir /etc/containerd/certs.d"),
                files,
                List.of());
    }

    private TextFile hostsToml(Path directory, String name) {
        // Host and path are plain text (see RegistryHost): nothing in them needs escaping in TOML.
        String text = """
                server = "https://%1$s"

                [host."https://%1$s"]
                  capabilities = ["pull", "resolve", "push"]
                  ca = "%2$s"
                """.formatted(name, directory.resolve("ca.crt"));
        return new TextFile(directory.resolve("hosts.toml"), text);
    }

    private TrustStep debian() {
        return new TrustStep(
                TrustTarget.DEBIAN,
                List.of(
                        "For all programs of a Debian or Ubuntu machine that use the system's store.",
                        "Programs read the store when they start: restart docker or containerd afterwards."),
                systemFiles("/usr/local/share/ca-certificates"),
                List.of(List.of("update-ca-certificates")));
    }

    private TrustStep rhel() {
        return new TrustStep(
                TrustTarget.RHEL,
                List.of(
                        "For all programs of a Red Hat, Fedora, Rocky or Alma machine that use the system's store.",
                        "Programs read the store when they start: restart docker or containerd afterwards."),
                systemFiles("/etc/pki/ca-trust/source/anchors"),
                List.of(List.of("update-ca-trust", "extract")));
    }

    private List<TextFile> inEachDirectory(String root, BiFunction<Path, String, TextFile> file) {
        return host.directoryNames().stream()
                .map(name -> file.apply(Path.of(root, name), name))
                .toList();
    }

    private TextFile authority(Path directory) {
        return new TextFile(directory.resolve("ca.crt"), PemText.of(authorities));
    }

    /** One certificate per file: update-ca-certificates(8) asks for that. */
    private List<TextFile> systemFiles(String directory) {
        List<TextFile> files = new ArrayList<>();
        for (X509Certificate authority : authorities) {
            String number = files.isEmpty() ? "" : "-" + (files.size() + 1);
            files.add(new TextFile(
                    Path.of(directory, "wharfgate-" + host.fileName() + number + ".crt"),
                    PemText.of(List.of(authority))));
        }
        return files;
    }
}
