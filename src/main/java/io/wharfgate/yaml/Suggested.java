package io.wharfgate.yaml;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What somebody most likely meant. */
public final class Suggested {

    private Suggested() {}

    /**
     * The known name that was meant.
     *
     * @param otherNames what other software calls it, where the spelling would not lead there
     */
    public static Optional<String> of(String unknown, List<String> known, Map<String, String> otherNames) {
        String plain = Nearest.plain(unknown);
        return Optional.ofNullable(otherNames.get(unknown.toLowerCase(Locale.ROOT)))
                .or(() -> Nearest.to(unknown, known))
                .or(() -> known.stream()
                        .filter(name -> plain.length() > 2 && name.startsWith(plain.replaceAll("s$", "")))
                        .findFirst());
    }
}
