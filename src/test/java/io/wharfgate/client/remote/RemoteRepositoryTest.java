package io.wharfgate.client.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.client.Descriptor;
import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.MemoryImages;
import io.wharfgate.client.VerifiedBlob;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.Tag;
import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How a registry that is slow, broken or bent on mischief is met. */
class RemoteRepositoryTest {

    private static final Login ANONYMOUS = new Login.Anonymous();
    private static final Login ALICE = new Login.Password("alice", Secret.of("s3cret"));
    private static final Tag ONE = new Tag("1");

    private final MemoryImages images = new MemoryImages();
    private final AtomicInteger count = new AtomicInteger();

    private Descriptor blob(String content) {
        Digest digest = images.blob(content);
        return Descriptor.of(MediaType.OCTET_STREAM, digest, content.length());
    }

    private static String read(RemoteRepository repository, Descriptor blob) throws IOException {
        try (InputStream in = new VerifiedBlob(repository, blob, bytes -> {}).open(0)) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Test
    void whatIsTooMuchForItIsTriedAgain() throws IOException {
        try (var registry = new FakeRegistry((exchange, request) -> {
            exchange.getResponseHeaders().add("Retry-After", "0");
            if (count.incrementAndGet() == 1) {
                FakeRegistry.answer(exchange, 429, "");
            } else if (count.get() == 2) {
                FakeRegistry.answer(exchange, 503, "");
            } else {
                FakeRegistry.answer(exchange, 200, "{\"name\":\"app\",\"tags\":[\"1\",\"not a tag\"]}");
            }
        })) {
            assertThat(registry.repository(ANONYMOUS).tags()).containsExactly(ONE);
        }
    }

    @Test
    void whatItWillNotDoIsToldOnce() throws IOException {
        try (var registry = new FakeRegistry((exchange, request) -> FakeRegistry.answer(
                exchange,
                403,
                "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"requested access to the resource is denied\"}]}"))) {
            RemoteRepository repository = registry.repository(ALICE);

            assertThatThrownBy(repository::tags)
                    .isInstanceOf(ExchangeException.class)
                    .hasMessageContaining("requested access to the resource is denied")
                    .hasMessageContaining("user 'alice'")
                    .hasMessageNotContaining("s3cret");
            assertThat(registry.requests).hasSize(1);
        }
    }

    @Test
    void aWaitThatIsTooLongIsToldInsteadOfWaitedFor() throws IOException {
        try (var registry = new FakeRegistry((exchange, request) -> {
            exchange.getResponseHeaders().add("Retry-After", "86400");
            FakeRegistry.answer(exchange, 429, "");
        })) {
            RemoteRepository repository = registry.repository(ANONYMOUS);

            assertThatThrownBy(repository::tags).hasMessageContaining("1440 minutes");
        }
    }

    @Test
    void aDownloadThatBreaksOffGoesOnWhereItStood() throws IOException {
        Descriptor blob = blob("0123456789");
        try (var registry = new FakeRegistry((exchange, request) -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            if (range == null) {
                exchange.sendResponseHeaders(200, 10);
                exchange.getResponseBody().write(MemoryImages.bytes("0123"));
                exchange.getResponseBody().flush();
            } else {
                assertThat(range).isEqualTo("bytes=4-");
                exchange.getResponseHeaders().add("Content-Range", "bytes 4-9/10");
                FakeRegistry.answer(exchange, 206, "456789");
            }
        })) {
            assertThat(read(registry.repository(ANONYMOUS), blob)).isEqualTo("0123456789");
            assertThat(registry.requests).hasSize(2);
        }
    }

    @Test
    void anotherPartThanWasAskedForIsNotTaken() throws IOException {
        Descriptor blob = blob("0123456789");
        try (var registry = new FakeRegistry((exchange, request) -> {
            exchange.getResponseHeaders().add("Content-Range", "bytes 0-9/10");
            FakeRegistry.answer(exchange, 206, "0123456789");
        })) {
            RemoteRepository repository = registry.repository(ANONYMOUS);

            assertThatThrownBy(() -> repository.open(blob, 4)).hasMessageContaining("another part");
        }
    }

