package io.wharfgate.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.DigestAlgorithm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/** A polite client: whatever it sends is well-formed HTTP. {@link RawTls} is for the rest. */
public final class RegistryClient {

    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    /** What clients that pull say that they know. */
    static final String ACCEPT = String.join(
            ", ",
            OCI_MANIFEST,
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.distribution.manifest.list.v2+json");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RegistryUnderTest registry;
    private final HttpClient http;

    public RegistryClient(RegistryUnderTest registry) {
        this.registry = registry;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(registry.trust())
                .connectTimeout(PATIENCE)
                .build();
    }

    public RegistryUnderTest registry() {
        return registry;
    }

    public HttpResponse<byte[]> get(String path, String... headers) {
        return bodyless("GET", path, headers);
    }

    public HttpResponse<byte[]> head(String path, String... headers) {
        return bodyless("HEAD", path, headers);
    }

    public HttpResponse<byte[]> delete(String path) {
        return bodyless("DELETE", path);
    }

    public HttpResponse<byte[]> post(String path, byte[] body, String... headers) {
        return send("POST", path, body, headers);
    }

    public HttpResponse<byte[]> put(String path, byte[] body, String... headers) {
        return send("PUT", path, body, headers);
    }

    public HttpResponse<byte[]> patch(String path, byte[] body, String... headers) {
        return send("PATCH", path, body, headers);
    }

    /** Sends the body chunked, as docker does. */
    public HttpResponse<byte[]> chunked(String method, String path, byte[] body, String... headers) {
        return send(request(path, headers)
                .method(method, BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body)))
                .build());
    }

    public HttpResponse<byte[]> anonymously(String method, String path) {
        return send(HttpRequest.newBuilder(uri(path))
                .timeout(PATIENCE)
                .method(method, BodyPublishers.noBody())
                .build());
    }

    public HttpResponse<byte[]> as(String user, String password, String path) {
        return send(HttpRequest.newBuilder(uri(path))
                .timeout(PATIENCE)
                .header("Authorization", RegistryUnderTest.basic(user, password))
                .build());
    }

    /** Headers are names and values in turn. */
    public HttpResponse<byte[]> bodyless(String method, String path, String... headers) {
        return send(
                request(path, headers).method(method, BodyPublishers.noBody()).build());
    }

    private HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers) {
        return send(request(path, headers)
                .method(method, BodyPublishers.ofByteArray(body))
                .build());
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(request.method() + " " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).header("Authorization", registry.authorization());
        if (path.contains("/manifests/")) {
            request.setHeader("Accept", ACCEPT);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return request;
    }

    private URI uri(String path) {
        return URI.create(registry.base() + path);
    }

    /** Begins an upload: its Location. */
    public String startUpload(String name) {
        HttpResponse<byte[]> answer = post("/v2/" + name + "/blobs/uploads/", new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(202);
        return header(answer, "Location");
    }

    /** Where the PUT goes that ends this upload: whatever query its Location has, stays. */
    static String closing(String location, Object digest) {
        return with(location, "digest=" + digest);
    }

    static String with(String location, String query) {
        return location + (location.contains("?") ? "&" : "?") + query;
    }

    /** Pushes as containerd does: POST, then one PUT with the content. */
    public Digest pushBlob(String name, byte[] content) {
        Digest digest = sha256(content);
        HttpResponse<byte[]> answer = put(closing(startUpload(name), digest), content);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
        return digest;
    }

    /** Pushes an OCI image of a config and one layer under this reference. */
    public Image pushImage(String name, String tag) {
        Image image = Image.of(name + ":" + tag);
        pushBlob(name, image.config());
        pushBlob(name, image.layer());
        HttpResponse<byte[]> answer =
                put("/v2/" + name + "/manifests/" + tag, image.manifest(), "Content-Type", OCI_MANIFEST);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
        return image;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Image(byte[] config, byte[] layer, byte[] manifest) {
        static Image of(String seed) {
            byte[] config = bytes("{\"seed\":\"" + seed + "\"}");
            byte[] layer = bytes("layer of " + seed);
            return new Image(config, layer, manifestOf(config, layer));
        }

        public Digest digest() {
            return sha256(manifest);
        }
    }

    static byte[] manifestOf(byte[] config, byte[] layer) {
        return bytes("""
                {"schemaVersion":2,"mediaType":"%s",
                 "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
                 "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}""".formatted(OCI_MANIFEST, sha256(config), config.length, sha256(layer), layer.length));
    }

    public static Digest sha256(byte[] content) {
        return Digest.of(DigestAlgorithm.SHA256, content);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Noise; the same for the same seed. */
    public static byte[] noise(int length, long seed) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    static byte[] part(byte[] content, int from, int to) {
        return Arrays.copyOfRange(content, from, to);
    }

    public static String header(HttpResponse<?> answer, String name) {
        return answer.headers()
                .firstValue(name)
                .orElseThrow(() -> new AssertionError("no " + name + " on " + answer + " " + answer.headers()));
    }

    static String string(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    public static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /** The answer is this error, told as the specification wants it. */
    public static void assertError(HttpResponse<byte[]> answer, int status, String code) {
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
        assertThat(header(answer, "Content-Type")).matches("application/json(; charset=utf-8)?");
        assertErrorBody(text(answer), code);
    }

    /** The body is a list of one error with this code, and a message. */
    public static void assertErrorBody(String body, String code) {
        try {
            var errors = new com.fasterxml.jackson.databind.ObjectMapper()
                    .readTree(body)
                    .path("errors");
            assertThat(errors.size()).as(body).isEqualTo(1);
            assertThat(errors.get(0).path("code").asText()).as(body).isEqualTo(code);
            assertThat(errors.get(0).path("message").asText()).as(body).isNotEmpty();
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError("not JSON: " + body, e);
        }
    }
}
