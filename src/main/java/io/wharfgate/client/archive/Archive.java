package io.wharfgate.client.archive;

import io.wharfgate.client.ImageSource;
import io.wharfgate.client.Manifest;
import io.wharfgate.oci.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A source that is an archive: a few images under names of their own. */
public interface Archive extends ImageSource {

    /**
     * An image of an archive.
     *
     * @param name as the archive has it, such as {@code 1.0} or {@code docker.io/library/app:1.0}; empty: it has none
     */
    record Named(Optional<String> name) {

        /** The tag that the name ends with, or is. */
        public Optional<Tag> tag() {
            return name.map(text -> text.substring(Math.max(text.lastIndexOf(':'), text.lastIndexOf('/')) + 1))
                    .filter(Tag::isValid)
                    .map(Tag::new);
        }

        @Override
        public String toString() {
            return name.map(io.wharfgate.client.Printable::of).orElse("(no name)");
        }
    }

    /** What it holds, in its order. Names need not differ. */
    List<Named> images() throws IOException;

    /**
     * One of its images.
     *
     * @param image place in {@link #images}
     */
    Manifest image(int image) throws IOException;

    @Override
    default List<Tag> tags() throws IOException {
        return images().stream()
                .flatMap(image -> image.tag().stream())
                .distinct()
                .toList();
    }
}
