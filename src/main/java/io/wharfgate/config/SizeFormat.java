package io.wharfgate.config;

import io.wharfgate.yaml.Shown;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes such as {@code 65536}, {@code 64KiB}, {@code 4MiB}, {@code 1GB}, within bounds. */
record SizeFormat(long least, long most) implements Format<Long> {

    private static final Pattern GRAMMAR = Pattern.compile("(\\d{1,19}) ?([A-Za-z]*)");

    /** From large to small, binary ones first, so that {@link #show} finds the shortest exact one. */
    private static final Map<String, Long> UNITS = units();

    @Override
    public Long parse(Given.One given) throws InvalidValueException {
        Matcher parts = GRAMMAR.matcher(given.text());
        Long unit = parts.matches() ? UNITS.get(parts.group(2)) : null;
        if (unit == null) {
            throw new InvalidValueException(
                    Shown.quoted(given.text()) + " is not a size; write it like 64KiB, 4MiB or 1GB, or in bytes");
        }
        BigInteger bytes = new BigInteger(parts.group(1)).multiply(BigInteger.valueOf(unit));
        if (bytes.compareTo(BigInteger.valueOf(least)) < 0 || bytes.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new InvalidValueException(Shown.quoted(given.text()) + " is out of range; write a size from "
                    + show(least) + " to " + show(most));
        }
        return bytes.longValueExact();
    }

    @Override
    public String show(Long bytes) {
        return UNITS.entrySet().stream()
                .filter(unit -> bytes != 0 && unit.getKey().endsWith("iB") && bytes % unit.getValue() == 0)
                .findFirst()
                .map(unit -> bytes / unit.getValue() + unit.getKey())
                .orElse(bytes.toString());
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
