package io.wharfgate.tls.trust;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code host[:port]} that stands before the first slash of an image name. An IPv6 address is in brackets. The text
 * is free of anything that a shell, TOML or a path could take for something else.
 *
 * @param host as clients write it, with the brackets
 * @param port empty for HTTPS's own, 443
 */
public record RegistryHost(String host, OptionalInt port) {

    private static final int HTTPS = 443;
    private static final int LAST_PORT = 65535;
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

    // The grammar of image names, distribution/reference "domain": labels, or an IPv6 address in brackets.
    private static final Pattern FORM =
            Pattern.compile("(" + LABEL + "(?:\\." + LABEL + ")*|\\[[0-9A-Fa-f]*:[0-9A-Fa-f:.]*])(?::(\\d{1,5}))?");

    public RegistryHost {
        String text = host + (port.isPresent() ? ":" + port.getAsInt() : "");
        if (!FORM.matcher(text).matches() || port.orElse(HTTPS) < 1 || port.orElse(HTTPS) > LAST_PORT) {
            throw invalid(text);
        }
    }

    /**
     * Reads {@code host}, {@code host:port} or {@code [address]:port}.
     *
     * @throws IllegalArgumentException with a message for the operator
     */
    public static RegistryHost parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw invalid(text);
        }
        String port = matcher.group(2);
        return new RegistryHost(
                matcher.group(1), port == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port)));
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("'" + text.replaceAll("\\p{Cntrl}", "?")
                + "' is not host or host:port; give what stands before the first / of your image names,"
                + " such as registry.example.com or localhost:5443, without https:// and without a path");
    }

    /** The host without brackets, as DNS and sockets want it. */
    public String bareHost() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    public int portOrDefault() {
        return port.orElse(HTTPS);
    }

    /**
     * The names under which clients look for the directory of this registry. They take the part before the slash of the
     * image name as it is written and add or remove no port: {@code registry.example.com/app} and
     * {@code registry.example.com:443/app} are one server in two directories, so for 443 both are named.
     */
    public List<String> directoryNames() {
        return portOrDefault() == HTTPS ? List.of(host, host + ":" + HTTPS) : List.of(toString());
    }

    /** For the names of files that belong to this registry: no colon, no brackets. */
    String fileName() {
        return toString().replaceAll("[^A-Za-z0-9.-]+", "-").replaceAll("^-|-$", "");
    }

    @Override
    public String toString() {
        return host + (port.isPresent() ? ":" + port.getAsInt() : "");
    }
}
