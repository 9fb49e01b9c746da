package io.wharfgate.tls;

import io.wharfgate.tls.TlsMaterialException.Problem;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The server certificate that lies in a self-signed directory: usable (perhaps expired), or why not. */
record Leaf(Optional<ServerIdentity> identity, String unusable) {

    /** What a crash or a careless hand leaves behind; a leaf in such a state may be issued anew. */
    private static final Set<Problem> MENDABLE = EnumSet.of(
            Problem.MISSING,
            Problem.EMPTY,
            Problem.NOT_PEM,
            Problem.DAMAGED,
            Problem.NO_CERTIFICATE,
            Problem.NO_KEY,
            Problem.SWAPPED,
            Problem.MISMATCH);

    static Leaf unusable(String why) {
        return new Leaf(Optional.empty(), why);
    }

    /** @throws TlsMaterialException when the files may be good and only cannot be read */
    static Leaf read(TlsFiles files) throws TlsMaterialException {
        try {
            return new Leaf(Optional.of(ServerIdentity.loadEvenIfExpired(files)), "");
        } catch (TlsMaterialException e) {
            if (!MENDABLE.contains(e.problem())) {
                throw e;
            }
            return unusable(e.getMessage());
        }
    }

    /** Why it cannot serve under these names; no names stand for whatever it has. */
    Optional<String> reasonAgainst(List<SubjectName> names) {
        if (identity.isEmpty()) {
            return Optional.of(unusable);
        }
        Set<String> has = new TreeSet<>(identity.get().summary().names());
        Set<String> wanted =
                new TreeSet<>(names.stream().map(SubjectName::value).toList());
        return names.isEmpty() || has.equals(wanted)
                ? Optional.empty()
                : Optional.of("it is for " + has + ", not for " + wanted);
    }

    long daysLeft(Clock clock) {
        return identity.map(i -> i.summary().daysLeft(clock.instant())).orElse(-1L);
    }
}
