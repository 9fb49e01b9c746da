package io.wharfgate.registry.rules;

import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.registry.Accounts;
import io.wharfgate.registry.Holdings;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A quota and what it has been used for. Not thread-safe. */
final class Account {

    private static final int WARN_PERCENT = 90;

    private final Quota quota;
    /** Empty until there is anything to go by; until then nothing is refused. */
    private Optional<Tally> tally;
    /** The one that a count is filling; it takes the other's place when the count has ended. */
    private Optional<Tally> next = Optional.empty();

    private boolean counted;
    private long reserved;

    Account(Quota quota, Optional<Tally> tally) {
        this.quota = quota;
        this.tally = tally;
    }

    /** The same account under another quota for the same prefix. */
    Account under(Quota other) {
        Account account = new Account(other, tally);
        account.next = next;
        account.counted = counted;
        account.reserved = reserved;
        return account;
    }

    Quota quota() {
        return quota;
    }

    Optional<Tally.Totals> totals() {
        return tally.map(Tally::totals);
    }

    /** Whether the totals are those of a count, and not what was written down before a restart. */
    boolean counted() {
        return counted;
    }

    long reserved() {
        return reserved;
    }

    /**
     * Whether so much more may be.
     *
     * @param released bytes of an upload that the change is made of
     * @throws RegistryException QUOTA_EXCEEDED
     */
    void require(Accounts.Change change, long released) {
        if (tally.isEmpty()) {
            return;
        }
        Tally.Totals now = tally.get().totals();
        Tally.Totals then = tally.get().after(change);
        long others = reserved - released;
        refuse(quota.bytes(), now.bytes() + others, then.bytes() + others, Unit.BYTES);
        refuse(quota.tags(), now.tags(), then.tags(), Unit.TAGS);
        refuse(quota.repositories(), now.repositories(), then.repositories(), Unit.REPOSITORIES);
    }

    /**
     * Whether uploads may take so many bytes more.
     *
     * @throws RegistryException QUOTA_EXCEEDED
     */
    void requireRoom(long more) {
        if (tally.isPresent()) {
            long used = tally.get().totals().bytes() + reserved;
            refuse(quota.bytes(), used, used + more, Unit.BYTES);
        }
    }

    /** Less than before is always welcome, also where it is too much still: so does a repository shrink. */
    private void refuse(OptionalLong limit, long used, long wanted, Unit unit) {
        if (limit.isEmpty() || wanted <= limit.getAsLong() || wanted <= used) {
            return;
        }
        throw new RegistryException(
                RegistryError.QUOTA_EXCEEDED,
                "the quota of " + quota.shownPrefix() + " is " + unit.show(limit.getAsLong()) + " (in use: "
                        + unit.number(used) + "), and there is no room for " + unit.show(wanted - used)
                        + " more; delete what is not needed, or ask "
                        + quota.contact().orElse("the operator of this registry"),
                Map.of("quota", quota.shownPrefix(), "limit", "" + limit.getAsLong(), "used", "" + used));
    }

    void reserve(long more) {
        reserved += more;
    }

    void add(Accounts.Change change, boolean inNext) {
        tally.ifPresent(now -> now.add(change));
        next.filter(later -> inNext).ifPresent(later -> later.add(change));
    }

    void remove(Accounts.Change change, boolean inNext) {
        tally.ifPresent(now -> now.remove(change));
        next.filter(later -> inNext).ifPresent(later -> later.remove(change));
    }

    void beginCount() {
        next = Optional.of(new Tally(Tally.Totals.ZERO));
    }

    void count(Holdings.Held held) {
        next.ifPresent(later -> later.add(held));
    }

    /** How the totals change by the count; empty when they are known for the first time. */
    Optional<Tally.Totals> endCount() {
        Optional<Tally.Totals> before = totals();
        if (next.isPresent()) {
            tally = next;
            next = Optional.empty();
            counted = true;
        }
        return before;
    }

    Optional<String> warning() {
        if (tally.isEmpty()) {
            return Optional.empty();
        }
        Tally.Totals now = tally.get().totals();
        return warning(quota.bytes(), now.bytes() + reserved, Unit.BYTES)
                .or(() -> warning(quota.tags(), now.tags(), Unit.TAGS))
                .or(() -> warning(quota.repositories(), now.repositories(), Unit.REPOSITORIES));
    }

    private Optional<String> warning(OptionalLong limit, long used, Unit unit) {
        // Not used * 100: a quota may be so large that this is none of the numbers that there are.
        if (limit.isEmpty() || used < limit.getAsLong() / 100.0 * WARN_PERCENT) {
            return Optional.empty();
        }
        return Optional.of("the quota of " + quota.shownPrefix() + " is nearly used up: " + unit.number(used) + " of "
                + unit.show(limit.getAsLong()) + "; delete what is not needed, or ask "
                + quota.contact().orElse("the operator of this registry"));
    }
}
