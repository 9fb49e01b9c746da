package io.wharfgate.client;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of an image: {@code host[:port]/repository[:tag][@digest]}; without a host, one of the installation on this machine. The
 * first part is a host when it holds a dot or a colon or is {@code localhost}, as everywhere.
 *
 * @param host empty for the installation here
 * @param reference the digest, if there is one, else the tag
 */
public record ImageName(Optional<String> host, RepositoryName repository, Optional<Reference> reference) {

    private static final Pattern HOST = Pattern.compile(
            "(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*+"
                    + "|\\[[0-9A-Fa-f:.]{2,64}])(?::[0-9]{1,5})?");
    private static final String HUB = "docker.io";

    /**
     * Reads a name as people write it.
     *
     * @throws IllegalArgumentException with a message for the operator
     */
    public static ImageName parse(String text) {
        if (text.contains("://")) {
            throw invalid(text, "leave out what stands before the host, such as https:// or docker://");
        }
        Optional<String> host = hostOf(text);
        String rest = host.map(h -> text.substring(h.length() + 1)).orElse(text);
        int at = rest.indexOf('@');
        String named = at < 0 ? rest : rest.substring(0, at);
        int colon = named.lastIndexOf(':');
        String repository = colon < 0 ? named : named.substring(0, colon);
        if (host.equals(Optional.of(HUB)) && repository.indexOf('/') < 0) {
            repository = "library/" + repository;
        }
        try {
            Optional<Reference> tag = colon < 0 ? Optional.empty() : Optional.of(Tag.parse(named.substring(colon + 1)));
            Optional<Reference> reference =
                    at < 0 ? tag : Optional.of(new Reference.ByDigest(Digest.parse(rest.substring(at + 1))));
            return new ImageName(host.map(ImageName::checked), RepositoryName.parse(repository), reference);
        } catch (RegistryException e) {
            throw invalid(text, e.getMessage());
        }
    }

    /** The host before the first slash, if that is one. */
    static Optional<String> hostOf(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String first = text.substring(0, slash);
        boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
        return host ? Optional.of(first) : Optional.empty();
    }

    static String checked(String host) {
        if (!HOST.matcher(host).matches()) {
            throw invalid(host, "'" + Printable.of(host) + "' is not a host or host:port");
        }
        return host;
    }

    static IllegalArgumentException invalid(String text, @org.jspecify.annotations.Nullable String why) {
        return new IllegalArgumentException("'" + Printable.of(text) + "': " + why
                + ". Write [host[:port]/]repository[:tag or @digest], such as registry.example.com/team/app:1.0");
    }

    public Optional<Tag> tag() {
        return reference.filter(Tag.class::isInstance).map(Tag.class::cast);
    }

    /** Where it is, without tag or digest. */
    public String place() {
        return host.map(h -> h + "/").orElse("") + repository;
    }

    @Override
    public String toString() {
        return place()
                + reference.map(r -> r instanceof Tag ? ":" + r : "@" + r).orElse("");
    }
}
