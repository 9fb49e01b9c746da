package io.wharfgate.oci;

import java.util.Optional;

/** A piece of a {@link RepositoryPattern}. */
sealed interface PatternPiece {

    /** This very text. */
    record Literal(String text) implements PatternPiece {}

    /** The name of the user, {@code ${user}}. */
    record User() implements PatternPiece {}

    /** One character of a component, {@code ?}. */
    record One() implements PatternPiece {}

    /** Any number of characters of one component, {@code *}. */
    record Within() implements PatternPiece {}

    /** Any number of characters, {@code **}. */
    record Across() implements PatternPiece {}

    /** The text that it stands for, if it is one only. */
    default Optional<String> fixed(String user) {
        if (this instanceof Literal literal) {
            return Optional.of(literal.text());
        }
        return this instanceof User ? Optional.of(user) : Optional.empty();
    }
}
