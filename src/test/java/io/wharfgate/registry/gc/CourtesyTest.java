package io.wharfgate.registry.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CourtesyTest {

    private static final long STEP = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    @Test
    void worksAllTheTimeWhileAProcessorIsFree() {
        assertThat(working(new FakeMachine(2, 0))).isEqualTo(1);
        assertThat(working(new FakeMachine(2, 1))).isEqualTo(1);
        assertThat(working(new FakeMachine(1, 0))).isEqualTo(1);
    }

    @Test
    void takesATenthOfTheMachineWhileOthersWantAllOfIt() {
        assertThat(working(new FakeMachine(1, 1))).isBetween(0.09, 0.13);
        assertThat(working(new FakeMachine(2, 2))).isBetween(0.19, 0.23);
        assertThat(working(new FakeMachine(4, 4))).isBetween(0.39, 0.43);
    }

    @Test
    void aTenthOfManyProcessorsIsAllThatAThreadCanTake() {
        assertThat(working(new FakeMachine(16, 16))).isEqualTo(1);
    }

    @Test
    void aMachineThatTellsNothingIsTakenForIdle() {
        FakeMachine silent = new FakeMachine(2, 2);
        silent.tells = false;

        assertThat(working(silent)).isEqualTo(1);
    }

    @Test
    void nobodyWaitsLongForItToStop() {
        FakeMachine machine = new FakeMachine(1, 1);
        Courtesy courtesy = new Courtesy(machine);
        working(machine, courtesy);
        machine.work(TimeUnit.SECONDS.toNanos(10));

        assertThat(courtesy.rest()).isBetween(1L, TimeUnit.MILLISECONDS.toNanos(200));
    }

    /** What part of the time it worked, half of it in competition with the others. */
    private static double working(FakeMachine machine) {
        return working(machine, new Courtesy(machine));
    }

    private static double working(FakeMachine machine, Courtesy courtesy) {
        long rested = 0;
        long begun = machine.now;
        while (machine.now - begun < LONG) {
            machine.work(STEP);
            long rest = courtesy.rest();
            rested += rest;
            machine.now += rest;
        }
        return 1 - (double) rested / (machine.now - begun);
    }

    /** Others compute as much as they want to, and get at least what fairness gives them. */
    private static final class FakeMachine implements Courtesy.Machine {

        private final int processors;
        private final double wanted;
        private long now = 1;
        private long own;
        private boolean tells = true;

        FakeMachine(int processors, double wanted) {
            this.processors = processors;
            this.wanted = wanted;
        }

        /** This thread is always given half of a processor, when there is none to itself. */
        void work(long nanos) {
            now += nanos;
            own += wanted > processors - 1 ? nanos / 2 : nanos;
        }

        @Override
        public int processors() {
            return processors;
        }

        @Override
        public double load() {
            return tells ? Math.min(1, (wanted + 1) / processors) : -1;
        }

        @Override
        public long ownNanos() {
            return own;
        }

        @Override
        public long nanoTime() {
            return now;
        }
    }
}
