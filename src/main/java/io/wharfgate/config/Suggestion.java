package io.wharfgate.config;

import static java.util.Map.entry;

import io.wharfgate.yaml.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds what somebody meant who wrote a name that there is not. */
final class Suggestion {

    /** What other servers call it, where the spelling would not lead there. */
    private static final Map<String, String> OTHER_NAMES = Map.ofEntries(
            entry("http", "server"),
            entry("https", "tls"),
            entry("ssl", "tls"),
            entry("proxy", "upstream"),
            entry("gateway", "upstream"),
            entry("backend", "upstream"),
            entry("metrics", "ops"),
            entry("server.port", "server.listen"),
            entry("server.address", "server.listen"),
            entry("storage.root", "storage.filesystem.root"),
            entry("storage.filesystem.rootdirectory", "storage.filesystem.root"),
            entry("storage.filesystem.path", "storage.filesystem.root"),
            entry("upstream.remoteurl", "upstream.url"),
            entry("upstream.address", "upstream.addresses"),
            entry("upstream.servers", "upstream.addresses"),
            entry("upstream.user", "upstream.username"),
            entry("upstream.certificate", "upstream.client-certificate"),
            entry("upstream.key", "upstream.client-key"),
            entry("upstream.timeout", "upstream.read-timeout"),
            entry("upstream.headers", "upstream.request-headers"));

    private Suggestion() {}

    /** The known key or section that an unknown path is nearest to. */
    static Optional<String> forPath(String path) {
        if (OTHER_NAMES.containsKey(path)) {
            return Optional.of(OTHER_NAMES.get(path));
        }
        var known = new ArrayList<String>(Key.sections());
        Arrays.stream(Key.values()).map(Key::path).forEach(known::add);
        int dot = path.lastIndexOf('.');
        String section = path.substring(0, dot + 1);
        List<String> siblings = known.stream()
                .filter(k -> k.startsWith(section) && k.indexOf('.', section.length()) < 0)
                .toList();
        return Nearest.to(path, siblings, section.length())
                .or(() -> beginning(path, siblings, section.length()))
                .or(() -> sameLeaf(path.substring(dot + 1), known))
                .or(() -> Nearest.to(path, known));
    }

    /** The known variable that an unknown one is nearest to. */
    static Optional<String> forVariable(String name) {
        List<String> known = Arrays.stream(Key.values()).map(Key::variable).toList();
        String leaf = name.substring("WHARFGATE_".length());
        return OTHER_NAMES.entrySet().stream()
                .filter(other -> Key.variable(other.getKey()).equals(name))
                .flatMap(other -> Key.atPath(other.getValue()).stream())
                .map(Key::variable)
                .findFirst()
                .or(() -> Nearest.to(name, known, "WHARFGATE_".length()))
                .or(() -> known.stream().filter(k -> k.endsWith("_" + leaf)).findFirst());
    }

    /** The only one that starts like this: {@code cert} for {@code certificate}. */
    private static Optional<String> beginning(String name, List<String> known, int start) {
        String wanted = Nearest.plain(name.substring(start));
        List<String> longer = known.stream()
                .filter(k ->
                        wanted.length() > 2 && Nearest.plain(k.substring(start)).startsWith(wanted))
                .toList();
        return longer.size() == 1 ? Optional.of(longer.get(0)) : Optional.empty();
    }

    private static Optional<String> sameLeaf(String leaf, List<String> known) {
        return known.stream()
                .filter(k -> Nearest.plain(k.substring(k.lastIndexOf('.') + 1)).equals(Nearest.plain(leaf)))
                .findFirst();
    }
}
