package io.wharfgate.client.remote;

import io.wharfgate.client.Descriptor;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.ImageRepository;
import io.wharfgate.client.ImageSource;
import io.wharfgate.client.Manifest;
import io.wharfgate.client.VerifiedBlob;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One repository of a registry, read and written over its API (OCI distribution specification). Thread-safe. */
public final class RemoteRepository implements ImageRepository {

    /** All that we can copy: a registry may convert a manifest for who does not name its type. */
    private static final String ACCEPT = String.join(
            ", ",
            MediaType.OCI_INDEX.value(),
            MediaType.OCI_MANIFEST.value(),
            MediaType.DOCKER_MANIFEST_LIST.value(),
            MediaType.DOCKER_MANIFEST.value(),
            "application/vnd.oci.artifact.manifest.v1+json",
            "*/*;q=0.1");

    private final RemoteRegistry registry;
    private final RepositoryName name;
    private final List<String> pull;
    private final List<String> push;
    private final RemoteReferrers referrers;

    RemoteRepository(RemoteRegistry registry, RepositoryName name) {
        this.registry = registry;
        this.name = name;
        this.pull = List.of("repository:" + name + ":pull");
        this.push = List.of("repository:" + name + ":pull,push");
        this.referrers = new RemoteReferrers(registry, this, pull);
    }

    @Override
    public String name() {
        return registry.host() + "/" + name;
    }

    URI uri(String path) {
        return registry.uri("/v2/" + name + path);
    }

    RemoteRegistry registry() {
        return registry;
    }

    List<String> pushScopes() {
        return push;
    }

    // --- as a source -------------------------------------------------------------------------------------------------

    @Override
    public Optional<Manifest> manifest(Reference reference) throws IOException {
        return manifest(reference, pull);
    }

    Optional<Manifest> manifest(Reference reference, List<String> scopes) throws IOException {
        HttpCall call = HttpCall.of("GET", uri("/manifests/" + reference)).with("Accept", ACCEPT);
        return registry.retries().run(() -> {
            try (HttpAnswer answer = registry.send(call, scopes)) {
                if (answer.status() == 404) {
                    return Optional.empty();
                }
                registry.expect(answer, 200);
                byte[] content = answer.bytes(Manifest.MAX_SIZE);
                requireWhole(answer, content);
                return Optional.of(Manifest.read(content, type(answer), expected(reference, answer)));
            }
        });
    }

    private static void requireWhole(HttpAnswer answer, byte[] content) throws IOException {
        if (answer.length().isPresent()
                && answer.length().get() <= Manifest.MAX_SIZE
                && answer.length().get() != content.length) {
            throw new IOException("the answer broke off");
        }
    }

    private static Optional<MediaType> type(HttpAnswer answer) {
        return answer.field("Content-Type").filter(MediaType::isValid).map(MediaType::new);
    }

    /** By a tag, the digest that the registry tells; a mirror may tell one of another algorithm than ours. */
    private static Optional<Digest> expected(Reference reference, HttpAnswer answer) {
        return reference instanceof Reference.ByDigest by ? Optional.of(by.digest()) : digest(answer);
    }

    private static Optional<Digest> digest(HttpAnswer answer) {
        try {
            return answer.field("Docker-Content-Digest").map(Digest::parse);
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<Tag> tags() throws IOException {
        return registry.list(uri("/tags/list?n=1000"), "tags", pull).stream()
                .filter(Tag::isValid)
                .map(Tag::new)
                .toList();
    }

    @Override
    public List<Descriptor> referrers(Digest subject) throws IOException {
        return referrers.of(subject);
    }

    @Override
    public InputStream open(Descriptor blob, long offset) throws IOException {
        return new ResumingDownload(registry, uri("/blobs/" + blob.digest()), pull, blob.size(), offset);
    }

    // --- as a target -------------------------------------------------------------------------------------------------

    @Override
    public boolean has(Descriptor blob) throws IOException {
        Optional<HttpHead> head = head(HttpCall.of("HEAD", uri("/blobs/" + blob.digest())), push);
        return head.isPresent() && head.get().length().orElse(blob.size()) == blob.size();
    }

    @Override
    public boolean hasManifest(Descriptor manifest) throws IOException {
        HttpCall call = HttpCall.of("HEAD", uri("/manifests/" + manifest.digest()))
                .with("Accept", manifest.mediaType().value());
        return head(call, push).isPresent();
    }

    @Override
    public Optional<Digest> tagged(Tag tag) throws IOException {
        return head(HttpCall.of("HEAD", uri("/manifests/" + tag)).with("Accept", ACCEPT), push)
                .flatMap(HttpHead::digest);
    }

    private record HttpHead(Optional<Long> length, Optional<Digest> digest) {}

    private Optional<HttpHead> head(HttpCall call, List<String> scopes) throws IOException {
        return registry.retries().run(() -> {
            try (HttpAnswer answer = registry.send(call, scopes)) {
                if (answer.status() == 404) {
                    return Optional.empty();
                }
                registry.expect(answer, 200);
                return Optional.of(new HttpHead(answer.length(), digest(answer)));
            }
        });
    }

    @Override
    public boolean mount(Descriptor blob, ImageSource from) throws IOException {
        if (!(from instanceof RemoteRepository other)
                || !other.registry.host().uri().equals(registry.host().uri())
                || other.name.equals(name)) {
            return false;
        }
        List<String> scopes = Stream.concat(push.stream(), other.pull.stream()).toList();
        HttpCall call = HttpCall.of("POST", uri("/blobs/uploads/?mount=" + blob.digest() + "&from=" + other.name))
                .with(HttpCall.Body.of(new byte[0]));
        return registry.retries().run(() -> {
            try (HttpAnswer answer = registry.send(call, scopes)) {
                if (answer.status() == 202) {
                    // It wants the bytes; this upload is not gone on with.
                    abandon(answer);
                    return false;
                }
                registry.expect(answer, 201);
                return true;
            }
        });
    }

    private void abandon(HttpAnswer begun) {
        Optional<URI> at = begun.field("Location").flatMap(l -> RemoteRegistry.resolve(begun.uri(), l));
        if (at.filter(registry.host()::owns).isEmpty()) {
            return;
        }
        try {
            registry.send(HttpCall.of("DELETE", at.get()), push).close();
        } catch (IOException e) {
            // An abandoned upload goes by itself, later; so whatever is answered does, too.
        }
    }

    @Override
    public void put(VerifiedBlob blob) throws IOException {
        new Upload(this, blob).run();
    }

    @Override
    public void put(Manifest manifest, Optional<Tag> tag) throws IOException {
        String reference = tag.map(Tag::value).orElse(manifest.digest().toString());
        HttpCall call = HttpCall.of("PUT", uri("/manifests/" + reference))
                .with("Content-Type", manifest.mediaType().value())
                .with(HttpCall.Body.of(manifest.content()));
        boolean listed = registry.retries().run(() -> {
            try (HttpAnswer answer = registry.send(call, push)) {
                registry.expect(answer, 201, 200, 202);
                requireSame(manifest, answer);
                return answer.field("OCI-Subject").isPresent();
            }
        });
        if (manifest.subject().isPresent() && !listed) {
            referrers.list(manifest);
        }
    }

    private void requireSame(Manifest manifest, HttpAnswer answer) throws ExchangeException {
        Optional<Digest> there = digest(answer);
        if (there.isPresent()
                && there.get().algorithm() == manifest.digest().algorithm()
                && !there.get().equals(manifest.digest())) {
            throw new ExchangeException(
                    name() + " has made another manifest of " + manifest.digest() + ": " + there.get());
        }
    }
}
