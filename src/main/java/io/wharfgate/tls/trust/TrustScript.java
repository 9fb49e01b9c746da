package io.wharfgate.tls.trust;

import io.wharfgate.tls.trust.TrustStep.TextFile;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Prints steps as a shell script for any POSIX shell, to be pasted or piped into {@code sh}. It holds the certificate
 * itself, so it works on a machine that has neither this program nor the file. It calls sudo only where it is needed.
 */
public final class TrustScript {

    private static final String END = "END_OF_FILE";

    private TrustScript() {}

    public static String of(List<TrustStep> steps) {
        StringBuilder script = new StringBuilder();
        // In a subshell, so that pasting it into a login shell neither changes its options nor ends it on an error.
        script.append("(set -eu\nas_root() { if [ \"$(id -u)\" = 0 ]; then \"$@\"; else sudo \"$@\"; fi; }\n");
        for (TrustStep step : steps) {
            script.append("\n# --- ").append(step.target().label()).append(" ---\n");
            step.why().forEach(line -> script.append("# ").append(line).append('\n'));
            step.files().forEach(file -> write(script, file));
            step.commands()
                    .forEach(command -> script.append("as_root ")
                            .append(command.stream().map(TrustScript::quoted).collect(Collectors.joining(" ")))
                            .append('\n'));
        }
        return script.append(")\n").toString();
    }

    private static void write(StringBuilder script, TextFile file) {
        String path = quoted(file.path().toString());
        script.append("as_root mkdir -p ")
                .append(quoted(String.valueOf(file.path().getParent())))
                .append("\nas_root tee ")
                .append(path)
                .append(" >/dev/null <<'" + END + "'\n")
                .append(file.text())
                .append(file.text().endsWith("\n") ? "" : "\n")
                .append(END + "\nas_root chmod 644 ")
                .append(path)
                .append('\n');
    }

    /** Within single quotes a shell changes nothing; a single quote itself must stand outside of them. */
    public static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
