package io.wharfgate.yaml;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes as people write them: {@code 65536}, {@code 64KiB}, {@code 4MiB}, {@code 1GB}. */
public final class SizeText {

    private static final Pattern GRAMMAR = Pattern.compile("(\\d{1,19}) ?([A-Za-z]*)");

    /** From large to small, binary ones first, so that {@link #show} finds the shortest exact one. */
    private static final Map<String, Long> UNITS = units();

    private SizeText() {}

    /** The bytes, however many; empty when it is no size. */
    public static Optional<BigInteger> parse(String text) {
        Matcher parts = GRAMMAR.matcher(text);
        Long unit = parts.matches() ? UNITS.get(parts.group(2)) : null;
        return unit == null
                ? Optional.empty()
                : Optional.of(new BigInteger(parts.group(1)).multiply(BigInteger.valueOf(unit)));
    }

    /** The shortest text that means exactly so many bytes. */
    public static String show(long bytes) {
        return UNITS.entrySet().stream()
                .filter(unit -> bytes != 0 && unit.getKey().endsWith("iB") && bytes % unit.getValue() == 0)
                .findFirst()
                .map(unit -> bytes / unit.getValue() + unit.getKey())
                .orElse(Long.toString(bytes));
    }

    private static Map<String, Long> units() {
        var units = new LinkedHashMap<String, Long>();
        units.put("TiB", 1L << 40);
        units.put("GiB", 1L << 30);
        units.put("MiB", 1L << 20);
        units.put("KiB", 1L << 10);
        units.put("TB", 1_000_000_000_000L);
        units.put("GB", 1_000_000_000L);
        units.put("MB", 1_000_000L);
        units.put("kB", 1_000L);
        units.put("KB", 1_000L);
        units.put("B", 1L);
        units.put("", 1L);
        return units;
    }
}
