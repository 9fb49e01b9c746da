package io.wharfgate.gateway;

import io.wharfgate.auth.Scope;
import io.wharfgate.http.QueryParameters;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.util.List;
import java.util.Optional;

/**
 * What somebody wants a token for.
 *
 * @param scopes as asked for
 * @param offline whether a refresh token is wanted too
 */
record TokenRequest(List<Scope> scopes, boolean offline) {

    /** Of a query: Docker's token specification. */
    static TokenRequest ofQuery(QueryParameters query) {
        return new TokenRequest(scopes(query), query.one("offline_token").equals(Optional.of("true")));
    }

    /** Of a form: its OAuth2 variant. */
    static TokenRequest ofForm(QueryParameters form) {
        return new TokenRequest(scopes(form), form.one("access_type").equals(Optional.of("offline")));
    }

    /** Repeated or parted by spaces: the specification says the one of GET and the other of POST, and clients do both. */
    private static List<Scope> scopes(QueryParameters parameters) {
        return parameters.all("scope").stream()
                .flatMap(text -> Scope.parseAll(text).stream())
                .toList();
    }

    /** No service named is this one; another one has its tokens elsewhere. */
    static void requireService(QueryParameters parameters, String service) {
        parameters.one("service").filter(name -> !name.equals(service)).ifPresent(name -> {
            throw new RegistryException(
                    RegistryError.REQUEST_INVALID, "tokens are issued here for the service '" + service + "' only");
        });
    }
}
