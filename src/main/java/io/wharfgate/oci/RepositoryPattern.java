package io.wharfgate.oci;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Names of repositories with wildcards: {@code *} is any number of characters of one path component, {@code ?} one of them,
 * {@code **} any number of characters, "/" as well, and {@code ${user}} the name of the user who asks. So {@code team/*} is
 * what lies directly in team, {@code team/**} is all that lies below, and {@code team} itself is neither.
 *
 * <p>Immutable; equal when the text is. A match costs at most the pattern's length times the name's, whatever they are.
 */
public final class RepositoryPattern {

    // How wildcards show where a pattern is matched against another one. No name has these characters.
    private static final char WITHIN = '*';
    private static final char ACROSS = '\u0001';
    private static final char ONE = '?';
    private static final char USER = '$';

    private final String text;
    private final List<PatternPiece> pieces;
    private final boolean namesUser;

    private RepositoryPattern(String text, List<PatternPiece> pieces) {
        this.text = text;
        this.pieces = pieces;
        this.namesUser = pieces.stream().anyMatch(PatternPiece.User.class::isInstance);
    }

    /**
     * Reads a pattern.
     *
     * @throws InvalidPatternException when it is none, or could not match any name that there can be
     */
    public static RepositoryPattern parse(String text) throws InvalidPatternException {
        return new RepositoryPattern(text, PatternParser.parse(text));
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    /** Whether it is {@code **}, and so matches every name that there is or will be. */
    public boolean matchesEvery() {
        return pieces.size() == 1 && pieces.get(0) instanceof PatternPiece.Across;
    }

    /** Whether {@code ${user}} is in it; then it matches nothing unless somebody has logged in. */
    public boolean namesUser() {
        return namesUser;
    }

    /** Whether it matches anything at all for somebody; see {@link #matches(RepositoryName, String)}. */
    public boolean concerns(Optional<String> user) {
        return !namesUser || user.filter(RepositoryPattern::isComponent).isPresent();
    }

    /** Whether it matches for this user, or for nobody in particular. */
    public boolean matches(RepositoryName name, Optional<String> user) {
        return user.map(somebody -> matches(name, somebody)).orElseGet(() -> matches(name));
    }

    /** Whether it matches for nobody in particular; never with {@code ${user}} in it. */
    public boolean matches(RepositoryName name) {
        return !namesUser && walk(name.value(), "");
    }

    /**
     * Whether it matches for this user. His name is taken literally, and with {@code ${user}} in the pattern it has to be one
     * path component of a repository's name: of the users "A", "a/b" and "*" none gets what "a" has.
     */
    public boolean matches(RepositoryName name, String user) {
        return walk(name.value(), user) && (!namesUser || isComponent(user));
    }

    /**
     * Whether it matches whatever the other one does, for the same user. It may say no where that is hard to see, but never
     * yes where it is wrong.
     */
    public boolean covers(RepositoryPattern other) {
        return walk(other.symbols(), String.valueOf(USER));
    }

    private static boolean isComponent(String user) {
        return user.indexOf('/') < 0 && RepositoryName.isValid(user);
    }

    private boolean walk(String name, String user) {
        int start = 0;
        for (int piece = 0; piece < pieces.size(); piece++) {
            Optional<String> fixed = pieces.get(piece).fixed(user);
            if (fixed.isEmpty()) {
                boolean all = piece == pieces.size() - 1 && pieces.get(piece) instanceof PatternPiece.Across;
                return all || walk(name.substring(start), user, pieces.subList(piece, pieces.size()));
            }
            // What is fixed at the beginning decides nearly always, and costs nothing.
            if (!name.startsWith(fixed.get(), start)) {
                return false;
            }
            start += fixed.get().length();
        }
        return start == name.length();
    }

    /** Keeps all positions that can be reached, so that nothing is tried twice. */
    private static boolean walk(String name, String user, List<PatternPiece> pieces) {
        var reached = new boolean[name.length() + 1];
        reached[0] = true;
        for (PatternPiece piece : pieces) {
            Optional<String> fixed = piece.fixed(user);
            if (fixed.isPresent()) {
                step(reached, name, fixed.get());
            } else if (piece instanceof PatternPiece.One) {
                step(reached, name);
            } else {
                spread(reached, name, piece instanceof PatternPiece.Within);
            }
        }
        return reached[name.length()];
    }

    private static void step(boolean[] reached, String name, String fixed) {
        int length = fixed.length();
        for (int end = name.length(); end >= length; end--) {
            reached[end] = reached[end - length] && name.startsWith(fixed, end - length);
        }
        Arrays.fill(reached, 0, Math.min(length, reached.length), false);
    }

    private static void step(boolean[] reached, String name) {
        for (int end = name.length(); end > 0; end--) {
            char c = name.charAt(end - 1);
            reached[end] = reached[end - 1] && c != '/' && c != WITHIN && c != ACROSS && c != USER;
        }
        reached[0] = false;
    }

    private static void spread(boolean[] reached, String name, boolean within) {
        boolean on = reached[0];
        for (int end = 1; end <= name.length(); end++) {
            char c = name.charAt(end - 1);
            on = reached[end] || (on && !(within && (c == '/' || c == ACROSS)));
            reached[end] = on;
        }
    }

    /** A text that stands for all that it matches. */
    private String symbols() {
        var symbols = new StringBuilder();
        for (PatternPiece piece : pieces) {
            if (piece instanceof PatternPiece.Within) {
                symbols.append(WITHIN);
            } else if (piece instanceof PatternPiece.Across) {
                symbols.append(ACROSS);
            } else if (piece instanceof PatternPiece.One) {
                symbols.append(ONE);
            } else {
                symbols.append(piece.fixed(String.valueOf(USER)).orElseThrow());
            }
        }
        return symbols.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RepositoryPattern pattern && text.equals(pattern.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
