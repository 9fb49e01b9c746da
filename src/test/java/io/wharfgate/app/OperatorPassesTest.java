package io.wharfgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.auth.Access;
import io.wharfgate.auth.AccessPolicy;
import io.wharfgate.auth.Action;
import io.wharfgate.auth.AuthenticationResult;
import io.wharfgate.auth.AuthenticationResult.Accepted;
import io.wharfgate.auth.AuthenticationResult.Rejected;
import io.wharfgate.auth.Authenticator;
import io.wharfgate.auth.Decision;
import io.wharfgate.auth.Identity;
import io.wharfgate.control.TaskOutput;
import io.wharfgate.oci.RepositoryName;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OperatorPassesTest {

    private static final AccessPolicy NOBODY = (identity, access) -> new Decision.Denied("nobody may do anything");
    private static final Access PUSH = Access.to(Action.PUSH, RepositoryName.parse("app"));

    private final OperatorPasses passes = new OperatorPasses(() -> 5443);
    private final Authenticator authenticator =
            passes.before((authorization, client) -> CompletableFuture.completedStage(new Rejected("not one of us")));

    /** A command that holds its connection until it is told to leave. */
    private static final class Command implements TaskOutput {

        final List<String> lines = new CopyOnWriteArrayList<>();
        final CountDownLatch told = new CountDownLatch(2);
        volatile boolean left;

        @Override
        public void line(String text) {
            lines.add(text);
            told.countDown();
        }

        @Override
        public void warning(String text) {}

        @Override
        public void progress(String what, long done, long of) {}

        @Override
        public boolean cancelled() {
            return left;
        }
    }

    private AuthenticationResult ask(String authorization) {
        return authenticator
                .authenticate(Optional.of(authorization), InetAddress.getLoopbackAddress())
                .toCompletableFuture()
                .join();
    }

    @Test
    void aPassIsGoodForAsLongAsItsCommandStays() throws Exception {
        Command command = new Command();
        CompletableFuture<Integer> run = CompletableFuture.supplyAsync(() -> {
            try {
                return passes.run(Map.of(), command);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(command.told.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(command.lines.get(0)).isEqualTo("5443");
        String pass = command.lines.get(1);

        assertThat(ask("Bearer " + pass))
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(OperatorPasses.above(NOBODY)
                                        .decide(accepted.login().identity(), PUSH)
                                        .allowed())
                                .isTrue());
        assertThat(ask("Bearer " + pass + "x")).isInstanceOf(Rejected.class);
        assertThat(ask("Bearer ")).isInstanceOf(Rejected.class);
        assertThat(ask("Basic " + pass)).isInstanceOf(Rejected.class);

        command.left = true;
        assertThat(run.get(20, TimeUnit.SECONDS)).isZero();
        assertThat(ask("Bearer " + pass)).isInstanceOf(Rejected.class);
    }

    @Test
    void ofEverybodyElseThePolicyDecides() {
        AccessPolicy policy = OperatorPasses.above(NOBODY);

        assertThat(policy.decide(new Identity.User("operator"), PUSH).allowed()).isFalse();
        assertThat(policy.decide(new Identity.Anonymous(), PUSH).allowed()).isFalse();
        assertThat(policy.admitsAnonymous()).isFalse();
    }
}
