package io.wharfgate.client;

import io.wharfgate.oci.InvalidPatternException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.RepositoryPattern;
import java.util.Optional;

/** What a command is given for a source or a target: one image, many by a pattern, or what repositories are to lie below. */
public sealed interface ImagePlace {

    /** Empty for the installation here. */
    Optional<String> host();

    /** One image, or one repository. */
    record One(ImageName name) implements ImagePlace {
        @Override
        public Optional<String> host() {
            return name.host();
        }
    }

    /** All repositories whose names match: {@code host/team/**}. */
    record Matching(Optional<String> host, RepositoryPattern pattern) implements ImagePlace {}

    /** Below what: {@code host/}, {@code host/mirror/}, {@code mirror/}, {@code ./}. The text is empty or ends with a slash. */
    record Below(Optional<String> host, String prefix) implements ImagePlace {

        /**
         * The repository of that name, below the prefix of this place.
         *
         * @throws IllegalArgumentException when that is too long a name
         */
        public RepositoryName repository(RepositoryName name) {
            if (!RepositoryName.isValid(prefix + name)) {
                throw new IllegalArgumentException("'" + prefix + name + "' is not a repository's name");
            }
            return RepositoryName.parse(prefix + name);
        }
    }

    /**
     * Reads what was given.
     *
     * @throws IllegalArgumentException with a message for the operator
     */
    static ImagePlace parse(String text) {
        if (text.startsWith("./")) {
            return parse(Optional.empty(), text.substring(2), text);
        }
        Optional<String> host = ImageName.hostOf(text);
        return parse(host, host.map(h -> text.substring(h.length() + 1)).orElse(text), text);
    }

    private static ImagePlace parse(Optional<String> host, String rest, String text) {
        if (rest.isEmpty() || rest.endsWith("/")) {
            String prefix = rest.isEmpty() ? "" : rest.substring(0, rest.length() - 1);
            boolean name = rest.isEmpty() ? !text.isEmpty() : RepositoryName.isValid(prefix);
            if (!name || text.contains("://")) {
                throw ImageName.invalid(text, "what stands before the last / is not a repository's name");
            }
            return new Below(host.map(ImageName::checked), rest);
        }
        if (rest.indexOf('*') < 0 && rest.indexOf('?') < 0) {
            return new One(ImageName.parse(text.startsWith("./") ? rest : text));
        }
        try {
            return new Matching(host.map(ImageName::checked), RepositoryPattern.parse(rest));
        } catch (InvalidPatternException e) {
            throw new IllegalArgumentException(
                    "'" + Printable.of(text) + "': " + Printable.lines(String.valueOf(e.getMessage())), e);
        }
    }
}
