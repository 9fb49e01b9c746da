package io.wharfgate.auth.htpasswd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A password file, read. A line that is no good is reported and the others count.
 *
 * @param users who may log in
 * @param problems in the order of the lines; after a hundred they are counted only
 * @param unusable whether the file has lines for users, and not one of them is any good: it is then most likely not a
 *     password file, or half of one
 */
public record HtpasswdContents(HtpasswdUsers users, List<LineProblem> problems, boolean unusable) {

    private static final int REPORTED = 100;

    public HtpasswdContents {
        problems = List.copyOf(problems);
    }

    /** Reads a file's bytes. Never throws, whatever they are. */
    public static HtpasswdContents parse(byte[] file) {
        return new Reading().read(RawLine.split(file));
    }

    /** Why a line is not used, if it was reported. */
    Optional<String> problemOf(int line) {
        return problems.stream()
                .filter(problem -> problem.line() == line && problem.refused())
                .map(LineProblem::text)
                .findFirst();
    }

    private static final class Reading {

        private static final String REMEDY = "; set the password again with 'wharfgate user passwd'";

        private final Map<String, PasswordHash> hashes = new LinkedHashMap<>();
        private final Map<String, Integer> firstLine = new HashMap<>();
        private final List<LineProblem> problems = new ArrayList<>();
        private int unreported;
        private boolean anyRefused;

        HtpasswdContents read(List<RawLine> lines) {
            for (int i = 0; i < lines.size(); i++) {
                HtpasswdLine line = HtpasswdLine.parse(lines.get(i));
                if (line instanceof HtpasswdLine.Broken broken) {
                    refuse(i + 1, broken.reason() + "; correct or remove the line");
                } else if (line instanceof HtpasswdLine.Entry entry) {
                    read(i + 1, entry);
                }
            }
            if (unreported > 0) {
                problems.add(new LineProblem(lines.size(), false, "and " + unreported + " more problems before here"));
            }
            return new HtpasswdContents(new HtpasswdUsers(hashes), problems, anyRefused && hashes.isEmpty());
        }

        private void read(int number, HtpasswdLine.Entry entry) {
            Integer first = firstLine.putIfAbsent(entry.user(), number);
            if (first != null) {
                // Apache and nginx take the first line of a user even if it is no good, and never look at another one.
                refuse(
                        number,
                        "this user has a line already, line " + first + ", and the first one counts; remove one");
                return;
            }
            HashParser.Result result = HashParser.parse(entry.hash());
            if (result instanceof HashParser.Result.Usable usable) {
                hashes.put(entry.user(), usable.hash());
                usable.warning().ifPresent(warning -> report(new LineProblem(number, false, warning + REMEDY)));
            } else if (result instanceof HashParser.Result.Refused refused) {
                refuse(number, refused.reason() + REMEDY);
            }
        }

        private void refuse(int number, String text) {
            anyRefused = true;
            report(new LineProblem(number, true, text));
        }

        private void report(LineProblem problem) {
            if (problems.size() < REPORTED) {
                problems.add(problem);
            } else {
                unreported++;
            }
        }
    }
}
