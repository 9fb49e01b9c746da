package io.wharfgate.registry.rules;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.Accounts;
import io.wharfgate.registry.Holdings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of all quotas, in memory; every change is told to all that include the repository. A count goes over the
 * repositories one after the other meanwhile, and has seen a change exactly if it had passed the repository. Safe for use by any
 * thread.
 */
final class QuotaLedger implements Accounts {

    /** An upload that nobody has written to for so long does not count; it counts again as soon as somebody goes on with it. */
    private static final Duration IDLE = Duration.ofHours(1);

    private final Clock clock;
    // Guarded by "this", as is all that follows.
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final Map<UploadId, Reservation> uploads = new HashMap<>();
    /** Repositories that the count has passed; empty when there is none. */
    private final Set<RepositoryName> passed = new HashSet<>();
    /** Repositories that have changed before the count came there, and that it may never come to. */
    private final Set<RepositoryName> ahead = new HashSet<>();

    private boolean counting;
    private boolean changed;

    private record Reservation(RepositoryName name, long bytes, Instant touched) {}

    /** One account as it stands. */
    record Statement(Quota quota, Optional<Tally.Totals> totals, boolean counted, long uploading) {

        /** Which part of it is used, by what there is least room for; 0 while that is not known. */
        double used() {
            return totals.map(now -> Math.max(
                            part(now.bytes() + uploading, quota.bytes()),
                            Math.max(part(now.tags(), quota.tags()), part(now.repositories(), quota.repositories()))))
                    .orElse(0.0);
        }

        private static double part(long used, OptionalLong limit) {
            if (limit.isEmpty()) {
                return 0;
            }
            // A quota of nothing is full.
            return limit.getAsLong() == 0 ? 1 : (double) used / limit.getAsLong();
        }
    }

    QuotaLedger(Clock clock) {
        this.clock = clock;
    }

    /**
     * Takes quotas in the place of those before. What is known about a prefix stays known.
     *
     * @param known totals from before a restart, by prefix
     * @return whether something has to be counted
     */
    synchronized boolean use(List<Quota> quotas, Map<String, Tally.Totals> known) {
        Map<String, Account> before = new HashMap<>(accounts);
        accounts.clear();
        boolean unknown = false;
        for (Quota quota : quotas) {
            @Nullable Account account = before.get(quota.prefix());
            unknown |= account == null;
            accounts.put(quota.prefix(), account == null ? open(quota, known) : account.under(quota));
        }
        changed |= !accounts.isEmpty() || !before.isEmpty();
        return unknown;
    }

    private Account open(Quota quota, Map<String, Tally.Totals> known) {
        Account account = new Account(
                quota, Optional.ofNullable(known.get(quota.prefix())).map(Tally::new));
        uploads.values().stream()
                .filter(upload -> quota.includes(upload.name()))
                .forEach(upload -> account.reserve(upload.bytes()));
        return account;
    }

    @Override
    public synchronized boolean concern(RepositoryName name) {
        return !of(name).isEmpty();
    }

    @Override
    public synchronized void add(RepositoryName name, Change change, Optional<UploadId> upload) {
        List<Account> of = of(name);
        if (of.isEmpty()) {
            return;
        }
        long released = upload.map(uploads::get).map(Reservation::bytes).orElse(0L);
        of.forEach(account -> account.require(change, released));
        upload.ifPresent(this::uploadEnded);
        boolean inNext = inNext(name);
        of.forEach(account -> account.add(change, inNext));
        changed = true;
    }

    @Override
    public synchronized void remove(RepositoryName name, Change change) {
        boolean inNext = inNext(name);
        of(name).forEach(account -> account.remove(change, inNext));
        changed = true;
    }

    @Override
    public synchronized void uploading(RepositoryName name, UploadId upload, long bytes) {
        List<Account> of = of(name);
        if (of.isEmpty()) {
            return;
        }
        long before =
                Optional.ofNullable(uploads.get(upload)).map(Reservation::bytes).orElse(0L);
        long more = bytes - before;
        if (more > 0) {
            of.forEach(account -> account.requireRoom(more));
        }
        of.forEach(account -> account.reserve(more));
        uploads.put(upload, new Reservation(name, bytes, clock.instant()));
    }

    @Override
    public synchronized void uploadEnded(UploadId upload) {
        @Nullable Reservation ended = uploads.remove(upload);
        if (ended != null) {
            of(ended.name()).forEach(account -> account.reserve(-ended.bytes()));
        }
    }

    @Override
    public synchronized Optional<String> warning(RepositoryName name) {
        return of(name).stream().flatMap(account -> account.warning().stream()).findFirst();
    }

    /** Lets go of what uploads had reserved that nobody goes on with. */
    synchronized void forgetIdleUploads() {
        Instant limit = clock.instant().minus(IDLE);
        List<UploadId> idle = uploads.entrySet().stream()
                .filter(upload -> upload.getValue().touched().isBefore(limit))
                .map(Map.Entry::getKey)
                .toList();
        idle.forEach(this::uploadEnded);
    }

    synchronized boolean isEmpty() {
        return accounts.isEmpty();
    }

    synchronized List<Statement> statements() {
        return accounts.values().stream()
                .map(account -> new Statement(account.quota(), account.totals(), account.counted(), account.reserved()))
                .toList();
    }

    /** What is to be written down, if that is not what was given the last time. */
    synchronized Optional<List<Statement>> takeChanged() {
        Optional<List<Statement>> now = changed ? Optional.of(statements()) : Optional.empty();
        changed = false;
        return now;
    }

    /** What was given could not be written down. */
    synchronized void notTaken() {
        changed = true;
    }

    synchronized void beginCount() {
        passed.clear();
        ahead.clear();
        counting = true;
        accounts.values().forEach(Account::beginCount);
    }

    /** What one repository holds; whoever tells it holds the repository. */
    synchronized void count(RepositoryName name, Holdings.Held held) {
        if (counting && passed.add(name)) {
            of(name).forEach(account -> account.count(held));
        }
    }

    /** The repositories that have changed since the count began, and that it has not come to. */
    synchronized Collection<RepositoryName> ahead() {
        ahead.removeAll(passed);
        return new ArrayList<>(ahead);
    }

    /** The counted totals are in force now; unless repositories have changed that were not counted. */
    synchronized boolean endCount() {
        if (!ahead().isEmpty()) {
            return false;
        }
        accounts.values().forEach(Account::endCount);
        abandonCount();
        changed = true;
        return true;
    }

    synchronized void abandonCount() {
        counting = false;
        passed.clear();
        ahead.clear();
    }

    private boolean inNext(RepositoryName name) {
        if (counting && !passed.contains(name)) {
            ahead.add(name);
        }
        return counting && passed.contains(name);
    }

    /** The accounts that include a repository: by the beginnings of its name, as there may be very many accounts. */
    private List<Account> of(RepositoryName name) {
        if (accounts.isEmpty()) {
            return List.of();
        }
        List<Account> found = new ArrayList<>();
        addIfThere("", found);
        String value = name.value();
        for (int slash = value.indexOf('/'); slash >= 0; slash = value.indexOf('/', slash + 1)) {
            addIfThere(value.substring(0, slash), found);
        }
        addIfThere(value, found);
        return found;
    }

    private void addIfThere(String prefix, List<Account> found) {
        @Nullable Account account = accounts.get(prefix);
        if (account != null) {
            found.add(account);
        }
    }
}
