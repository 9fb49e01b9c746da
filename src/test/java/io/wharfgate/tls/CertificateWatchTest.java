package io.wharfgate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.tls.CertificateWatch.Outcome;
import io.wharfgate.tls.TlsMaterialException.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateWatchTest {

    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    private Path directory;

    private Path live;
    private Path next;
    private TlsFiles files;
    private ServerIdentity first;
    private ServerIdentity second;
    private CertificateWatch watch;

    @BeforeEach
    void open() throws Exception {
        live = Files.createDirectory(directory.resolve("live"));
        next = directory.resolve("next");
        files = TlsFiles.of(live.resolve("tls.crt"), live.resolve("tls.key"));
        first = TestIdentities.selfSigned(directory.resolve("first"));
        second = TestIdentities.selfSigned(next);
        copy(directory.resolve("first/server.crt"), files.certificate());
        copy(directory.resolve("first/server.key"), files.key());
        watch = CertificateWatch.open(files, CLOCK);
    }

    private static void copy(Path from, Path to) throws Exception {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private void newCertificate() throws Exception {
        copy(next.resolve("server.crt"), files.certificate());
    }

    private void newKey() throws Exception {
        copy(next.resolve("server.key"), files.key());
    }

    private ServerIdentity served() {
        return watch.tls().identity();
    }

    @Test
    void nothingIsDoneWhileNothingChanges() throws Exception {
        assertThat(watch.poll()).isEqualTo(new Outcome.Unchanged());
        Files.setLastModifiedTime(files.key(), FileTime.fromMillis(0));
        assertThat(watch.poll()).isEqualTo(new Outcome.Unchanged());
        assertThat(watch.watched()).containsExactly(files.certificate(), files.key());
    }

    @Test
    void newFilesAreAdoptedAtOnce() throws Exception {
        newCertificate();
        newKey();

        assertThat(watch.poll()).isEqualTo(new Outcome.Adopted(second));
        assertThat(served()).isEqualTo(second);
        assertThat(watch.poll()).isEqualTo(new Outcome.Unchanged());
    }

    @Test
    void halfOfAChangeIsWaitedOutSilently() throws Exception {
        newCertificate();
        assertThat(watch.poll()).isEqualTo(new Outcome.Settling());
        assertThat(served()).isEqualTo(first);

        newKey();
        assertThat(watch.poll()).isEqualTo(new Outcome.Adopted(second));
    }

    @Test
    void aMismatchThatStaysIsRefusedOnce() throws Exception {
        newKey();
        watch.poll();

        assertThat(watch.poll())
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.why().problem()).isEqualTo(Problem.MISMATCH));
        assertThat(watch.poll()).isEqualTo(new Outcome.Unchanged());
        assertThat(served()).isEqualTo(first);
    }

    @Test
    void anotherBrokenStateIsReportedAnew() throws Exception {
        Files.writeString(files.certificate(), "broken");
        watch.poll();
        assertThat(watch.poll()).isInstanceOf(Outcome.Refused.class);
        Files.writeString(files.certificate(), "broken in another way");

        assertThat(watch.poll()).isEqualTo(new Outcome.Settling());
        assertThat(watch.poll()).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void filesThatVanishLeaveTheIdentityInForceAndMayComeBack() throws Exception {
        Files.delete(files.key());
        watch.poll();
        assertThat(watch.poll()).isInstanceOf(Outcome.Refused.class);
        copy(directory.resolve("first/server.key"), files.key());

        assertThat(watch.poll()).isEqualTo(new Outcome.Unchanged());
        Files.delete(files.key());
        watch.poll();
        assertThat(watch.poll())
                .as("the same problem, come back, is reported anew")
                .isInstanceOf(Outcome.Refused.class);
        assertThat(served()).isEqualTo(first);
    }

    @Test
    void symbolicLinksThatAreSwappedAreNoticed() throws Exception {
        Path link = directory.resolve("..data");
        Files.createSymbolicLink(link, directory.resolve("first"));
        CertificateWatch linked =
                CertificateWatch.open(TlsFiles.of(link.resolve("server.crt"), link.resolve("server.key")), CLOCK);
        Path temporary = directory.resolve("..data_tmp");
        Files.createSymbolicLink(temporary, next);
        Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE);

        assertThat(linked.poll()).isEqualTo(new Outcome.Adopted(second));
    }

    @Test
    void reloadSaysAtOnceWhatIsWrong() throws Exception {
        newCertificate();

        assertThatThrownBy(() -> watch.reload()).isInstanceOf(TlsMaterialException.class);
        assertThat(served()).isEqualTo(first);
        newKey();
        assertThat(watch.reload()).isEqualTo(second);
        assertThat(served()).isEqualTo(second);
    }

    @Test
    void aMissingFileAtTheStartIsToldApart() {
        assertThatThrownBy(() -> CertificateWatch.open(TlsFiles.bundle(directory.resolve("later.pem")), CLOCK))
                .isInstanceOfSatisfying(
                        TlsMaterialException.class,
                        e -> assertThat(e.isMissing()).isTrue());
    }

    @Test
    void aRenewalByTheSelfSignedDirectoryIsAdopted() throws Exception {
        SelfSigned selfSigned = new SelfSigned(next, CLOCK);
        CertificateWatch own = CertificateWatch.open(selfSigned.files(), CLOCK);
        ServerIdentity renewed = selfSigned.reissue(List.of()).identity();

        assertThat(own.poll()).isEqualTo(new Outcome.Adopted(renewed));
    }
}
