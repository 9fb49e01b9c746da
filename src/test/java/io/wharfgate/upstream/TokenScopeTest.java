package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.RouteParser;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenScopeTest {

    private static final String DIGEST = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    private static final String UUID = "6b3c9a93-af5d-473f-a4ff-9710022185cd";

    @ParameterizedTest
    @CsvSource({
        "GET,    /v2/,                             ",
        "GET,    /v2/_catalog,                     registry:catalog:*",
        "GET,    /v2/a/b/tags/list,                repository:a/b:pull",
        "HEAD,   /v2/a/b/manifests/x,              repository:a/b:pull",
        "PUT,    /v2/a/b/manifests/x,              'repository:a/b:pull,push'",
        "DELETE, /v2/a/b/manifests/x,              repository:a/b:delete",
        "GET,    /v2/a/b/blobs/" + DIGEST + ",     repository:a/b:pull",
        "POST,   /v2/a/b/blobs/uploads/,           'repository:a/b:pull,push'",
        "PATCH,  /v2/a/b/blobs/uploads/" + UUID + ", 'repository:a/b:pull,push'",
    })
    void scopeFollowsTheMethod(String method, String path, String scope) {
        assertThat(TokenScope.of(RouteParser.parse(path), new HttpString(method), Optional.empty()))
                .isEqualTo(Optional.ofNullable(scope).stream().toList());
    }

    @Test
    void mountWantsItsSourceToo() {
        assertThat(TokenScope.of(
                        RouteParser.parse("/v2/a/blobs/uploads/"), Methods.POST, Optional.of(new RepositoryName("c"))))
                .containsExactly("repository:a:pull,push", "repository:c:pull");
    }
}
