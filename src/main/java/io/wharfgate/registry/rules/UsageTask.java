package io.wharfgate.registry.rules;

import io.wharfgate.control.Task;
import io.wharfgate.control.TaskOutput;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.registry.CatalogWalk;
import io.wharfgate.registry.Holdings;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Shows how much of the quotas is used. Argument {@link #PREFIX}: only what concerns that prefix, which is counted now if it has
 * no quota of its own.
 */
final class UsageTask implements Task {

    static final String PREFIX = "prefix";

    private static final String ROW = "%-32s %-34s %-22s %s";

    private final ObjectStore store;
    private final Holdings holdings;
    private final QuotaLedger ledger;

    UsageTask(ObjectStore store, Holdings holdings, QuotaLedger ledger) {
        this.store = store;
        this.holdings = holdings;
        this.ledger = ledger;
    }

    @Override
    public int run(Map<String, String> arguments, TaskOutput out) throws IOException {
        Optional<String> prefix = Optional.ofNullable(arguments.get(PREFIX));
        if (prefix.isPresent() && !RepositoryName.isValid(prefix.get())) {
            out.warning(
                    "the prefix is not the beginning of names; write whole parts of them, such as team or team/app");
            return 2;
        }
        List<QuotaLedger.Statement> rows = new ArrayList<>(ledger.statements());
        prefix.ifPresent(wanted -> select(rows, wanted));
        if (rows.isEmpty()) {
            // All repositories, so that somebody who thinks about quotas sees where he stands.
            rows.add(unlimited(""));
        }
        out.line(String.format(Locale.ROOT, ROW, "PREFIX", "BYTES", "TAGS", "REPOSITORIES"));
        for (QuotaLedger.Statement row : rows) {
            Optional<QuotaLedger.Statement> counted = row.counted() ? Optional.of(row) : count(row, out);
            if (counted.isEmpty()) {
                return 1;
            }
            out.line(line(counted.get()));
        }
        return 0;
    }

    /** The quotas that are for the prefix or for part of it, and the prefix itself. */
    private static void select(List<QuotaLedger.Statement> rows, String wanted) {
        boolean own = rows.stream().anyMatch(row -> row.quota().prefix().equals(wanted));
        QuotaLedger.Statement itself = unlimited(wanted);
        rows.removeIf(row -> !row.quota().includes(new RepositoryName(wanted))
                && !itself.quota().includes(new RepositoryName(row.quota().prefix())));
        if (!own) {
            rows.add(itself);
        }
    }

    private static QuotaLedger.Statement unlimited(String prefix) {
        Quota quota =
                new Quota(prefix, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.empty());
        return new QuotaLedger.Statement(quota, Optional.empty(), false, 0);
    }

    /** Empty when somebody had enough of it. */
    private Optional<QuotaLedger.Statement> count(QuotaLedger.Statement row, TaskOutput out) throws IOException {
        Tally tally = new Tally(Tally.Totals.ZERO);
        CatalogWalk walk = new CatalogWalk(store);
        for (long looked = 1; walk.hasNext(); looked++) {
            if (out.cancelled()) {
                return Optional.empty();
            }
            out.progress("counting " + row.quota().shownPrefix(), looked, 0);
            RepositoryName name = walk.next().name();
            if (row.quota().includes(name)) {
                holdings.read(name, tally::add);
            }
        }
        return Optional.of(new QuotaLedger.Statement(row.quota(), Optional.of(tally.totals()), true, row.uploading()));
    }

    private static String line(QuotaLedger.Statement row) {
        Tally.Totals totals = row.totals().orElse(Tally.Totals.ZERO);
        String uploading = row.uploading() > 0 ? " + " + Unit.size(row.uploading()) + " uploading" : "";
        return String.format(
                        Locale.ROOT,
                        ROW,
                        row.quota().shownPrefix(),
                        used(row.quota().bytes(), totals.bytes(), Unit.BYTES) + uploading,
                        used(row.quota().tags(), totals.tags(), Unit.TAGS),
                        used(row.quota().repositories(), totals.repositories(), Unit.REPOSITORIES))
                .stripTrailing();
    }

    private static String used(OptionalLong limit, long used, Unit unit) {
        if (limit.isEmpty()) {
            return unit.number(used);
        }
        long percent = Math.round(limit.getAsLong() == 0 ? 100 : 100.0 * used / limit.getAsLong());
        return unit.number(used) + " of " + unit.number(limit.getAsLong()) + " (" + percent + " %)";
    }
}
