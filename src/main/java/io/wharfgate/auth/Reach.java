package io.wharfgate.auth;

/**
 * What a credential is good for. Its owner's rights are asked beside it: the policy has to allow what the credential reaches.
 * Immutable.
 */
@FunctionalInterface
public interface Reach {

    boolean covers(Access access);

    /** Everything that its owner may do: a password's. */
    static Reach everything() {
        return new Everything();
    }

    /** What both reach. */
    default Reach and(Reach other) {
        return access -> covers(access) && other.covers(access);
    }

    /** Of {@link #everything()}. */
    record Everything() implements Reach {
        @Override
        public boolean covers(Access access) {
            return true;
        }
    }
}
