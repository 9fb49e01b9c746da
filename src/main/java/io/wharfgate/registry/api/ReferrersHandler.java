package io.wharfgate.registry.api;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.wharfgate.gateway.RegistryCall;
import io.wharfgate.http.Answer;
import io.wharfgate.oci.MediaType;
import io.wharfgate.oci.RegistryRoute;
import io.wharfgate.registry.Page;
import io.wharfgate.registry.Referrer;
import io.wharfgate.registry.Referrers;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code /v2/<name>/referrers/<digest>}: always 200 with an index, which is empty for what nobody refers to; a 404 would
 * tell clients that there is no such API (OCI distribution specification, "Listing Referrers").
 */
final class ReferrersHandler {

    private static final HttpString FILTERS = new HttpString("OCI-Filters-Applied");
    private static final String ARTIFACT_TYPE = "artifactType";

    private final Referrers referrers;

    ReferrersHandler(Referrers referrers) {
        this.referrers = referrers;
    }

    void handle(HttpServerExchange exchange, RegistryCall call, RegistryRoute.Referrers route) throws IOException {
        Allowed.READ.require(exchange);
        OptionalInt n = Paging.size(call);
        Optional<String> type = call.query().one(ARTIFACT_TYPE).filter(text -> !text.isEmpty());
        Page<Referrer> page = referrers.page(
                route.name(), route.subject(), type, n, call.query().one("last"));
        Answer answer =
                Answer.status(200).json(index(page.items())).header(Headers.CONTENT_TYPE, MediaType.OCI_INDEX.value());
        if (type.isPresent()) {
            answer.header(FILTERS, ARTIFACT_TYPE);
        }
        if (page.more() && !page.items().isEmpty()) {
            Referrer last = page.items().get(page.items().size() - 1);
            Map<String, String> filter =
                    type.map(text -> Map.of(ARTIFACT_TYPE, text)).orElseGet(Map::of);
            Paging.next(exchange, answer, n, last.digest().toString(), filter);
        }
        answer.send(exchange);
    }

    private static Map<String, Object> index(List<Referrer> referrers) {
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("schemaVersion", 2);
        index.put("mediaType", MediaType.OCI_INDEX.value());
        index.put(
                "manifests",
                referrers.stream().map(ReferrersHandler::descriptor).toList());
        return index;
    }

    private static Map<String, Object> descriptor(Referrer referrer) {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", referrer.mediaType().value());
        descriptor.put("digest", referrer.digest().toString());
        descriptor.put("size", referrer.size());
        referrer.artifactType().ifPresent(type -> descriptor.put(ARTIFACT_TYPE, type));
        if (!referrer.annotations().isEmpty()) {
            descriptor.put("annotations", referrer.annotations());
        }
        return descriptor;
    }
}
