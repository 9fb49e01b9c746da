package io.wharfgate.auth;

import io.wharfgate.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Users in memory, whose password checks are counted and can be held up. */
public final class FakeUserStore implements UserStore, UserStore.Users {

    private final Map<String, StoredPassword> users = new ConcurrentHashMap<>();
    private final List<String> checked = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile Runnable afterCheck = () -> {};
    private int salt;

    /** Stores a password with another salt than before. */
    public FakeUserStore with(String user, String password) {
        users.put(user, new Hash(++salt, password));
        return this;
    }

    public void remove(String user) {
        users.remove(user);
    }

    public void hold() {
        gate = new CountDownLatch(1);
    }

    public void release() {
        gate.countDown();
    }

    /** Done at the end of each check, while its result is not known yet to anybody. */
    void afterCheck(Runnable action) {
        afterCheck = action;
    }

    /** The passwords that were checked, in the order of their start. */
    public List<String> checked() {
        return checked;
    }

    @Override
    public Users current() {
        return this;
    }

    @Override
    public Optional<StoredPassword> find(String user) {
        return Optional.ofNullable(users.get(user));
    }

    @Override
    public StoredPassword decoy(int choice) {
        return new Hash(0, "decoy");
    }

    private final class Hash implements StoredPassword {

        private final int salt;
        private final String password;

        Hash(int salt, String password) {
            this.salt = salt;
            this.password = password;
        }

        @Override
        public boolean matches(Secret candidate) {
            checked.add(candidate.reveal());
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (candidate.reveal().equals("break")) {
                throw new IllegalStateException("broken check");
            }
            boolean matches = password.equals(candidate.reveal());
            afterCheck.run();
            return matches;
        }

        @Override
        public byte[] fingerprint() {
            return (salt + ":" + password).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Hash hash && hash.salt == salt;
        }

        @Override
        public int hashCode() {
            return salt;
        }
    }
}
