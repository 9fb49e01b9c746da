package io.wharfgate.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NamesInOrderTest {

    @Test
    void theyAreInOrderWhereverOneLooksFirst() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            TreeSet<String> expected = new TreeSet<>();
            int count = random.nextInt(6 * NamesInOrder.FIRST);
            while (expected.size() < count) {
                expected.add("v" + random.nextInt(10_000));
            }
            String[] sorted = expected.toArray(new String[0]);
            NamesInOrder names = new NamesInOrder(shuffled(sorted, random));
            for (int look = 0; look < 20 && count > 0; look++) {
                String what = "seed " + seed + ", round " + round + ", look " + look;
                int index = random.nextInt(random.nextBoolean() ? count : Math.min(count, NamesInOrder.FIRST));
                assertThat(names.get(index)).as(what).isEqualTo(sorted[index]);
                if (random.nextInt(10) == 0) {
                    String text = "v" + random.nextInt(10_000);
                    assertThat(names.after(text))
                            .as(what)
                            .isEqualTo(expected.headSet(text, true).size());
                }
            }
            for (int i = 0; i < count; i++) {
                assertThat(names.get(i)).as("seed " + seed + ", round " + round).isEqualTo(sorted[i]);
            }
        }
    }

    private static String[] shuffled(String[] names, Random random) {
        String[] shuffled = names.clone();
        for (int i = shuffled.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            String name = shuffled[i];
            shuffled[i] = shuffled[other];
            shuffled[other] = name;
        }
        return shuffled;
    }
}
