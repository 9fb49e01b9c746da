package io.wharfgate.registry.rules;

import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.NoSuchObjectException;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.storage.ObjectTooLargeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The totals of the quotas as they are written down for the next start: a line for each, of prefix, bytes, tags and
 * repositories. They are in force from the first request on, and until everything has been counted.
 */
final class UsageFile {

    private static final int LARGEST = 4 << 20;

    private final ObjectStore store;

    UsageFile(ObjectStore store) {
        this.store = store;
    }

    /** What is written down, by prefix; a line that is damaged is left out. */
    Map<String, Tally.Totals> read() throws IOException {
        Map<String, Tally.Totals> totals = new HashMap<>();
        try {
            String text = new String(store.read(RegistryLayout.USAGE, LARGEST), StandardCharsets.UTF_8);
            text.lines()
                    .map(line -> line.split(" ", -1))
                    .filter(parts -> parts.length == 4)
                    .forEach(parts -> totals(parts).ifPresent(read -> totals.put(prefix(parts[0]), read)));
        } catch (NoSuchObjectException | ObjectTooLargeException e) {
            // Counted anew, then.
        }
        return totals;
    }

    private static Optional<Tally.Totals> totals(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            if (!parts[i].matches("\\d{1,18}")) {
                return Optional.empty();
            }
        }
        return Optional.of(
                new Tally.Totals(Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3])));
    }

    private static String prefix(String shown) {
        return shown.equals(Quota.EVERYTHING) ? "" : shown;
    }

    void write(List<QuotaLedger.Statement> statements) throws IOException {
        StringBuilder text = new StringBuilder();
        for (QuotaLedger.Statement statement : statements) {
            statement
                    .totals()
                    .ifPresent(totals -> text.append(statement.quota().shownPrefix())
                            .append(' ')
                            .append(totals.bytes())
                            .append(' ')
                            .append(totals.tags())
                            .append(' ')
                            .append(totals.repositories())
                            .append('\n'));
        }
        store.put(RegistryLayout.USAGE, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
