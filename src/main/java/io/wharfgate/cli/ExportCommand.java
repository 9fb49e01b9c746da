package io.wharfgate.cli;

import io.wharfgate.client.CopyOptions;
import io.wharfgate.client.ImageCopy;
import io.wharfgate.client.ImageName;
import io.wharfgate.client.ImagePlace;
import io.wharfgate.client.ImageRepository;
import io.wharfgate.client.ImageTarget;
import io.wharfgate.client.Platform;
import io.wharfgate.client.archive.LayoutDirectory;
import io.wharfgate.client.archive.TarArchive;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes images of a registry into an archive. */
@Command(
        name = "export",
        description = {
            "Writes images of a registry into an archive, byte for byte: an OCI image layout, as a directory or as a tar file."
                    + " With --format docker the tar file is one for docker load and podman load.",
            "",
            "SOURCE is [host[:port]/]repository[:tag or @digest]; without a host, a repository of the installation on this"
                    + " machine, running or not."
        },
        footer = {
            "",
            "Examples:",
            "  wharfgate export registry.example.com/team/app:1.0 app.tar",
            "  wharfgate export --all-tags --referrers team/app layout/",
            "  wharfgate export --format docker team/app:1.0 - | docker load"
        })
final class ExportCommand extends ExchangeCommand {

    /** Kinds of archives. */
    enum Format {
        oci,
        docker
    }

    @Mixin
    private final ExchangeOptions.OfSource sourceLogin = new ExchangeOptions.OfSource();

    @Option(
            names = "--format",
            paramLabel = "oci|docker",
            defaultValue = "oci",
            description =
                    "docker: a tar file for docker load, with the image of one platform: of this machine's, unless"
                            + " --platform says otherwise. Default: $" + "{DEFAULT-VALUE}.")
    private Format format = Format.oci;

    @Option(names = "--all-tags", description = "All tags of the repository.")
    private boolean allTags;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "An image, or a repository.")
    @SuppressWarnings("NullAway.Init")
    private String source;

    @Parameters(
            index = "1",
            paramLabel = "ARCHIVE",
            description = "A name that ends with .tar, or - for standard output; any other name is a directory's.")
    @SuppressWarnings("NullAway.Init")
    private String archive;

    ExportCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    void run(ExchangeRun run) throws IOException {
        if (!(ImagePlace.parse(source) instanceof ImagePlace.One from)) {
            throw new IllegalArgumentException("SOURCE is one repository or image; copy takes patterns");
        }
        ImageName name = from.name();
        if (allTags && name.reference().isPresent()) {
            throw new IllegalArgumentException("with --all-tags SOURCE has neither tag nor digest");
        }
        if (archive.endsWith(".gz") || archive.endsWith(".tgz")) {
            throw new IllegalArgumentException("layers are compressed already: write to a name that ends with .tar");
        }
        boolean docker = format == Format.docker;
        CopyOptions options = copy().options(docker ? Optional.of(Platform.ofThisMachine()) : Optional.empty());
        if (docker && options.referrers()) {
            throw new IllegalArgumentException(
                    "a docker archive holds images only; --referrers goes with --format oci");
        }
        try (var places = places(run)) {
            ImageRepository repository =
                    places.registry(from, sourceLogin.login()).repository(name.repository());
            Optional<Reference> reference =
                    allTags ? Optional.empty() : Optional.of(name.reference().orElse(new Tag("latest")));
            // Before anything is written: most mistakes are in the name.
            if (reference.isPresent() && repository.manifest(reference.get()).isEmpty()) {
                throw ExchangePlaces.absent(from, repository.name(), reference.get());
            }
            try (ImageTarget target = target(docker, name.place())) {
                ImageCopy copying = new ImageCopy(repository, target, options, run.progress());
                for (Reference one : reference.isPresent() ? java.util.List.of(reference.get()) : repository.tags()) {
                    Optional<Tag> tag = one instanceof Tag t ? Optional.of(t) : Optional.empty();
                    ImageCopy.Copied copied = copying.copy(one, tag);
                    run.copied(
                            name.place() + tag.map(t -> ":" + t).orElse("") + "@" + copied.digest(), copied.present());
                }
                target.finish();
            }
        }
    }

    private ImageTarget target(boolean docker, String repository) throws IOException {
        Optional<String> name = Optional.of(repository);
        if (archive.equals("-")) {
            if (Terminal.console().isPresent()) {
                throw new IllegalArgumentException(
                        "an archive is nothing for a terminal; write it to a file or a pipe");
            }
            return TarArchive.stream(System.out, docker, name);
        }
        Path path = surroundings().workingDirectory().resolve(archive);
        if (archive.endsWith(".tar") || Files.isRegularFile(path) || (docker && !Files.isDirectory(path))) {
            return TarArchive.create(path, docker, name);
        }
        if (docker) {
            throw new IllegalArgumentException("a docker archive is a tar file, and " + path + " is a directory");
        }
        return LayoutDirectory.open(path, name);
    }
}
