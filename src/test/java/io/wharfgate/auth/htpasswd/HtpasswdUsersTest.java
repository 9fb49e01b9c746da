package io.wharfgate.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.auth.StoredPassword;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HtpasswdUsersTest {

    private static final BcryptHash CHEAP = new BcryptHash(5, "c".repeat(53));
    private static final BcryptHash DEAR = new BcryptHash(12, "d".repeat(53));

    @Test
    void decoysAreAsDearAsTheUsersHashes() {
        Map<String, PasswordHash> users = new LinkedHashMap<>();
        for (int i = 0; i < 40; i++) {
            users.put("user" + i, i % 4 == 0 ? CHEAP : DEAR);
        }
        var snapshot = new HtpasswdUsers(users);
        Map<String, Integer> kinds = new TreeMap<>();
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            kinds.merge(snapshot.decoy(random.nextInt()).toString(), 1, Integer::sum);
        }
        assertThat(kinds.get("bcrypt, cost 5")).isBetween(2_000, 3_000);
        assertThat(kinds.get("bcrypt, cost 12")).isBetween(7_000, 8_000);
    }

    @Test
    void everyChoiceHasADecoyThatIsNobodysHash() {
        var users = new HtpasswdUsers(Map.of("a", CHEAP, "b", DEAR));
        for (int choice : new int[] {Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE}) {
            assertThat(users.decoy(choice)).isNotIn(CHEAP, DEAR);
        }
    }

    @Test
    void anEmptyFileHasADecoyOfTheUsualCost() {
        StoredPassword decoy = new HtpasswdUsers(Map.of()).decoy(42);
        assertThat(decoy.toString()).isEqualTo("bcrypt, cost 10");
    }

    @Test
    void aNameKeepsItsDecoyWhileTheFileStaysTheSame() {
        var users = new HtpasswdUsers(Map.of("a", CHEAP, "b", DEAR));
        assertThat(users.decoy(7)).isEqualTo(users.decoy(7));
    }

    @Test
    void equalWhenNamesAndHashesAre() {
        assertThat(new HtpasswdUsers(Map.of("a", CHEAP))).isEqualTo(new HtpasswdUsers(Map.of("a", CHEAP)));
        assertThat(new HtpasswdUsers(Map.of("a", CHEAP))).isNotEqualTo(new HtpasswdUsers(Map.of("a", DEAR)));
        assertThat(new HtpasswdUsers(Map.of("a", CHEAP))).isNotEqualTo(new HtpasswdUsers(Map.of("b", CHEAP)));
    }
}
