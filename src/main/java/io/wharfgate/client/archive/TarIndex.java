package io.wharfgate.client.archive;

import io.wharfgate.client.ExchangeException;
import io.wharfgate.client.Printable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the members of a tar file lie in it. Read once from header to header, so that a member can be opened without what stands
 * before it. Knows ustar, GNU's long names and POSIX.1-2001's extended headers. Links lead to other members only.
 */
final class TarIndex {

    private static final int MOST_MEMBERS = 500_000;
    private static final int LONGEST_NAME = 4096;
    private static final int LARGEST_EXTENSION = 1 << 20;
    private static final int DEEPEST_LINK = 8;

    /** Characters of all names and targets of links together: a few compressed megabytes can hold gigabytes of them. */
    private static final long MOST_NAMES = 64 << 20;

    private final Map<String, Member> members = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private long namesLeft;

    /** Bytes of a file in the archive. */
    record Member(long offset, long size) {}

    private TarIndex(long mostNames) {
        this.namesLeft = mostNames;
    }

    /** @throws ExchangeException when it is no tar, damaged, or bent on mischief */
    static TarIndex read(FileChannel file) throws IOException {
        return read(file, MOST_NAMES);
    }

    static TarIndex read(FileChannel file, long mostNames) throws IOException {
        TarIndex index = new TarIndex(mostNames);
        index.readAll(file);
        return index;
    }

    /** The file of that name, be it by links. */
    Optional<Member> find(String path) {
        String at = path;
        for (int i = 0; i < DEEPEST_LINK; i++) {
            Member member = members.get(at);
            if (member != null) {
                return Optional.of(member);
            }
            at = links.get(at);
            if (at == null) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private void readAll(FileChannel file) throws IOException {
        long at = 0;
        long end = file.size();
        TarExtension extension = TarExtension.none();
        for (int count = 0; at + TarHeader.BLOCK <= end; count++) {
            if (count > MOST_MEMBERS) {
                throw new ExchangeException("the archive has more than " + MOST_MEMBERS + " members: no image has");
            }
            byte[] block = bytes(file, at, TarHeader.BLOCK);
            if (TarHeader.isEnd(block)) {
                return;
            }
            TarHeader header = TarHeader.read(block);
            at += TarHeader.BLOCK;
            boolean extends_ = TarExtension.isOne(header.type());
            long size = extends_ ? header.size() : extension.size().orElse(header.size());
            if (size < 0 || size > end - at) {
                throw TarHeader.damaged("member '" + Printable.of(header.name()) + "' says it has " + size
                        + " bytes, and the file ends before");
            }
            if (extends_) {
                if (size > LARGEST_EXTENSION) {
                    throw TarHeader.damaged("a header is extended by more than 1 MiB");
                }
                extension = extension.and(header.type(), bytes(file, at, (int) size));
            } else {
                add(header, extension, new Member(at, size));
                extension = TarExtension.none();
            }
            at += (size + TarHeader.BLOCK - 1) / TarHeader.BLOCK * TarHeader.BLOCK;
        }
        if (at == 0) {
            throw TarHeader.damaged("it is too short");
        }
    }

    private void add(TarHeader header, TarExtension extension, Member member) throws ExchangeException {
        String raw = extension.name().orElse(header.name());
        Optional<String> name = ArchivePath.normal(raw);
        boolean file = header.type() == '0' || header.type() == 0 || header.type() == '7';
        boolean link = header.type() == '1' || header.type() == '2';
        if (!file && !link) {
            return;
        }
        if (name.isEmpty() || raw.length() > LONGEST_NAME) {
            throw new ExchangeException(
                    "the archive has a member that would lie outside of it: '" + Printable.of(raw) + "'");
        }
        if (members.containsKey(name.get()) || links.containsKey(name.get())) {
            throw new ExchangeException("the archive has two members of the name '" + Printable.of(raw)
                    + "': which is meant, nobody can tell");
        }
        String target = file ? "" : extension.link().orElse(header.link());
        if (target.length() > LONGEST_NAME) {
            throw TarHeader.damaged("the link '" + Printable.of(raw) + "' leads to a name that is too long");
        }
        namesLeft -= raw.length() + target.length();
        if (namesLeft < 0) {
            throw new ExchangeException("the names in the archive are too long, all together: no image has such");
        }
        if (file) {
            members.put(name.get(), member);
        } else {
            // A hard link names a member; a symbolic one is relative to where it lies.
            String from = header.type() == '1' ? "" : ArchivePath.parent(name.get());
            ArchivePath.normal(from + target).ifPresent(to -> links.put(name.get(), to));
        }
    }

    private static byte[] bytes(FileChannel file, long at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, at + buffer.position()) < 0) {
                throw TarHeader.damaged("it ends in the middle of a header");
            }
        }
        return buffer.array();
    }

    /** For tests and messages. */
    int size() {
        return members.size();
    }

    /** Text of an extension, whose last NUL does not belong to it. */
    static String text(byte[] content) {
        int end = content.length;
        while (end > 0 && content[end - 1] == 0) {
            end--;
        }
        return new String(content, 0, end, StandardCharsets.UTF_8);
    }
}
