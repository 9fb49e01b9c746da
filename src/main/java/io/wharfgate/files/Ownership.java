package io.wharfgate.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may read and write a file: what has to survive when another file takes its place. */
public record Ownership(UserPrincipal owner, GroupPrincipal group, Set<PosixFilePermission> mode) {

    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** For a new file: its owner alone, mode 0600. Nothing where the file system has no such modes. */
    static FileAttribute<?>[] forNew(Path file) {
        return hasModes(file)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    /** The same owner and group, and mode 0600. */
    Ownership ownerOnly() {
        return new Ownership(owner, group, OWNER_ONLY);
    }

    /** That of a file; empty when there is no such file, or no such thing in its file system. */
    static Optional<Ownership> of(Path file) throws IOException {
        if (!hasModes(file) || Files.notExists(file)) {
            return Optional.empty();
        }
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        return Optional.of(new Ownership(attributes.owner(), attributes.group(), attributes.permissions()));
    }

    /**
     * Gives it to another file, which must not be a symbolic link: whoever may write to the directory could put one there, and
     * root would change the rights of any file for him. The owner comes first, so that at no moment somebody has rights that
     * he will not keep.
     *
     * @throws IOException when the process may not do so: only root gives files away
     */
    void applyTo(Path file) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes now = view.readAttributes();
        if (!now.owner().equals(owner)) {
            view.setOwner(owner);
        }
        if (!now.group().equals(group)) {
            view.setGroup(group);
        }
        if (!now.permissions().equals(mode)) {
            view.setPermissions(mode);
        }
    }

    /** Gives a file to the owner of its directory, mode 0600, as far as the process may: only root gives files away. */
    public static void likeDirectory(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        try {
            Optional<Ownership> ownership = directory == null ? Optional.empty() : of(directory);
            if (ownership.isPresent()) {
                ownership.get().ownerOnly().applyTo(file);
            }
        } catch (IOException e) {
            LOG.debug("owner_not_changed path={}", file, e);
        }
    }

    private static boolean hasModes(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
