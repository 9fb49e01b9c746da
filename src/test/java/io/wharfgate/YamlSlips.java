package io.wharfgate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes mistakes in YAML, as an editor or a hurried hand does. */
public final class YamlSlips {

    private static final List<String> PIECES = List.of(
            "*", "**", "[", "]", "{", "}", ": ", "- ", "\n", "  ", "'", "\"", ",", "#", "&a", "*a", "!x", "\t",
            "\u0000", "\u2028", "\uD800", "null", "~", "---\n", "/");

    private YamlSlips() {}

    /**
     * The text with one to three of them.
     *
     * @param words of the file's own language, which may turn up where they should not
     */
    public static String in(String text, List<String> words, Random random) {
        List<String> pieces = new ArrayList<>(PIECES);
        pieces.addAll(words);
        int slips = 1 + random.nextInt(3);
        String mutated = text;
        for (int i = 0; i < slips; i++) {
            int at = random.nextInt(mutated.length() + 1);
            int to = Math.min(mutated.length(), at + random.nextInt(6));
            mutated = switch (random.nextInt(4)) {
                case 0 -> mutated.substring(0, at) + mutated.substring(to);
                case 1 -> mutated.substring(0, at) + pieces.get(random.nextInt(pieces.size())) + mutated.substring(at);
                case 2 -> mutated.substring(0, at) + pieces.get(random.nextInt(pieces.size())) + mutated.substring(to);
                default -> shuffledLines(mutated, random);
            };
        }
        return mutated;
    }

    private static String shuffledLines(String text, Random random) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        String line = lines.remove(random.nextInt(lines.size()));
        lines.add(random.nextInt(lines.size() + 1), line);
        return String.join("\n", lines);
    }
}