    @Test
    void aBlobOfAnotherLengthIsNotEvenRead() throws IOException {
        Descriptor blob = blob("0123456789");
        try (var registry = new FakeRegistry((exchange, request) -> FakeRegistry.answer(exchange, 200, "012"))) {
            RemoteRepository repository = registry.repository(ANONYMOUS);

            assertThatThrownBy(() -> repository.open(blob, 0)).hasMessageContaining("3 bytes for a blob of 10");
        }
    }

    @Test
    void thePasswordDoesNotGoAlongWithARedirect() throws IOException {
        Descriptor blob = blob("0123456789");
        try (var storage = new FakeRegistry((exchange, request) -> FakeRegistry.answer(exchange, 200, "0123456789"));
                var registry = new FakeRegistry((exchange, request) -> {
                    if (exchange.getRequestHeaders().getFirst("Authorization") == null) {
                        exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"x\"");
                        FakeRegistry.answer(exchange, 401, "");
                    } else {
                        exchange.getResponseHeaders().add("Location", "http://" + storage.host() + "/bucket?sig=1");
                        FakeRegistry.answer(exchange, 307, "");
                    }
                })) {
            assertThat(read(registry.repository(ALICE), blob)).isEqualTo("0123456789");
            assertThat(storage.requests).containsExactly("GET /bucket?sig=1");
            assertThat(registry.requests).hasSize(2);
        }
    }

    @Test
    void aTokenIsFetchedWithThePasswordAndForWhatIsNeeded() throws IOException {
        try (var registry = new FakeRegistry((exchange, request) -> {
            String login = exchange.getRequestHeaders().getFirst("Authorization");
            if (request.startsWith("GET /token")) {
                assertThat(login).startsWith("Basic ");
                FakeRegistry.answer(exchange, 200, "{\"token\":\"t0\",\"expires_in\":300}");
            } else if (login == null) {
                String host = exchange.getRequestHeaders().getFirst("Host");
                exchange.getResponseHeaders()
                        .add("WWW-Authenticate", "Bearer realm=\"http://" + host + "/token\",service=\"r,1\"");
                FakeRegistry.answer(exchange, 401, "");
            } else {
                FakeRegistry.answer(exchange, 200, "{\"tags\":[]}");
            }
        })) {
            RemoteRepository repository = registry.repository(ALICE);

            assertThat(repository.tags()).isEmpty();
            assertThat(repository.tags()).isEmpty();
            assertThat(registry.requests.get(1)).contains("service=r%2C1").contains("scope=repository%3Aapp%3Apull");
            assertThat(registry.requests).hasSize(4);
        }
    }

    @Test
    void aTokenServiceInTheClearElsewhereGetsNoPassword() throws IOException {
        try (var thief = new FakeRegistry((exchange, request) -> FakeRegistry.answer(exchange, 200, "{}"));
                var registry = new FakeRegistry((exchange, request) -> {
                    exchange.getResponseHeaders()
                            .add(
                                    "WWW-Authenticate",
                                    "Bearer realm=\"http://" + thief.host().replace("localhost", "127.0.0.1")
                                            + "/token\"");
                    FakeRegistry.answer(exchange, 401, "");
                })) {
            RemoteRepository repository = registry.repository(ALICE);

            assertThatThrownBy(repository::tags).hasMessageContaining("password in the clear");
            assertThat(thief.requests).isEmpty();
        }
    }

    @Test
    void anUploadThatBreaksGoesOnWhereTheRegistryStands() throws IOException {
        Descriptor blob = blob("0123456789");
        try (var registry = new FakeRegistry((exchange, request) -> {
            exchange.getResponseHeaders().add("Location", "/v2/app/blobs/uploads/1?state=" + count.incrementAndGet());
            switch (exchange.getRequestMethod()) {
                case "POST" -> FakeRegistry.answer(exchange, 202, "");
                case "GET" -> {
                    exchange.getResponseHeaders().add("Range", "0-5");
                    exchange.sendResponseHeaders(204, -1);
                }
                case "PATCH" -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    if (body.length == 10) {
                        FakeRegistry.answer(exchange, 502, "");
                        return;
                    }
                    assertThat(exchange.getRequestHeaders().getFirst("Content-Range"))
                            .isEqualTo("6-9");
                    assertThat(body).asString().isEqualTo("6789");
                    FakeRegistry.answer(exchange, 202, "");
                }
                default -> FakeRegistry.answer(exchange, 201, "");
            }
        })) {
            registry.repository(ANONYMOUS).put(new VerifiedBlob(images, blob, bytes -> {}));

            assertThat(registry.requests)
                    .containsExactly(
                            "POST /v2/app/blobs/uploads/",
                            "PATCH /v2/app/blobs/uploads/1?state=1",
                            "GET /v2/app/blobs/uploads/1?state=1",
                            "PATCH /v2/app/blobs/uploads/1?state=3",
                            "PUT /v2/app/blobs/uploads/1?state=4&digest="
                                    + blob.digest().toString().replace(":", "%3A"));
        }
    }

    @Test
    void anUploadThatTheRegistryHasForgottenIsBegunAgain() throws IOException {
        Descriptor blob = blob("0123456789");
        try (var registry = new FakeRegistry((exchange, request) -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Location", "/v2/app/blobs/uploads/1");
            switch (exchange.getRequestMethod()) {
                case "POST", "PATCH" -> FakeRegistry.answer(exchange, count.incrementAndGet() == 2 ? 500 : 202, "");
                case "GET" -> FakeRegistry.answer(exchange, 404, "");
                default -> FakeRegistry.answer(exchange, 201, "");
            }
        })) {
            registry.repository(ANONYMOUS).put(new VerifiedBlob(images, blob, bytes -> {}));

            assertThat(registry.requests)
                    .filteredOn(request -> request.startsWith("POST"))
                    .hasSize(2);
        }
    }

    @Test
    void listsAreReadPageByPageButNotElsewhere() throws IOException {
        try (var registry = new FakeRegistry((exchange, request) -> {
            String next = request.contains("last=b") ? "http://127.0.0.2:1/evil" : "/v2/app/tags/list?n=1000&last=b";
            exchange.getResponseHeaders().add("Link", "<" + next + ">; rel=\"next\"");
            FakeRegistry.answer(
                    exchange, 200, request.contains("last=b") ? "{\"tags\":[\"c\"]}" : "{\"tags\":[\"a\",\"b\"]}");
        })) {
            assertThat(registry.repository(ANONYMOUS).tags()).hasToString("[a, b, c]");
        }
    }

    @Test
    void aManifestWithAnotherDigestIsNotTaken() throws IOException {
        String json = images.imageJson("a", "");
        try (var registry = new FakeRegistry((exchange, request) -> {
            exchange.getResponseHeaders().add("Docker-Content-Digest", "sha256:" + "0".repeat(64));
            FakeRegistry.answer(exchange, 200, json);
        })) {
            RemoteRepository repository = registry.repository(ANONYMOUS);

            assertThatThrownBy(() -> repository.manifest(ONE)).hasMessageContaining("damaged");
        }
    }

    @Test
    void whereTheRegistryKeepsNoListOfReferrersATagDoes() throws IOException {
        var subject = images.image("a", "1");
        var bill = images.manifest(
                images.imageJson(
                        "sbom",
                        ",\"subject\":"
                                + MemoryImages.descriptor(
                                        subject.mediaType().value(), subject.digest(), subject.content().length)),
                "");
        StringBuilder list = new StringBuilder();
        try (var registry = new FakeRegistry((exchange, request) -> {
            String tag = "/v2/app/manifests/sha256-" + subject.digest().hex();
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (request.equals("PUT " + tag)) {
                list.append(new String(body, java.nio.charset.StandardCharsets.UTF_8));
            }
            boolean found = request.equals("GET " + tag) && list.length() > 0;
            int status = request.startsWith("PUT") ? 201 : found ? 200 : 404;
            FakeRegistry.answer(exchange, status, found ? list.toString() : "");
        })) {
            RemoteRepository repository = registry.repository(ANONYMOUS);
            repository.put(bill, java.util.Optional.empty());

            assertThat(repository.referrers(subject.digest()))
                    .extracting(Descriptor::digest)
                    .containsExactly(bill.digest());
        }
    }
}
