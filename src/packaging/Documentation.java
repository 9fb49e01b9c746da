import io.wharfgate.cli.AppServer;
import io.wharfgate.cli.Surroundings;
import io.wharfgate.cli.WharfgateCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Writes what the packages document the commands with, out of the commands themselves: a man page for each, and the
 * completion for bash. Run by the build from its source, and no part of the product: roff takes fewer lines than the
 * way over AsciiDoc takes megabytes.
 *
 * <p>Arguments: the directory to write to, the version, a date, and the changelog to compress beside the pages.
 */
final class Documentation {

    private static final String NAME = "wharfgate";

    private final Path directory;
    private final String version;
    private final String date;

    private Documentation(Path directory, String version, String date) {
        this.directory = directory;
        this.version = version;
        this.date = date;
    }

    public static void main(String[] args) throws IOException {
        var root = new WharfgateCommand(Surroundings.ofProcess(), new AppServer()).commandLine();
        var documentation = new Documentation(Path.of(args[0]), args[1], args[2]);
        Files.createDirectories(documentation.directory.resolve("man"));
        documentation.pages(root);
        // Sourced by bash, never run.
        String completion = AutoComplete.bash(NAME, root).replaceFirst("^#!.*\\R", "");
        Files.writeString(documentation.directory.resolve("completion"), completion);
        gzip(Files.readString(Path.of(args[3])), documentation.directory.resolve("changelog.gz"));
    }

    private void pages(CommandLine command) throws IOException {
        page(command);
        for (CommandLine below : visible(command)) {
            pages(below);
        }
    }

    private static List<CommandLine> visible(CommandLine command) {
        return command.getSubcommands().values().stream()
                .filter(below -> !below.getCommandSpec().usageMessage().hidden())
                .distinct()
                .toList();
    }

    private static String pageName(CommandSpec spec) {
        return spec.qualifiedName("-");
    }

    private void page(CommandLine command) throws IOException {
        CommandSpec spec = command.getCommandSpec();
        var usage = spec.usageMessage();
        var out = new StringBuilder();
        out.append(".\\\" Made from the command itself.\n");
        out.append(".TH ").append(quoted(pageName(spec).toUpperCase(java.util.Locale.ROOT))).append(" 1 ");
        out.append(quoted(date)).append(' ').append(quoted("Wharfgate " + version)).append(" \"Wharfgate\"\n");

        List<String> description = List.of(usage.description());
        out.append(".SH NAME\n").append(text(pageName(spec))).append(" \\- ").append(text(summary(description))).append('\n');
        out.append(".SH SYNOPSIS\n.nf\n").append(text(synopsis(command))).append("\n.fi\n");
        section(out, "DESCRIPTION", description);
        arguments(out, "ARGUMENTS", visibleArguments(spec.positionalParameters()));
        arguments(out, "OPTIONS", visibleArguments(spec.options()));
        commands(out, command);
        section(out, "EXAMPLES", examples(usage.footer()));
        out.append(".SH \"EXIT STATUS\"\n");
        usage.exitCodeList().forEach((code, meaning) -> item(out, code, List.of(meaning)));
        if (spec.parent() == null) {
            files(out);
        }
        seeAlso(out, command);
        gzip(out.toString(), directory.resolve("man").resolve(pageName(spec) + ".1.gz"));
    }

