package io.wharfgate;

import java.security.SecureRandom;
import java.util.Random;
import java.util.function.Consumer;

/** Runs a check many times with random input, and names the seed when it fails. */
public final class Fuzz {

    private Fuzz() {}

    public static void rounds(int rounds, Consumer<Random> check) {
        long seed = new SecureRandom().nextLong();
        var random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            try {
                check.accept(random);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("failed in round " + round + " of seed " + seed, e);
            }
        }
    }
}
