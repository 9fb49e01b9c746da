package io.wharfgate.registry.check;

import io.wharfgate.oci.Digest;
import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.Tag;
import io.wharfgate.storage.ObjectKey;
import java.util.Optional;

/**
 * Something that is wrong.
 *
 * @param place the key in the storage, or what would be one
 * @param detail what was seen there
 */
record Finding(
        Kind kind,
        Optional<RepositoryName> repository,
        Optional<String> tag,
        Optional<Digest> digest,
        String place,
        String detail) {

    /** About something of the storage as a whole. */
    static Finding of(Kind kind, ObjectKey place, String detail) {
        return new Finding(kind, Optional.empty(), Optional.empty(), Optional.empty(), place.value(), detail);
    }

    Finding in(RepositoryName name) {
        return new Finding(kind, Optional.of(name), tag, digest, place, detail);
    }

    Finding in(Optional<RepositoryName> name) {
        return new Finding(kind, name, tag, digest, place, detail);
    }

    Finding about(Digest of) {
        return new Finding(kind, repository, tag, Optional.of(of), place, detail);
    }

    Finding about(Tag of) {
        return new Finding(kind, repository, Optional.of(of.value()), digest, place, detail);
    }

    /** As people write it: {@code team/app:1.0}, {@code team/app@sha256:…}, or the digest alone. */
    String subject() {
        StringBuilder text = new StringBuilder();
        repository.ifPresent(name -> text.append(name.value()));
        if (tag.isPresent()) {
            text.append(':').append(tag.get());
        } else if (digest.isPresent()) {
            text.append(text.length() > 0 ? "@" : "").append(digest.get());
        }
        return text.length() > 0 ? text.toString() : place;
    }
}
