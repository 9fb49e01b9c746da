package io.wharfgate.auth.htpasswd;

/**
 * Something to say about one line of a password file. Quotes no part of a hash or password.
 *
 * @param line counted from 1
 * @param refused whether the line is not used; else it is, and this is a warning
 * @param text what is wrong, and what to do
 */
public record LineProblem(int line, boolean refused, String text) {

    @Override
    public String toString() {
        return "line " + line + ": " + text;
    }
}
