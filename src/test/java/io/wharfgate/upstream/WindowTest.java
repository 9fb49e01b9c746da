package io.wharfgate.upstream;

import static io.wharfgate.upstream.WindowBudget.GROWTH;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTest {

    private final WindowBudget budget = new WindowBudget(2 * GROWTH + 1);
    private final Window window = new Window(budget);

    @Test
    void whatIsTakenIsAllowedAnewOnce() {
        window.taken(10);
        window.taken(5);
        assertThat(window.credit()).isEqualTo(15);
        assertThat(window.credit()).isZero();
    }

    @Test
    void growsOnce() {
        window.grow();
        window.grow();
        window.taken(10);
        assertThat(window.credit()).isEqualTo(GROWTH + 10);
        assertThat(budget.free()).isEqualTo(GROWTH + 1);
    }

    @Test
    void shrinksByWhatTheClientTakesAndThenStaysAsItWas() {
        window.grow();
        window.credit();
        window.shrink();
        window.taken(GROWTH - 1);
        assertThat(window.credit()).isZero();
        assertThat(budget.free()).isEqualTo(GROWTH + 1);
        window.taken(3);
        assertThat(window.credit()).isEqualTo(2);
        assertThat(budget.free()).isEqualTo(2 * GROWTH + 1);
        window.grow();
        assertThat(window.credit()).isZero();
    }

    @Test
    void givesItsShareBackOnce() {
        window.grow();
        window.shrink();
        window.close();
        window.close();
        assertThat(budget.free()).isEqualTo(2 * GROWTH + 1);
        window.grow();
        assertThat(budget.free()).isEqualTo(2 * GROWTH + 1);
    }

    @Test
    void allTogetherGrowByNoMoreThanTheBudget() {
        for (int i = 0; i < 3; i++) {
            new Window(budget).grow();
        }
        assertThat(budget.free()).isEqualTo(1);
        window.grow();
        assertThat(window.credit()).isZero();
    }
}
