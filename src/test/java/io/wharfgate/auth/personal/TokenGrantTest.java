package io.wharfgate.auth.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.Reach;
import io.wharfgate.oci.RepositoryName;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenGrantTest {

    @Test
    void aGrantReachesItsActionsInItsRepositories() {
        Reach reach = grant(List.of("team/*", "${user}/**"), "pull", "push").reach("alice");
        assertThat(reach.covers(to(Action.PULL, "team/app"))).isTrue();
        assertThat(reach.covers(to(Action.PUSH, "alice/x/y"))).isTrue();
        assertThat(reach.covers(to(Action.DELETE, "team/app"))).isFalse();
        assertThat(reach.covers(to(Action.LIST, "team/app"))).isFalse();
        assertThat(reach.covers(to(Action.PULL, "team/app/deep"))).isFalse();
        assertThat(reach.covers(to(Action.PULL, "team"))).isFalse();
        assertThat(reach.covers(to(Action.PULL, "bob/x"))).isFalse();
    }

    @Test
    void everybodyMayPingAndWhoListsMaySeeTheCatalog() {
        assertThat(grant(List.of("a"), "pull").reach("alice").covers(new Access.Ping()))
                .isTrue();
        assertThat(grant(List.of("a"), "pull").reach("alice").covers(new Access.Catalog()))
                .isFalse();
        assertThat(grant(List.of("a"), "list").reach("alice").covers(new Access.Catalog()))
                .isTrue();
    }

    @Test
    void everywhereIsReachedWithoutALimitOnly() {
        Access pull = new Access.Everywhere(Action.PULL);
        assertThat(grant(List.of("**"), "pull").reach("alice").covers(pull)).isTrue();
        assertThat(grant(List.of("**"), "push").reach("alice").covers(pull)).isFalse();
        assertThat(grant(List.of("*/**", "*"), "pull").reach("alice").covers(pull))
                .isFalse();
    }

    @Test
    void allIsEveryAction() {
        assertThat(grant(List.of("**"), "all").actions()).containsExactly(Action.values());
        assertThat(grant(List.of("**", "**"), "push", "pull", "push"))
                .isEqualTo(TokenGrant.parse(List.of("**"), List.of("pull", "push")));
    }

    @Test
    void whatIsNoGrant() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grant(List.of("**"), "read"))
                .withMessageContaining("pull, push, delete, list");
        assertThatIllegalArgumentException().isThrownBy(() -> grant(List.of("**")));
        assertThatIllegalArgumentException().isThrownBy(() -> grant(List.of(), "pull"));
        assertThatIllegalArgumentException().isThrownBy(() -> grant(List.of("UPPER"), "pull"));
        List<String> many = Collections.nCopies(50, "a");
        assertThat(grant(many, "pull").repositories()).hasSize(1);
    }

    private static TokenGrant grant(List<String> repositories, String... actions) {
        return TokenGrant.parse(repositories, List.of(actions));
    }

    private static Access to(Action action, String repository) {
        return Access.to(action, RepositoryName.parse(repository));
    }
}
