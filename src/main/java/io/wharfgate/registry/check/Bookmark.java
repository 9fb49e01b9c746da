package io.wharfgate.registry.check;

import io.wharfgate.files.Replacement;
import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RegistryException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Where a check has come to that was broken off, in a file outside of the registry's tree. What cannot be read is as good as
 * none: the check begins anew.
 */
final class Bookmark {

    private static final String FORMAT = "1";

    private final Path file;
    private final String options;

    /** @param options those of the check: one with others does not go on with it */
    Bookmark(Path file, String options) {
        this.file = file;
        this.options = options;
    }

    /** The two parts of a check. */
    enum Phase {
        BLOBS,
        REPOSITORIES
    }

    /**
     * A place.
     *
     * @param position what has been looked at last
     * @param found how much was told of
     * @param damaged blobs that are not what they should be
     */
    record Place(Phase phase, String position, Map<Severity, Long> found, List<Digest> damaged) {

        static final Place START = new Place(Phase.BLOBS, "", Map.of(), List.of());

        Place {
            found = Map.copyOf(found);
            damaged = List.copyOf(damaged);
        }
    }

    Optional<Place> read() throws IOException {
        Properties text = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            text.load(reader);
            return FORMAT.equals(text.getProperty("format")) && options.equals(text.getProperty("options"))
                    ? Optional.of(place(text))
                    : Optional.empty();
        } catch (NoSuchFileException | IllegalArgumentException | RegistryException e) {
            return Optional.empty();
        }
    }

    private static Place place(Properties text) {
        Map<Severity, Long> found = new EnumMap<>(Severity.class);
        for (Severity severity : Severity.values()) {
            found.put(severity, Long.parseLong(text.getProperty(severity.label(), "")));
        }
        List<Digest> damaged = Arrays.stream(text.getProperty("damaged", "").split(" "))
                .filter(digest -> !digest.isEmpty())
                .map(Digest::parse)
                .toList();
        return new Place(
                Phase.valueOf(text.getProperty("phase", "")), text.getProperty("position", ""), found, damaged);
    }

    void write(Place place) throws IOException {
        Properties text = new Properties();
        text.setProperty("format", FORMAT);
        text.setProperty("options", options);
        text.setProperty("phase", place.phase().name());
        text.setProperty("position", place.position());
        for (Severity severity : Severity.values()) {
            text.setProperty(severity.label(), String.valueOf(place.found().getOrDefault(severity, 0L)));
        }
        text.setProperty(
                "damaged", place.damaged().stream().map(Digest::toString).collect(Collectors.joining(" ")));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        text.store(bytes, "a check of the storage that was broken off: wharfgate storage check goes on with it");
        Files.createDirectories(parent());
        Replacement.write(file, bytes.toByteArray());
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    private Path parent() {
        return Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    }
}
