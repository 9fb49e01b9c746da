package io.wharfgate.auth.access;

import io.wharfgate.yaml.Findings;
import io.wharfgate.yaml.Shown;
import io.wharfgate.yaml.Text;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Reads names of users. */
final class Users {

    /** Everybody, logged in or not. */
    static final String EVERYBODY = "anonymous";

    /** Everybody who has logged in. */
    static final String EVERY_USER = "*";

    private final Predicate<String> known;
    private final Findings findings;

    /** @param known whether there is such a user; one who is not known may come later, and is a warning only */
    Users(Predicate<String> known, Findings findings) {
        this.known = known;
        this.findings = findings;
    }

    static boolean isSpecial(String name) {
        return name.equals(EVERYBODY) || name.equals(EVERY_USER);
    }

    /** The names; what is wrong with one is noted. */
    Set<String> read(List<Text> texts, String key) {
        var names = new LinkedHashSet<String>();
        for (Text text : texts) {
            String name = text.value();
            if (isSpecial(name)) {
                names.add(name);
            } else if (name.contains("*") || name.contains("${")) {
                findings.error(
                        text.origin(),
                        key,
                        Shown.quoted(name) + " is not the name of a user; there are no wildcards here but \"*\" alone,"
                                + " everybody who has logged in");
            } else {
                names.add(name);
                if (!known.test(name)) {
                    findings.warning(
                            text.origin(),
                            key,
                            Shown.quoted(name) + " is not in the password file; check the name, or add the user");
                }
            }
        }
        return names;
    }
}
