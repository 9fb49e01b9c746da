package io.wharfgate.auth;

import static io.wharfgate.auth.Action.DELETE;
import static io.wharfgate.auth.Action.PULL;
import static io.wharfgate.auth.Action.PUSH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.Fuzz;
import io.wharfgate.oci.RepositoryName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {

    private static Scope.InRepository in(String name, Action... actions) {
        return new Scope.InRepository(new RepositoryName(name), Set.of(actions));
    }

    @Test
    void actionsOfARepository() {
        assertThat(Scope.parse("repository:team/app:pull,push")).isEqualTo(in("team/app", PULL, PUSH));
        assertThat(Scope.parse("repository:app:push")).isEqualTo(in("app", PUSH));
        assertThat(Scope.parse("repository:app:delete")).isEqualTo(in("app", DELETE));
        assertThat(Scope.parse("repository:app:*")).isEqualTo(in("app", PULL, PUSH, DELETE));
        assertThat(Scope.parse("repository:app:pull,metadata_read")).isEqualTo(in("app", PULL));
    }

    @Test
    void classOfARepositoryMeansNothing() {
        assertThat(Scope.parse("repository(plugin):team/app:pull")).isEqualTo(in("team/app", PULL));
    }

    @Test
    void catalog() {
        assertThat(Scope.parse("registry:catalog:*")).isEqualTo(new Scope.Catalog());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "repository",
                "repository:",
                "repository:app",
                "repository:app:",
                "repository:app:list",
                "repository::pull",
                "repository:UPPER:pull",
                "repository:host:5000/app:pull",
                "repository:../app:pull",
                "repository:a**:pull",
                "Repository:app:pull",
                "registry:catalog:pull",
                "registry:other:*",
                "project:app:pull",
                "(plugin):app:pull",
                ":::",
                "*",
            })
    void whatIsNotKnownIsNoError(String text) {
        assertThat(Scope.parse(text)).isEqualTo(new Scope.Unknown());
    }

    @Test
    void severalInOneText() {
        assertThat(Scope.parseAll(" repository:a:pull  registry:catalog:* what repository:b:push "))
                .containsExactly(in("a", PULL), new Scope.Catalog(), new Scope.Unknown(), in("b", PUSH));
        assertThat(Scope.parseAll("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "repository:a/b:push,pull | repository:a/b:pull,push",
                "repository:a:* | repository:a:pull,push,delete",
                "registry:catalog:* | registry:catalog:*"
            })
    void text(String given, String text) {
        assertThat(Scope.parse(given).text()).isEqualTo(text);
    }

    @Test
    void listIsNoActionOfAScope() {
        assertThatThrownBy(() -> in("a", Action.LIST)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> in("a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsPrintedIsReadAsTheSame() {
        Fuzz.rounds(2000, random -> {
            List<Action> actions = new ArrayList<>(Scope.InRepository.ALL);
            Collections.shuffle(actions, random);
            StringBuilder name = new StringBuilder();
            for (int i = random.nextInt(1, 30); i > 0; i--) {
                name.append("abz09/-_.".charAt(random.nextInt(9)));
            }
            if (RepositoryName.isValid(name.toString())) {
                Scope scope = new Scope.InRepository(
                        new RepositoryName(name.toString()), Set.copyOf(actions.subList(0, random.nextInt(1, 4))));
                assertThat(Scope.parse(scope.text())).isEqualTo(scope);
            }
        });
    }

    @Test
    void noTextMakesItFail() {
        String alphabet = "repository:gistcalo(),* /\u00e9\n.-_";
        Fuzz.rounds(5000, random -> {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "repository:" : "");
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            for (Scope scope : Scope.parseAll(text.toString())) {
                if (!(scope instanceof Scope.Unknown)) {
                    assertThat(Scope.parse(scope.text())).isEqualTo(scope);
                }
            }
        });
    }
}
