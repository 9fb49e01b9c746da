package io.wharfgate.cli;

import io.wharfgate.client.CopyOptions;
import io.wharfgate.client.ImageCopy;
import io.wharfgate.client.ImageName;
import io.wharfgate.client.ImagePlace;
import io.wharfgate.client.ImageRegistry;
import io.wharfgate.client.ImageRepository;
import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies images from registry to registry. */
@Command(
        name = "copy",
        description = {
            "Copies images between registries, byte for byte: digests stay what they are.",
            "",
            "SOURCE and TARGET are [host[:port]/]repository[:tag or @digest]; without a host, a repository of the installation on"
                    + " this machine, running or not. What the target has already is not moved again, so a copy that was"
                    + " interrupted goes on when it is run again. Tags come last."
        },
        footer = {
            "",
            "Examples:",
            "  wharfgate copy old.example.com/team/app:1.0 new.example.com/team/app:1.0",
            "  wharfgate copy docker.io/library/alpine:3.20 mirror/alpine:3.20",
            "  wharfgate copy --all-tags --referrers old.example.com/team/app new.example.com/team/app",
            "  wharfgate copy --dry-run 'old.example.com/team/**' new.example.com/"
        })
final class CopyCommand extends ExchangeCommand {

    @Mixin
    private final ExchangeOptions.OfSource sourceLogin = new ExchangeOptions.OfSource();

    @Mixin
    private final ExchangeOptions.OfTarget targetLogin = new ExchangeOptions.OfTarget();

    @Option(names = "--all-tags", description = "All tags of the repository. Always so with a pattern.")
    private boolean allTags;

    @Option(names = "--dry-run", description = "Only tell what would be copied.")
    private boolean dryRun;

    @Parameters(
            index = "0",
            paramLabel = "SOURCE",
            description =
                    "An image or a repository; with * and ** a pattern for repositories, by the registry's catalog.")
    @SuppressWarnings("NullAway.Init")
    private String source;

    @Parameters(
            index = "1",
            paramLabel = "TARGET",
            description = "Where to; with a / at its end, the source's repository lies below it (./ for the one here).")
    @SuppressWarnings("NullAway.Init")
    private String target;

    CopyCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    void run(ExchangeRun run) throws IOException {
        ImagePlace from = ImagePlace.parse(source);
        ImagePlace to = ImagePlace.parse(target);
        requireSense(from, to);
        CopyOptions options = copy().options(Optional.empty());
        try (var places = places(run)) {
            ImageRegistry sources = places.registry(from, sourceLogin.login());
            ImageRegistry targets = places.registry(to, targetLogin.login());
            for (RepositoryName name : repositories(from, sources)) {
                ImageRepository repository = targets.repository(repository(to, name));
                copy(run, from, to, sources.repository(name), repository, options);
            }
        }
    }

    private void requireSense(ImagePlace from, ImagePlace to) {
        if (sourceLogin.stdin && targetLogin.stdin) {
            throw new IllegalArgumentException("standard input holds one password; give the other one in another way");
        }
        if (from instanceof ImagePlace.Below || to instanceof ImagePlace.Matching) {
            throw new IllegalArgumentException("a pattern belongs to SOURCE, and a / at the end to TARGET");
        }
        if (from instanceof ImagePlace.Matching && to instanceof ImagePlace.One) {
            throw new IllegalArgumentException("with a pattern TARGET has to end with /, such as new.example.com/");
        }
        if (to instanceof ImagePlace.One one) {
            if (one.name()
                    .reference()
                    .filter(Reference.ByDigest.class::isInstance)
                    .isPresent()) {
                throw new IllegalArgumentException("TARGET has a tag or none: its digest will be that of the source");
            }
            if (allTags && one.name().tag().isPresent()) {
                throw new IllegalArgumentException("with --all-tags TARGET has no tag");
            }
        }
        if (allTags
                && from instanceof ImagePlace.One one
                && one.name().reference().isPresent()) {
            throw new IllegalArgumentException("with --all-tags SOURCE has neither tag nor digest");
        }
    }

    private static List<RepositoryName> repositories(ImagePlace from, ImageRegistry sources) throws IOException {
        if (from instanceof ImagePlace.Matching matching) {
            return sources.catalog().stream()
                    .filter(matching.pattern()::matches)
                    .toList();
        }
        return List.of(((ImagePlace.One) from).name().repository());
    }

    private static RepositoryName repository(ImagePlace to, RepositoryName name) {
        return to instanceof ImagePlace.Below below
                ? below.repository(name)
                : ((ImagePlace.One) to).name().repository();
    }

    private void copy(
            ExchangeRun run,
            ImagePlace from,
            ImagePlace to,
            ImageRepository repository,
            ImageRepository toRepository,
            CopyOptions options)
            throws IOException {
        ImageCopy copying = new ImageCopy(repository, toRepository, options, run.progress());
        if (allTags || !(from instanceof ImagePlace.One image)) {
            for (Tag tag : repository.tags()) {
                one(run, copying, repository.name(), tag, toRepository.name(), Optional.of(tag));
            }
            return;
        }
        ImageName name = image.name();
        Reference reference = name.reference().orElse(new Tag("latest"));
        if (repository.manifest(reference).isEmpty()) {
            throw ExchangePlaces.absent(from, repository.name(), reference);
        }
        Optional<Tag> wanted = to instanceof ImagePlace.One one ? one.name().tag() : Optional.empty();
        Optional<Tag> own = reference instanceof Tag tag ? Optional.of(tag) : Optional.empty();
        one(run, copying, repository.name(), reference, toRepository.name(), wanted.or(() -> own));
    }

    private void one(ExchangeRun run, ImageCopy copying, String from, Reference reference, String to, Optional<Tag> tag)
            throws IOException {
        String what = to + tag.map(t -> ":" + t).orElse("");
        if (dryRun) {
            surroundings().out().println(from + (reference instanceof Tag ? ":" : "@") + reference + " -> " + what);
            return;
        }
        ImageCopy.Copied copied = copying.copy(reference, tag);
        run.copied(what + "@" + copied.digest(), copied.present());
    }
}
