package io.wharfgate.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the text of a {@link RepositoryPattern} to pieces. What no name could ever match is refused: it is a mistake. */
final class PatternParser {

    private static final String USER = "${user}";
    private static final Pattern SEPARATORS = Pattern.compile("[._-]++");
    private static final Pattern GOOD_SEPARATORS = Pattern.compile("\\.|__?|-++");

    private final String text;
    private final List<PatternPiece> pieces = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();
    private int at;

    private PatternParser(String text) {
        this.text = text;
    }

    static List<PatternPiece> parse(String text) throws InvalidPatternException {
        if (text.isEmpty()) {
            throw new InvalidPatternException("is empty; name a repository, or write ** for all of them");
        }
        if (text.length() > RepositoryName.MAX_LENGTH) {
            throw new InvalidPatternException("is longer than " + RepositoryName.MAX_LENGTH
                    + " characters, as no name of a repository can be; shorten it");
        }
        return new PatternParser(text).pieces();
    }

    private List<PatternPiece> pieces() throws InvalidPatternException {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '*') {
                stars();
            } else if (c == '?') {
                add(new PatternPiece.One(), 1);
            } else if (c == '$') {
                user();
            } else {
                literal(c);
            }
        }
        endLiteral();
        checkShape(text.replace(USER, "u"));
        return List.copyOf(pieces);
    }

    private void stars() throws InvalidPatternException {
        int end = at;
        while (end < text.length() && text.charAt(end) == '*') {
            end++;
        }
        if (end - at > 2) {
            throw new InvalidPatternException("has " + (end - at)
                    + " stars in a row; write * for anything up to the next \"/\", or ** for anything at all");
        }
        add(end - at == 1 ? new PatternPiece.Within() : new PatternPiece.Across(), end - at);
    }

    private void user() throws InvalidPatternException {
        if (text.startsWith(USER, at)) {
            add(new PatternPiece.User(), USER.length());
            return;
        }
        int end = text.indexOf('}', at);
        if (text.startsWith("${", at) && end > 0) {
            throw new InvalidPatternException("has " + VisibleText.quote(text.substring(at, end + 1))
                    + ", which is not known; there is only " + USER);
        }
        throw new InvalidPatternException(
                "has a \"$\" that stands for nothing; write " + USER + " for the user's name");
    }

    private void literal(char c) throws InvalidPatternException {
        if (c >= 'A' && c <= 'Z') {
            throw new InvalidPatternException("has an upper-case letter, as no name of a repository can; write \""
                    + text.toLowerCase(Locale.ROOT) + "\"");
        }
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && "._-/".indexOf(c) < 0) {
            throw new InvalidPatternException("has " + VisibleText.quote(Character.toString(text.codePointAt(at)))
                    + ", which is in no name of a repository; use lower-case letters, digits and . _ - /, and for"
                    + " what may vary *, **, ? and " + USER);
        }
        literal.append(c);
        at++;
    }

    private void add(PatternPiece piece, int length) {
        endLiteral();
        pieces.add(piece);
        at += length;
    }

    private void endLiteral() {
        if (literal.length() > 0) {
            pieces.add(new PatternPiece.Literal(literal.toString()));
            literal.setLength(0);
        }
    }

    /** What is around the separators, whatever the wildcards stand for. */
    private static void checkShape(String shape) throws InvalidPatternException {
        if (shape.startsWith("/") || shape.endsWith("/") || shape.contains("//")) {
            throw new InvalidPatternException(
                    "has a \"/\" at an end or beside another one, as no name of a repository has; remove it"
                            + (shape.endsWith("/") ? ", or write ** after it for all that is below" : ""));
        }
        Matcher separators = SEPARATORS.matcher(shape);
        while (separators.find()) {
            boolean starts = separators.start() == 0 || shape.charAt(separators.start() - 1) == '/';
            boolean ends = separators.end() == shape.length() || shape.charAt(separators.end()) == '/';
            if (starts || ends || !GOOD_SEPARATORS.matcher(separators.group()).matches()) {
                throw new InvalidPatternException(
                        "has \"" + separators.group() + "\" where no name of a repository can;"
                                + " between letters or digits stands one . or _, or __, or some -");
            }
        }
    }
}
