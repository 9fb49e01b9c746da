package io.wharfgate.gateway;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.wharfgate.auth.Scope;
import io.wharfgate.auth.TokenService.Issued;
import io.wharfgate.http.Answer;
import io.wharfgate.http.ErrorWriter;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.secret.Secret;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The answers of the token service. Errors have the registry's form and that of OAuth2 in one (RFC 6749, 5.2): which of the two
 * a client reads depends on how it asks. None may be kept by anybody in between.
 */
final class TokenAnswers {

    private final String challenge;

    /** @param challenge Basic's */
    TokenAnswers(String challenge) {
        this.challenge = challenge;
    }

    /** @param refreshToken to be sent along */
    void issued(HttpServerExchange exchange, Issued issued, Optional<Secret> refreshToken) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("token", issued.token().reveal());
        answer.put("access_token", issued.token().reveal());
        answer.put("scope", issued.granted().stream().map(Scope::text).collect(Collectors.joining(" ")));
        answer.put("expires_in", issued.lifetime().toSeconds());
        answer.put("issued_at", DateTimeFormatter.ISO_INSTANT.format(issued.issuedAt()));
        refreshToken.ifPresent(token -> answer.put("refresh_token", token.reveal()));
        send(exchange, Answer.status(200).json(answer));
    }

    /**
     * To somebody who is not known. RFC 9110 wants a challenge in every 401, and it is Basic's: with a token nobody gets another.
     *
     * @param error of OAuth2
     */
    void unauthorized(HttpServerExchange exchange, String error, String message) {
        RegistryException told = new RegistryException(RegistryError.UNAUTHORIZED, message);
        send(exchange, form(told, error).header(Headers.WWW_AUTHENTICATE, challenge));
    }

    /** @param error of OAuth2 */
    void invalid(HttpServerExchange exchange, String error, String message) {
        send(exchange, form(new RegistryException(RegistryError.REQUEST_INVALID, message), error));
    }

    void refused(HttpServerExchange exchange, RegistryException told) {
        send(
                exchange,
                told.error() == RegistryError.REQUEST_INVALID
                        ? form(told, "invalid_request")
                        : ErrorWriter.answer(told));
    }

    private static Answer form(RegistryException told, String error) {
        Map<String, String> oauth = new LinkedHashMap<>();
        oauth.put("error", error);
        oauth.put("error_description", String.valueOf(told.getMessage()));
        return ErrorWriter.answer(told, oauth);
    }

    private static void send(HttpServerExchange exchange, Answer answer) {
        answer.header(Headers.CACHE_CONTROL, "no-store").send(exchange);
    }
}
