package io.wharfgate.registry.api;

import static io.wharfgate.registry.api.RegistryClient.OCI_MANIFEST;
import static io.wharfgate.registry.api.RegistryClient.assertError;
import static io.wharfgate.registry.api.RegistryClient.header;
import static io.wharfgate.registry.api.RegistryClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wharfgate.registry.api.RegistryClient.Image;
import io.wharfgate.registry.api.RegistryUnderTest.Trait;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tags/list} and {@code _catalog}, and their pages. */
abstract class ListContract extends ResourceContract {

    private static final Pattern NEXT = Pattern.compile("<(/v2/[^>]*)>; *rel=\"?next\"?");

    private static JsonNode json(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).matches("application/json(; charset=utf-8)?");
        try {
            return new ObjectMapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(text(answer), e);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> items(HttpResponse<byte[]> answer, String key) {
        JsonNode list = json(answer).get(key);
        assertThat(list.isArray()).as(text(answer)).isTrue();
        List<String> items = new ArrayList<>();
        list.forEach(item -> items.add(item.asText()));
        return items;
    }

    private List<String> tags(String query) {
        List<String> tags = items(client().get("/v2/" + name + "/tags/list" + query), "tags");
        return is(Trait.TAGS_WHOLE) ? tags.stream().sorted().toList() : tags;
    }

    private Image tagged(String... tags) {
        Image image = client().pushImage(name, tags[0]);
        for (String tag : tags) {
            HttpResponse<byte[]> answer =
                    client().put(manifestPath(tag), image.manifest(), "Content-Type", OCI_MANIFEST);
            assertThat(answer.statusCode()).isEqualTo(201);
        }
        return image;
    }

    /** All pages, followed by their links as a client does. */
    private List<List<String>> pages(String path, String key) {
        List<List<String>> pages = new ArrayList<>();
        String next = path;
        while (!next.isEmpty()) {
            HttpResponse<byte[]> answer = client().get(next);
            pages.add(items(answer, key));
            next = answer.headers()
                    .firstValue("Link")
                    .map(link -> {
                        Matcher matcher = NEXT.matcher(link);
                        assertThat(matcher.matches()).as(link).isTrue();
                        return matcher.group(1);
                    })
                    .orElse("");
        }
        return pages;
    }

    @Test
    void tagsAreListedInAsciiOrder() {
        tagged("b", "a", "Z", "_x", "1.0", "a-b", "a.b", "A");
        JsonNode list = json(client().get("/v2/" + name + "/tags/list"));
        assertThat(list.get("name").asText()).isEqualTo(name);
        assertThat(tags("")).containsExactly("1.0", "A", "Z", "_x", "a", "a-b", "a.b", "b");
    }

    @Test
    @Deviates(trait = Trait.TAGS_WHOLE, seen = "some elements were not found")
    void tagsArePagedByRelativeLinks() {
        tagged("a", "b", "c", "d", "e");
        assertThat(pages("/v2/" + name + "/tags/list?n=2", "tags"))
                .containsExactly(List.of("a", "b"), List.of("c", "d"), List.of("e"));
        assertThat(pages("/v2/" + name + "/tags/list?n=5", "tags")).hasSize(1);
    }

    @Test
    @Deviates(trait = Trait.TAGS_WHOLE, seen = "[\"a\", \"c\", \"e\"]")
    void pageBeginsAfterLastWhichNeedNotBeThere() {
        tagged("a", "c", "e");
        assertThat(tags("?last=a")).containsExactly("c", "e");
        assertThat(tags("?last=b")).containsExactly("c", "e");
        assertThat(tags("?n=1&last=c")).containsExactly("e");
        assertThat(tags("?last=e")).isEmpty();
        assertThat(tags("?last=%7E%2F%00")).isEmpty();
        assertThat(tags("?last=")).containsExactly("a", "c", "e");
    }

    @Test
    @Deviates(trait = Trait.TAGS_WHOLE, seen = "[\"a\"]")
    void pageOfNoneIsAnEmptyListWithoutALink() {
        tagged("a");
        HttpResponse<byte[]> answer = client().get("/v2/" + name + "/tags/list?n=0");
        assertThat(items(answer, "tags")).isEmpty();
        assertThat(answer.headers().firstValue("Link")).isEmpty();
    }

    @Test
    void anyLargePageIsAllThereIs() {
        tagged("a", "b");
        assertThat(tags("?n=10000")).containsExactly("a", "b");
        assertThat(tags("?n=99999999999999999999")).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?n=-1", "?n=x", "?n=", "?n=1.5", "?n=%201", "?n=0x1"})
    @Deviates(trait = Trait.TAGS_WHOLE, seen = "\"tags\":[\"a\"]")
    void pageSizeThatIsNoneIsRefused(String query) {
        tagged("a");
        assertError(client().get("/v2/" + name + "/tags/list" + query), 400, "PAGINATION_NUMBER_INVALID");
        assertError(client().get("/v2/_catalog" + query), 400, "PAGINATION_NUMBER_INVALID");
    }

    @Test
    @Deviates(trait = Trait.NO_DELETE_BY_TAG, seen = "\"tags\":[\"only\"]")
    void repositoryWithoutTagsHasAnEmptyListAndNotNull() {
        Image image = tagged("only");
        client().delete(manifestPath("only"));
        assertThat(text(client().get("/v2/" + name + "/tags/list"))).contains("\"tags\":[]");
        assertThat(client().get(manifestPath(image.digest())).statusCode()).isEqualTo(200);
    }

    @Test
    void tagsOfAnUnknownRepositoryAre404() {
        assertError(client().get("/v2/" + name + "/tags/list"), 404, "NAME_UNKNOWN");
    }

    @Test
    @Deviates(trait = Trait.METHODS_IN_TEXT, seen = "405")
    void headOfTagsAndCatalogIsGetWithoutTheBody() {
        tagged("a");
        for (String path : new String[] {"/v2/" + name + "/tags/list", "/v2/_catalog?n=0"}) {
            HttpResponse<byte[]> head = client().head(path);
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(header(head, "Content-Length")).isEqualTo(header(client().get(path), "Content-Length"));
            assertThat(head.body()).isEmpty();
        }
    }

    @Test
    @Deviates(trait = Trait.CATALOG_OF_DIRECTORIES, seen = "not to contain")
    void catalogGainsARepositoryWithItsFirstManifestAndLosesItWithItsLast() {
        client().pushBlob(name, name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(catalog()).doesNotContain(name);
        Image image = client().pushImage(name, "latest");
        assertThat(catalog()).contains(name).doesNotHaveDuplicates().isSorted();
        client().delete(manifestPath("latest"));
        assertThat(catalog()).contains(name);
        client().delete(manifestPath(image.digest()));
        assertThat(catalog()).doesNotContain(name);
    }

    @Test
    void catalogIsPagedByLinksWithTheSlashesOfNamesEscaped() {
        for (String part : new String[] {"a", "a-b", "a/b", "b"}) {
            client().pushImage(name + "/" + part, "latest");
        }
        HttpResponse<byte[]> first = client().get("/v2/_catalog?n=1&last=" + name);
        assertThat(items(first, "repositories")).containsExactly(name + "/a");
        String last = "last=" + (name + "/a").replace("/", "%2F");
        assertThat(header(first, "Link"))
                .isEqualTo("</v2/_catalog?" + (is(Trait.CATALOG_OF_DIRECTORIES) ? last + "&n=1" : "n=1&" + last)
                        + ">; rel=\"next\"");
        List<String> all = pages("/v2/_catalog?n=2&last=" + name, "repositories").stream()
                .flatMap(List::stream)
                .filter(repository -> repository.startsWith(name))
                .toList();
        assertThat(is(Trait.CATALOG_OF_DIRECTORIES) ? all.stream().sorted().toList() : all)
                .containsExactly(name + "/a", name + "/a-b", name + "/a/b", name + "/b");
    }

    @Test
    void catalogPageOfNoneIsAnEmptyList() {
        assertThat(items(client().get("/v2/_catalog?n=0"), "repositories")).isEmpty();
    }

    private List<String> catalog() {
        return items(client().get("/v2/_catalog"), "repositories");
    }
}
