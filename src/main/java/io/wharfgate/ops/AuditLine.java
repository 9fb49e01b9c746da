package io.wharfgate.ops;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Credential;
import io.wharfgate.auth.Scope;
import io.wharfgate.gateway.AuditEvent;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** An event as one JSON object on a line of its own. docs/audit-log.md has the fields; keep the two in step. */
final class AuditLine {

    private static final JsonFactory JSON = JsonFactory.builder()
            .configure(com.fasterxml.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET, false)
            .build();

    /** Always with milliseconds, so that lines sort as text. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private AuditLine() {}

    static void write(AuditEvent event, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("time", TIME.format(event.time()));
            json.writeStringField("request_id", event.requestId());
            json.writeStringField("client", event.client());
            who(json, event.who());
            what(json, event.what());
            outcome(json, event.outcome());
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    /** Says that events were lost. */
    static void lost(Instant now, long count, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("time", TIME.format(now));
            json.writeStringField("operation", "audit.lost");
            json.writeStringField("result", "failed");
            json.writeNumberField("lost", count);
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void who(JsonGenerator json, AuditEvent.Who who) throws IOException {
        orNull(json, "user", who.user());
        Optional<Credential> origin = who.credential()
                .filter(Credential.AccessToken.class::isInstance)
                .map(token -> ((Credential.AccessToken) token).origin());
        orNull(json, "credential", who.credential().map(AuditLine::kind));
        if (origin.isPresent()) {
            json.writeStringField("issued_for", kind(origin.get()));
        }
        if (origin.or(who::credential).orElse(null) instanceof Credential.PersonalToken token) {
            json.writeStringField("personal_token", token.id());
        }
    }

    private static String kind(Credential credential) {
        if (credential instanceof Credential.Password) {
            return "password";
        }
        if (credential instanceof Credential.PersonalToken) {
            return "personal-token";
        }
        return credential instanceof Credential.AccessToken ? "access-token" : "none";
    }

    private static void what(JsonGenerator json, AuditEvent.What what) throws IOException {
        json.writeStringField("operation", what.operation().toString());
        orNull(json, "repository", what.repository());
        orNull(json, "tag", what.tags().stream().findFirst());
        if (what.tags().size() > 1) {
            strings(json, "tags", what.tags().stream().map(Tag::value).toList());
        }
        orNull(json, "digest", what.digest());
        if (what.from().isPresent()) {
            json.writeStringField("from", what.from().get().value());
        }
        if (!what.scopes().isEmpty()) {
            strings(json, "scopes", what.scopes().stream().map(AuditLine::scope).toList());
        }
    }

    private static String scope(Scope scope) {
        if (scope instanceof Scope.InRepository in) {
            String actions = in.actions().stream()
                    .sorted()
                    .map(Action::name)
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(","));
            return "repository:" + in.repository() + ":" + actions;
        }
        return scope instanceof Scope.Catalog ? "registry:catalog:*" : "unknown";
    }

    private static void outcome(JsonGenerator json, AuditEvent.Outcome outcome) throws IOException {
        json.writeStringField("result", outcome.result().name().toLowerCase(Locale.ROOT));
        if (outcome.reason().isPresent()) {
            json.writeStringField("reason", outcome.reason().get());
        }
        json.writeNumberField("status", outcome.status());
        json.writeNumberField("bytes_received", outcome.received());
        json.writeNumberField("bytes_sent", outcome.sent());
        json.writeNumberField("duration_ms", outcome.duration().toMillis());
    }

    private static void orNull(JsonGenerator json, String name, Optional<?> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get().toString());
        } else {
            json.writeNullField(name);
        }
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
