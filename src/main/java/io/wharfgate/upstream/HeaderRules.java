package io.wharfgate.upstream;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's changes to header fields, applied last: remove, then set, then add. What frames a message, belongs to a
 * connection or is the gateway's own word cannot be changed; the configuration refuses it, and here it has no effect.
 * Immutable.
 */
final class HeaderRules {

    private static final Logger LOG = LoggerFactory.getLogger(HeaderRules.class);

    private final Set<String> removed;
    private final List<Header> added;

    /** @param fixed further {@linkplain FieldSyntax#key keys} that are not to be changed */
    HeaderRules(UpstreamConfig.Rules rules, Set<String> fixed) {
        Set<String> away = new HashSet<>();
        rules.remove().forEach(name -> away.add(FieldSyntax.key(name)));
        rules.set().keySet().forEach(name -> away.add(FieldSyntax.key(name)));
        removed = away.stream().filter(key -> mayChange(key, fixed)).collect(Collectors.toUnmodifiableSet());
        List<Header> more = new ArrayList<>(fields(rules.set(), fixed));
        more.addAll(fields(rules.add(), fixed));
        added = List.copyOf(more);
    }

    List<Header> apply(List<Header> fields) {
        List<Header> changed = new ArrayList<>(fields.size() + added.size());
        for (Header field : fields) {
            if (!removed.contains(FieldSyntax.key(field.getName()))) {
                changed.add(field);
            }
        }
        changed.addAll(added);
        return changed;
    }

    private static List<Header> fields(Map<String, String> values, Set<String> fixed) {
        return values.entrySet().stream()
                .filter(entry -> mayChange(FieldSyntax.key(entry.getKey()), fixed))
                .<Header>map(entry -> new BasicHeader(entry.getKey(), entry.getValue()))
                .filter(field -> {
                    boolean sound = FieldSyntax.isSound(field);
                    if (!sound) {
                        LOG.warn(
                                "header rule has no effect: its name or value cannot stand in a header name={}",
                                field.getName().replaceAll("[^!-~]", "?"));
                    }
                    return sound;
                })
                .toList();
    }

    private static boolean mayChange(String key, Set<String> fixed) {
        boolean change = !HopByHop.always(key) && !key.equals("content-length") && !fixed.contains(key);
        if (!change) {
            LOG.warn("header rule has no effect: the gateway needs this field itself name={}", key);
        }
        return change;
    }
}
