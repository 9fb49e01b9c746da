package io.wharfgate.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.wharfgate.oci.Reference;
import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What tests of the registry say over and over. */
final class RegistryAssert {

    private RegistryAssert() {}

    static AbstractThrowableAssert<?, RegistryException> assertRefused(RegistryError error, ThrowingCallable call) {
        return assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.error()).as(e.getMessage()).isEqualTo(error))
                .extracting(e -> e, InstanceOfAssertFactories.throwable(RegistryException.class));
    }

    static List<String> tags(Registry registry, RepositoryName name) throws IOException {
        return registry.tags().page(name, OptionalInt.empty(), Optional.empty()).items().stream()
                .map(Tag::value)
                .toList();
    }

    static List<String> catalog(Registry registry) throws IOException {
        return registry.catalog().page(OptionalInt.empty(), Optional.empty()).items().stream()
                .map(RepositoryName::value)
                .toList();
    }

    /** Every tag of these repositories leads to a manifest, and all that the manifest refers to is there. */
    static void assertNothingDangles(Registry registry, Collection<RepositoryName> names) throws IOException {
        for (RepositoryName name : names) {
            for (String tag : tagsIfAny(registry, name)) {
                assertWhole(registry, name, new Tag(tag));
            }
        }
    }

    private static List<String> tagsIfAny(Registry registry, RepositoryName name) throws IOException {
        try {
            return tags(registry, name);
        } catch (RegistryException e) {
            assertThat(e.error()).isEqualTo(RegistryError.NAME_UNKNOWN);
            assertThat(catalog(registry)).doesNotContain(name.value());
            return List.of();
        }
    }

    static void assertWhole(Registry registry, RepositoryName name, Reference reference) throws IOException {
        Manifests.Stored stored = registry.manifests().get(name, reference);
        assertThat(stored.digest().matches(stored.content())).isTrue();
        for (Descriptor child : ManifestRules.readStored(stored.mediaType(), stored.content())) {
            if (child.field().equals("manifests")) {
                assertWhole(registry, name, new Reference.ByDigest(child.digest()));
            } else {
                assertThat(child.digest().matches(Image.readBlob(registry, name, child.digest())))
                        .as("blob %s of %s:%s", child.digest(), name, reference)
                        .isTrue();
            }
        }
    }
}
