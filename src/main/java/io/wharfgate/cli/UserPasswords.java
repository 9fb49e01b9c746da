package io.wharfgate.cli;

import io.wharfgate.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the {@code user} commands get a password from: typed without an echo, or from standard input. */
final class UserPasswords {

    private static final int LARGEST_INPUT = 4096;

    private final InputStream stdin;
    private final Optional<Prompt> terminal;

    /**
     * Passwords of a user.
     *
     * @param stdin read for {@code --password-stdin} only, to its end; not closed
     * @param terminal empty when nobody is there to be asked
     */
    UserPasswords(InputStream stdin, Optional<Prompt> terminal) {
        this.stdin = stdin;
        this.terminal = terminal;
    }

    static UserPasswords ofProcess() {
        return new UserPasswords(
                System.in, Terminal.console().map(console -> text -> console.readPassword("%s", text)));
    }

    /** Asks for a line that is not shown while it is typed. */
    @FunctionalInterface
    interface Prompt {
        /** The line, or null when there will be none (end of input). */
        char @Nullable [] ask(String text);
    }

    /** There is no password to be had. The message says what to do. */
    static final class NoPassword extends Exception {

        private static final long serialVersionUID = 1L;
        private final boolean usage;

        private NoPassword(String message, boolean usage) {
            super(message);
            this.usage = usage;
        }

        /** Whether the command was called wrongly, rather than answered wrongly. */
        boolean isUsage() {
            return usage;
        }
    }

    /** A new password; typed twice, as nobody sees what he types. */
    Secret choose(boolean fromStdin) throws NoPassword {
        if (fromStdin) {
            return read();
        }
        Secret first = ask("New password: ");
        if (!first.equals(ask("The same again: "))) {
            throw new NoPassword("the two passwords differ; nothing was changed", false);
        }
        return first;
    }

    /** A password that exists already. */
    Secret current(boolean fromStdin) throws NoPassword {
        return fromStdin ? read() : ask("Password: ");
    }

    private Secret ask(String text) throws NoPassword {
        if (terminal.isEmpty()) {
            throw new NoPassword("there is no terminal to ask for the password; give it with --password-stdin", true);
        }
        char[] typed = terminal.get().ask(text);
        if (typed == null) {
            throw new NoPassword("no password was typed; nothing was changed", false);
        }
        Secret password = Secret.of(new String(typed));
        Arrays.fill(typed, '\0');
        return password;
    }

    private Secret read() throws NoPassword {
        try {
            byte[] bytes = stdin.readNBytes(LARGEST_INPUT + 1);
            if (bytes.length > LARGEST_INPUT) {
                throw new NoPassword(
                        "standard input has more than " + LARGEST_INPUT + " bytes; give one password", true);
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return Secret.of(withoutLineEnd(text));
        } catch (CharacterCodingException e) {
            throw new NoPassword("the password on standard input is not UTF-8", true);
        } catch (IOException e) {
            throw new NoPassword("standard input cannot be read: " + e.getMessage(), false);
        }
    }

    /** One line end does not belong to the password: that of echo, or of an editor. */
    private static String withoutLineEnd(String text) {
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
