package io.wharfgate.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Header fields in their order, names compared without case. Immutable. */
final class Fields {

    /** One line. */
    record Field(String name, String value) {}

    private final List<Field> lines;

    Fields(List<Field> lines) {
        this.lines = List.copyOf(lines);
    }

    static Fields none() {
        return new Fields(List.of());
    }

    Fields with(String name, String value) {
        var more = new ArrayList<>(lines);
        more.add(new Field(name, value));
        return new Fields(more);
    }

    List<Field> lines() {
        return lines;
    }

    List<String> all(String name) {
        return lines.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** The value for a report: "none" where there is none. */
    String shown(String name) {
        return first(name).orElse("none");
    }

    /** Whether one of the field's comma-separated elements is this word. */
    boolean lists(String name, String word) {
        return all(name).stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .anyMatch(element -> element.strip().equalsIgnoreCase(word));
    }
}
