package io.wharfgate.cli;

import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.ImageCopy;
import io.wharfgate.client.ImagePlace;
import io.wharfgate.client.ImageRepository;
import io.wharfgate.client.Manifest;
import io.wharfgate.client.archive.Archive;
import io.wharfgate.client.archive.Archives;
import io.wharfgate.client.archive.Scratch;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings images from an archive into a registry. */
@Command(
        name = "import",
        description = {
            "Brings images from an archive into a registry: an OCI image layout (a directory or a tar file), or what docker save"
                    + " or podman save wrote. Tar files may be compressed by gzip.",
            "",
            "TARGET is [host[:port]/]repository[:tag]; without a host, a repository of the installation on this machine, running"
                    + " or not. With a tag the archive's one image gets it, or the one that --image names; without a tag,"
                    + " every image gets the tag that it has in the archive."
        },
        footer = {
            "",
            "Examples:",
            "  docker save app:1.0 | wharfgate import - registry.example.com/team/app:1.0",
            "  wharfgate import layout/ team/app",
            "  wharfgate import --image 1.0 app.tar localhost:5443/team/app:1.0 --target-username alice"
        })
final class ImportCommand extends ExchangeCommand {

    @Mixin
    private final ExchangeOptions.OfTarget targetLogin = new ExchangeOptions.OfTarget();

    @Option(names = "--image", paramLabel = "NAME", description = "The image of that name or tag in the archive.")
    private @Nullable String image;

    @Option(
            names = "--temp",
            paramLabel = "DIR",
            description =
                    "For temporary files: archives that come through a pipe or are compressed, and layers that are being"
                            + " compressed. Default: /var/tmp.")
    private @Nullable Path temp;

    @Parameters(index = "0", paramLabel = "ARCHIVE", description = "A directory, a tar file, or - for standard input.")
    @SuppressWarnings("NullAway.Init")
    private String archive;

    @Parameters(index = "1", paramLabel = "TARGET", description = "Where to.")
    @SuppressWarnings("NullAway.Init")
    private String target;

    ImportCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    void run(ExchangeRun run) throws IOException {
        if (!(ImagePlace.parse(target) instanceof ImagePlace.One to)
                || to.name().reference().filter(r -> !(r instanceof Tag)).isPresent()) {
            throw new IllegalArgumentException("TARGET is one repository, with a tag or without");
        }
        if (archive.equals("-") && targetLogin.stdin) {
            throw new IllegalArgumentException("standard input is the archive; give the password in another way");
        }
        var options = copy().options(Optional.empty());
        Scratch scratch = temp == null
                ? Scratch.standard()
                : new Scratch(surroundings().workingDirectory().resolve(temp));
        try (var places = places(run);
                Archive source = open(scratch)) {
            ImageRepository repository = places.registry(to, targetLogin.login())
                    .repository(to.name().repository());
            ImageCopy copying = new ImageCopy(source, repository, options, run.progress());
            for (int i : chosen(source, to)) {
                Optional<Tag> tag = to.name().tag().or(source.images().get(i)::tag);
                Manifest manifest = source.image(i);
                ImageCopy.Copied copied = copying.copy(manifest, tag);
                run.copied(
                        repository.name() + tag.map(t -> ":" + t).orElse("") + "@" + copied.digest(), copied.present());
            }
            repository.finish();
        }
    }

    private Archive open(Scratch scratch) throws IOException {
        return archive.equals("-")
                ? Archives.read(System.in, "standard input", scratch)
                : Archives.open(surroundings().workingDirectory().resolve(archive), scratch);
    }

    private List<Integer> chosen(Archive source, ImagePlace.One to) throws IOException {
        List<Archive.Named> images = source.images();
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            if (image == null || matches(images.get(i), image)) {
                found.add(i);
            }
        }
        String names =
                String.join(", ", images.stream().map(Archive.Named::toString).toList());
        if (found.isEmpty()) {
            throw new ExchangeException(
                    images.isEmpty()
                            ? "the archive holds no images"
                            : "the archive has no image " + image + "; it has: " + names);
        }
        if (to.name().tag().isPresent() && found.size() > 1) {
            throw new ExchangeException("the archive has several images, and " + to.name()
                    + " can be one of them only: choose with --image, or leave out the tag. It has: " + names);
        }
        if (to.name().tag().isEmpty()
                && found.stream().anyMatch(i -> images.get(i).tag().isEmpty())) {
            throw new ExchangeException(
                    "an image of the archive has no tag; give one, such as " + to.name() + ":1.0. It has: " + names);
        }
        return found;
    }

    private static boolean matches(Archive.Named named, String wanted) {
        return named.name().filter(wanted::equals).isPresent()
                || named.tag().map(Tag::value).filter(wanted::equals).isPresent();
    }
}
