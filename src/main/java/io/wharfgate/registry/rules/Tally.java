package io.wharfgate.registry.rules;

import io.wharfgate.registry.Accounts;
import io.wharfgate.registry.Holdings;

/**
 * What the repositories of a quota hold. Begun with totals alone, as they were written down before a restart, it counts content
 * that is added as new, and does not know what is removed: rather too much than too little, until all has been counted. Not
 * thread-safe.
 */
final class Tally {

    private final ContentCounts content = new ContentCounts();
    private Totals totals;

    Tally(Totals totals) {
        this.totals = totals;
    }

    /** Sums; never below zero, whatever was lost. */
    record Totals(long bytes, long tags, long repositories) {

        static final Totals ZERO = new Totals(0, 0, 0);

        Totals plus(long moreBytes, long moreTags, long moreRepositories) {
            return new Totals(
                    Math.max(0, bytes + moreBytes),
                    Math.max(0, tags + moreTags),
                    Math.max(0, repositories + moreRepositories));
        }
    }

    Totals totals() {
        return totals;
    }

    /** What the totals would be after the change. */
    Totals after(Accounts.Change change) {
        long bytes = change.content()
                .filter(added -> !content.has(added.digest()))
                .map(Accounts.Content::size)
                .orElse(0L);
        return totals.plus(bytes, change.tags(), change.repositories());
    }

    void add(Accounts.Change change) {
        totals = totals.plus(0, change.tags(), change.repositories());
        change.content().ifPresent(this::add);
    }

    private void add(Accounts.Content added) {
        if (content.add(added.digest(), added.size())) {
            totals = totals.plus(added.size(), 0, 0);
        }
    }

    void remove(Accounts.Change change) {
        long bytes = change.content()
                .map(removed -> content.remove(removed.digest()))
                .orElse(0L);
        totals = totals.plus(-bytes, -change.tags(), -change.repositories());
    }

    /** Adds a repository that was not in it. */
    void add(Holdings.Held held) {
        held.content().forEach(this::add);
        totals = totals.plus(0, held.tags(), held.manifests() ? 1 : 0);
    }
}