    private static String summary(List<String> description) {
        String first = description.isEmpty() ? "Wharfgate" : description.get(0).strip();
        int end = first.indexOf(". ");
        String sentence = end < 0 ? first : first.substring(0, end);
        return sentence.endsWith(".") || sentence.endsWith(":") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static String synopsis(CommandLine command) {
        return command.getHelp().synopsis(0).strip();
    }

    private static <T extends ArgSpec> List<T> visibleArguments(List<T> all) {
        return all.stream().filter(argument -> !argument.hidden()).toList();
    }

    private static void arguments(StringBuilder out, String title, List<? extends ArgSpec> arguments) {
        if (arguments.isEmpty()) {
            return;
        }
        out.append(".SH ").append(title).append('\n');
        for (ArgSpec argument : arguments) {
            item(out, names(argument), List.of(argument.description()));
        }
    }

    private static String names(ArgSpec argument) {
        if (argument instanceof OptionSpec option) {
            String value = option.arity().max() > 0 ? " " + option.paramLabel() : "";
            return String.join(", ", option.names()) + value;
        }
        return ((PositionalParamSpec) argument).paramLabel();
    }

    private static void commands(StringBuilder out, CommandLine command) {
        List<CommandLine> below = visible(command);
        if (below.isEmpty()) {
            return;
        }
        out.append(".SH COMMANDS\n");
        for (CommandLine one : below) {
            String[] description = one.getCommandSpec().usageMessage().description();
            item(out, one.getCommandName(), List.of(description.length == 0 ? "" : description[0]));
        }
    }

    /** What stands below the options in the help: examples, mostly. */
    private static List<String> examples(String[] footer) {
        List<String> lines = new ArrayList<>(List.of(footer));
        lines.removeIf(line -> line.strip().equals("Examples:") || line.strip().equals("Example:"));
        return lines;
    }

    private static void files(StringBuilder out) {
        out.append(".SH FILES\n");
        item(out, "/etc/wharfgate/wharfgate.yaml", List.of("The configuration. Every key, with its default: "
                + "/usr/share/doc/wharfgate/examples/wharfgate.yaml"));
        item(out, "/etc/default/wharfgate, /etc/sysconfig/wharfgate", List.of("Options for Java, for the service."));
        item(out, "/var/lib/wharfgate", List.of("The data, unless configured."));
        item(out, "/var/log/wharfgate", List.of("The audit log, if configured. The service's own log: journalctl -u wharfgate"));
    }

    private static void seeAlso(StringBuilder out, CommandLine command) {
        List<String> pages = new ArrayList<>();
        CommandSpec parent = command.getCommandSpec().parent();
        if (parent != null) {
            pages.add(pageName(parent));
        }
        visible(command).forEach(below -> pages.add(pageName(below.getCommandSpec())));
        out.append(".SH \"SEE ALSO\"\n");
        for (int i = 0; i < pages.size(); i++) {
            out.append(".BR ").append(text(pages.get(i))).append(i + 1 < pages.size() ? " (1),\n" : " (1)\n");
        }
    }

    private static void section(StringBuilder out, String title, List<String> lines) {
        if (lines.stream().allMatch(String::isBlank)) {
            return;
        }
        out.append(".SH ").append(title).append('\n');
        paragraphs(out, lines);
    }

    private static void item(StringBuilder out, String term, List<String> lines) {
        out.append(".TP\n\\fB").append(text(term)).append("\\fR\n");
        paragraphs(out, lines);
    }

    /** Indented lines stay lines; an empty one divides paragraphs, and so does the end of each other line. */
    private static void paragraphs(StringBuilder out, List<String> lines) {
        boolean first = true;
        boolean literal = false;
        for (String given : lines) {
            for (String line : Help.Ansi.OFF.string(given).split("\\R", -1)) {
                boolean indented = line.startsWith(" ");
                if (indented != literal) {
                    out.append(indented ? ".RS 2\n.nf\n" : ".fi\n.RE\n");
                    literal = indented;
                } else if (!indented && !first && !line.isBlank()) {
                    out.append(".br\n");
                }
                out.append(line.isBlank() ? (first ? "" : ".sp\n") : text(line.strip()) + "\n");
                first = line.isBlank();
            }
        }
        if (literal) {
            out.append(".fi\n.RE\n");
        }
    }

    private static String quoted(String text) {
        return '"' + text(text).replace("\"", "\\(dq") + '"';
    }

    /** Nothing in a text is a request of roff's, and what looks like a minus can be pasted as one. */
    private static String text(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("%%", "%").replace("%n", " ");
        return escaped.replaceAll("(?m)^([.'])", "\\\\&$1");
    }

    private static void gzip(String text, Path file) throws IOException {
        try (OutputStream out = new BestGzip(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** As {@code gzip -9n} does it, which is what Debian's policy asks for. */
    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(OutputStream file) throws IOException {
            super(new Marked(file));
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    /** Says in the header that the compression is the best, which Java leaves out. */
    private static final class Marked extends java.io.FilterOutputStream {
        private static final int FLAGS_AT = 8;
        private static final byte BEST = 2;
        private static final int HEADER = 10;

        private boolean begun;

        Marked(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            if (!begun && count == HEADER) {
                bytes = java.util.Arrays.copyOfRange(bytes, from, from + count);
                bytes[FLAGS_AT] = BEST;
                from = 0;
            }
            begun = true;
            out.write(bytes, from, count);
        }
    }
}
