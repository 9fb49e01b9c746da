package io.wharfgate.upstream;

import io.wharfgate.upstream.Transport.Fetched;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** A small request of the gateway's own, and its answer, which is kept whole. Its answer is taken by the reactor only. */
final class Fetch implements AsyncResponseConsumer<Void>, FutureCallback<Void> {

    private final UpstreamRequest request;
    private final Optional<String> body;
    private final int mostBytes;
    private final CompletableFuture<Fetched> result;
    private final UpstreamHold hold = new UpstreamHold(() -> {});
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private @Nullable HttpResponse response;
    private boolean ended;

    Fetch(UpstreamRequest request, Optional<String> body, int mostBytes, CompletableFuture<Fetched> result) {
        this.request = request;
        this.body = body;
        this.mostBytes = mostBytes;
        this.result = result;
    }

    void start(CloseableHttpAsyncClient client) {
        byte[] bytes = body.map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(null);
        BasicRequestProducer producer = new BasicRequestProducer(
                request.head(), bytes == null ? null : new BasicAsyncEntityProducer(bytes, null));
        hold.future(client.execute(request.address(), producer, this, null, hold.context(), this));
    }

    void abort() {
        hold.abort();
    }

    @Override
    public void consumeResponse(
            HttpResponse answer, @Nullable EntityDetails entity, HttpContext context, FutureCallback<Void> done) {
        response = answer;
        if (entity == null) {
            streamEnd(List.of());
        }
    }

    @Override
    public void informationResponse(HttpResponse interim, HttpContext context) {
        // Means nothing here.
    }

    @Override
    public void updateCapacity(CapacityChannel capacity) throws IOException {
        capacity.update(mostBytes);
    }

    @Override
    public void consume(ByteBuffer from) throws IOException {
        if (content.size() + from.remaining() > mostBytes) {
            throw new IOException("the answer is longer than " + mostBytes + " bytes");
        }
        byte[] piece = new byte[from.remaining()];
        from.get(piece);
        content.writeBytes(piece);
    }

    @Override
    public void streamEnd(@Nullable List<? extends Header> trailers) {
        ended = true;
    }

    @Override
    public void failed(Exception cause) {
        result.completeExceptionally(cause);
    }

    @Override
    public void completed(@Nullable Void nothing) {
        // It is told when its connection is free.
    }

    @Override
    public void cancelled() {
        failed(new IOException("cancelled"));
    }

    /** The connection is back in the pool, so that what the answer leads to finds it there. */
    @Override
    public void releaseResources() {
        HttpResponse answer = response;
        if (ended && answer != null) {
            result.complete(new Fetched(
                    answer.getCode(), List.of(answer.getHeaders()), content.toString(StandardCharsets.UTF_8)));
        }
    }
}
