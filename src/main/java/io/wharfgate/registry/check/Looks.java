package io.wharfgate.registry.check;

import io.wharfgate.control.FailureText;
import io.wharfgate.storage.ObjectKey;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks at one thing after the other, and goes on where something cannot be read. For one thread. */
final class Looks {

    private final Inspector inspector;
    private final List<Suspect> suspects = new ArrayList<>();

    Looks(Inspector inspector) {
        this.inspector = inspector;
    }

    /** Something that a look has found wrong. */
    record Suspect(Subject subject, List<Suspicion> suspicions) {}

    /**
     * Looks at it, and remembers what was found.
     *
     * @throws IOException when the storage as a whole is out of reach, or the check was stopped
     */
    void at(Subject subject) throws IOException {
        List<Suspicion> found = look(subject);
        if (!found.isEmpty()) {
            suspects.add(new Suspect(subject, found));
        }
    }

    List<Suspicion> look(Subject subject) throws IOException {
        List<Suspicion> found = new ArrayList<>();
        try {
            subject.look(found::add);
        } catch (Pace.StoppedException e) {
            throw e;
        } catch (IOException e) {
            requireStorage();
            found.add(Suspicion.only(
                    Finding.of(Kind.UNREADABLE, subject.place(), reason(e)).in(subject.repository())));
        }
        return found;
    }

    List<Suspect> suspects() {
        return suspects;
    }

    static List<Suspect> joined(List<Suspect> first, List<Suspect> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** A disk that is gone would make a finding of everything. */
    private void requireStorage() throws IOException {
        inspector.store().size(new ObjectKey("docker"));
    }

    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "this user may not read it";
        }
        return FailureText.of(e);
    }
}
