package io.wharfgate.registry.check;

import io.wharfgate.oci.RepositoryName;
import io.wharfgate.oci.UploadId;
import io.wharfgate.registry.RegistryLayout;
import io.wharfgate.storage.ObjectKey;
import io.wharfgate.storage.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** An upload session. Uploads have no lock: what is looked for here is no step of a sound one. */
record UploadDirectory(Inspector inspector, RepositoryName name, UploadId id, Clock clock) implements Subject {

    /** What belongs there, and whether it is a directory; {@code hashstates} is distribution's. */
    private static final Map<String, Boolean> KNOWN =
            Map.of("data", false, "startedat", false, "algorithm", false, "hashstates", true);

    @Override
    public ObjectKey place() {
        return RegistryLayout.upload(name, id);
    }

    @Override
    public Optional<RepositoryName> repository() {
        return Optional.of(name);
    }

    @Override
    public void look(Consumer<Suspicion> found) throws IOException {
        boolean data = false;
        boolean any = false;
        for (ObjectStore.Child child : inspector.store().list(place())) {
            any = true;
            data |= child.name().equals("data");
            if (!Boolean.valueOf(child.container()).equals(KNOWN.get(child.name()))) {
                Kind kind = KNOWN.containsKey(child.name()) ? Kind.WRONG_KIND : Kind.FOREIGN;
                String at = place() + "/" + child.name();
                found.accept(Suspicion.only(new Finding(
                        kind,
                        Optional.of(name),
                        Optional.empty(),
                        Optional.empty(),
                        at,
                        "an upload has no such " + (child.container() ? "directory" : "file"))));
            }
        }
        if (data) {
            lookAtDate(found);
        } else if (any) {
            found.accept(Suspicion.only(
                    Finding.of(Kind.UPLOAD_LEFTOVER, place(), "it has no data").in(name)));
        }
    }

    private void lookAtDate(Consumer<Suspicion> found) throws IOException {
        ObjectKey place = RegistryLayout.uploadStartedAt(name, id);
        Optional<String> text = inspector.content().text(place);
        if (text.isPresent() && isTime(text.get())) {
            return;
        }
        Finding finding = Finding.of(
                        Kind.UPLOAD_UNDATED, place, text.isPresent() ? "it holds no time" : "there is no such file")
                .in(name);
        found.accept(new Suspicion(finding, () -> {
            String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
            inspector.store().put(place, now.getBytes(StandardCharsets.US_ASCII));
            return true;
        }));
    }

    private static boolean isTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
