package io.wharfgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.Fuzz;
import io.wharfgate.oci.RepositoryName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "registry.example.com/team/app:1.0, registry.example.com, team/app, 1.0",
                "localhost:5443/app, localhost:5443, app, -",
                "localhost/app:x, localhost, app, x",
                "[::1]:5000/a/b:c, [::1]:5000, a/b, c",
                "team/app:1, -, team/app, 1",
                "app, -, app, -",
                "docker.io/alpine:3, docker.io, library/alpine, 3",
                "docker.io/bitnami/x, docker.io, bitnami/x, -",
            })
    void aNameHasItsParts(String text, String host, String repository, String tag) {
        ImageName name = ImageName.parse(text);

        assertThat(name.host().orElse(null)).isEqualTo(host);
        assertThat(name.repository().value()).isEqualTo(repository);
        assertThat(name.tag().map(Object::toString).orElse(null)).isEqualTo(tag);
    }

    @Test
    void aDigestCountsMoreThanATag() {
        String digest = "sha256:" + "a".repeat(64);

        assertThat(ImageName.parse("h.example/app:1@" + digest).reference().map(Object::toString))
                .contains(digest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://registry.example.com/app",
                "docker://registry.example.com/app",
                "Team/App",
                "",
                "/app",
                "app:",
                "app@sha256:12",
                "a b.c/app",
                "ex%61mple.com/app",
                "user:secret@host.example/app",
                "host.example:99999999/app",
                "../../etc/passwd",
            })
    void whatIsNoNameIsToldHowToWriteOne(String text) {
        assertThatThrownBy(() -> ImageName.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("registry.example.com/team/app:1.0");
    }

    @Test
    void whateverIsGivenItIsANameOrAMistake() {
        String characters = "aA0./:@*?-_[]%\u0000\u00e9 ";
        Fuzz.rounds(20_000, random -> {
            var text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(characters.charAt(random.nextInt(characters.length())));
            }
            try {
                if (ImagePlace.parse(text.toString()) instanceof ImagePlace.One one) {
                    assertThat(RepositoryName.isValid(one.name().repository().value()))
                            .isTrue();
                }
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).doesNotContain("\u0000");
            }
        });
    }

    @Test
    void aSlashAtTheEndIsAPlaceForRepositories() {
        var app = RepositoryName.parse("team/app");

        assertThat(below("new.example.com/").repository(app)).hasToString("team/app");
        assertThat(below("new.example.com/").host()).contains("new.example.com");
        assertThat(below("new.example.com/mirror/").repository(app)).hasToString("mirror/team/app");
        assertThat(below("mirror/").repository(app)).hasToString("mirror/team/app");
        assertThat(below("mirror/").host()).isEmpty();
        assertThat(below("./").repository(app)).hasToString("team/app");
        assertThat(below("./x/").repository(app)).hasToString("x/team/app");
    }

    private static ImagePlace.Below below(String text) {
        return (ImagePlace.Below) ImagePlace.parse(text);
    }

    @Test
    void wildcardsMakeAPattern() {
        var place = (ImagePlace.Matching) ImagePlace.parse("old.example.com/team/**");

        assertThat(place.host()).contains("old.example.com");
        assertThat(place.pattern().matches(RepositoryName.parse("team/a/b"))).isTrue();
        assertThat(place.pattern().matches(RepositoryName.parse("other"))).isFalse();
    }
}
