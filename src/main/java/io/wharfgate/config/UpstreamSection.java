package io.wharfgate.config;

import io.wharfgate.upstream.UpstreamConfig;
import io.wharfgate.upstream.UpstreamConfig.Registry;
import io.wharfgate.yaml.Origin;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Reads the section {@code upstream}: the registry itself, and those of its prefixes. */
final class UpstreamSection {

    private static final String SECTION = "upstream";

    private final Values values;
    private final FileValues file;
    private final PathFormat paths;
    private final OwnAddresses own;
    private final Optional<Origin> storageDriver;
    private final SortedMap<String, Values> prefixes = new TreeMap<>();
    private final Map<String, Origin> places = new TreeMap<>();

    /**
     * A reader of one configuration.
     *
     * @param storageDriver where storage of our own was asked for without a key of ours
     */
    UpstreamSection(
            Values values, FileValues file, PathFormat paths, OwnAddresses own, Optional<Origin> storageDriver) {
        this.values = values;
        this.file = file;
        this.paths = paths;
        this.own = own;
        this.storageDriver = storageDriver;
    }

    /** Empty when there is no such section, and after mistakes that leave no upstream. */
    Optional<UpstreamConfig> read() {
        Optional<Origin> place =
                file.section(SECTION).or(() -> given(Key::upstream).findFirst());
        if (place.isEmpty()) {
            return Optional.empty();
        }
        refuseStorage(place.get());
        Map<String, Registry> registries = new TreeMap<>();
        file.prefixes().forEach(entry -> prefix(entry, registries));
        Optional<Registry> standard = standard(place.get());
        List<String> open = openPaths();
        return standard.isEmpty() && registries.isEmpty()
                ? Optional.empty()
                : Optional.of(new UpstreamConfig(standard, registries, open));
    }

    /** What is in force for each prefix. Known after {@link #read}. */
    SortedMap<String, Map<Key, Values.Effective>> effectiveOfPrefixes() {
        var effective = new TreeMap<String, Map<Key, Values.Effective>>();
        prefixes.forEach((name, of) -> effective.put(name, of.effective()));
        return effective;
    }

    private void refuseStorage(Origin place) {
        // An empty section does not count: it is what is left when all its lines are commented out.
        Optional<Origin> storage = given(Key::storage)
                .findFirst()
                .map(key -> file.section("storage")
                        .filter(section -> key instanceof Origin.InFile)
                        .orElse(key))
                .or(() -> storageDriver);
        storage.ifPresent(other ->
                values.findings().error(place, SECTION, "excludes storage (" + other + "); keep one of the two"));
    }

    private Optional<Registry> standard(Origin place) {
        boolean any = given(Key::ofEachUpstream).findAny().isPresent();
        if (!any && !file.prefixes().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RegistrySection(values, paths, own).read(place, SECTION));
    }

    private void prefix(FileValues.Prefix entry, Map<String, Registry> registries) {
        String name = entry.name().endsWith("/")
                ? entry.name().substring(0, entry.name().length() - 1)
                : entry.name();
        Values of = values.of(entry);
        if (!UpstreamConfig.isPrefix(name)) {
            values.findings()
                    .error(
                            entry.origin(),
                            entry.path(),
                            "no repository's name can begin so; write whole parts of names in small letters, like team or"
                                    + " team/app");
        }
        Registry registry = new RegistrySection(of, paths, own).read(entry.origin(), entry.path());
        Origin first = places.putIfAbsent(name, entry.origin());
        if (first != null) {
            values.findings()
                    .error(
                            entry.origin(),
                            entry.path(),
                            "is the same prefix as " + name + " (" + first + "); keep one of them");
        }
        registries.put(name, registry);
        prefixes.put(name, of);
    }

    private List<String> openPaths() {
        List<String> open =
                values.list(Key.UPSTREAM_OPEN_PATHS, TextFormat.OPEN_PATH).orElse(List.of());
        if (values.given(Key.UPSTREAM_OPEN_PATHS).isEmpty()) {
            values.assume(Key.UPSTREAM_OPEN_PATHS, List.of());
        }
        open.stream()
                .filter(path -> path.startsWith("/v2/"))
                .findFirst()
                .ifPresent(path -> values.warning(
                        Key.UPSTREAM_OPEN_PATHS,
                        "lets everybody read " + path + " without a password; remove it if that is not meant"));
        return open;
    }

    private Stream<Origin> given(Predicate<Key> which) {
        return Arrays.stream(Key.values()).filter(which).flatMap(key -> values.given(key).stream());
    }
}
