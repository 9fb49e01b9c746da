package io.wharfgate.auth.htpasswd;

import io.wharfgate.auth.StoredPassword;
import io.wharfgate.auth.UserStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The users of a password file as it was at one moment. Immutable; equal when names and hashes are. */
public final class HtpasswdUsers implements UserStore.Users {

    /** What the {@code user} commands write by default, and so what a user of an empty file would likely have. */
    private static final BcryptHash USUAL = new BcryptHash(HtpasswdEditor.DEFAULT_COST, "");

    private final Map<String, PasswordHash> hashes;
    private final List<PasswordHash> decoys;

    HtpasswdUsers(Map<String, PasswordHash> hashes) {
        this.hashes = Collections.unmodifiableMap(new LinkedHashMap<>(hashes));
        this.decoys = decoys(hashes, new SecureRandom());
    }

    /** A user, and what to call the kind of his hash: "bcrypt, cost 10". */
    public record Listed(String name, String kind) {}

    @Override
    public Optional<StoredPassword> find(String user) {
        return Optional.ofNullable(hashes.get(user));
    }

    @Override
    public StoredPassword decoy(int choice) {
        // The top 31 bits, scaled rather than taken modulo: a user more or less then changes the decoy of few names.
        int position = choice >>> 1;
        return decoys.get((int) (((long) position * decoys.size()) >>> 31));
    }

    /** All users, in the order of the file. */
    public List<Listed> list() {
        return hashes.entrySet().stream()
                .map(user -> new Listed(user.getKey(), user.getValue().kind()))
                .toList();
    }

    public int size() {
        return hashes.size();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HtpasswdUsers users && hashes.equals(users.hashes);
    }

    @Override
    public int hashCode() {
        return hashes.keySet().hashCode();
    }

    @Override
    public String toString() {
        return hashes.size() + " users";
    }

    /** One for each user, of his hash's kind and cost; those of the same kind share one, and stand together. */
    private static List<PasswordHash> decoys(Map<String, PasswordHash> hashes, SecureRandom random) {
        if (hashes.isEmpty()) {
            return List.of(USUAL.decoy(random));
        }
        Map<String, List<PasswordHash>> kinds = new TreeMap<>();
        for (PasswordHash hash : hashes.values()) {
            List<PasswordHash> same = kinds.computeIfAbsent(hash.kind(), kind -> new ArrayList<>());
            same.add(same.isEmpty() ? hash.decoy(random) : same.get(0));
        }
        return kinds.values().stream().flatMap(List::stream).toList();
    }
}
