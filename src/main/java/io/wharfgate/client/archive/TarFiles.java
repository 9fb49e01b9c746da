package io.wharfgate.client.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The files of a tar file, read where they lie in it. */
final class TarFiles implements ArchiveFiles {

    private final String name;
    private final FileChannel channel;
    private final TarIndex index;
    private final Optional<Path> temporary;

    /**
     * @param name of the archive, for people
     * @param temporary whether the file goes when this is closed
     */
    TarFiles(String name, Path file, boolean temporary) throws IOException {
        this.name = name;
        this.temporary = temporary ? Optional.of(file) : Optional.empty();
        this.channel = FileChannel.open(file);
        boolean read = false;
        try {
            this.index = TarIndex.read(channel);
            read = true;
        } finally {
            if (!read) {
                close();
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Long> size(String path) {
        return ArchivePath.normal(path).flatMap(index::find).map(TarIndex.Member::size);
    }

    @Override
    public InputStream open(String path, long offset) throws IOException {
        TarIndex.Member member =
                ArchivePath.normal(path).flatMap(index::find).orElseThrow(() -> new NoSuchFileException(path));
        return new Part(channel, member.offset() + offset, member.offset() + member.size());
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (temporary.isPresent()) {
            Files.deleteIfExists(temporary.get());
        }
    }

    /** A stretch of a file, with a position of its own. */
    private static final class Part extends InputStream {

        private final FileChannel channel;
        private final long end;
        private long position;

        Part(FileChannel channel, long start, long end) {
            this.channel = channel;
            this.position = start;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int start, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (position >= end) {
                return -1;
            }
            int n = channel.read(ByteBuffer.wrap(buffer, start, (int) Math.min(length, end - position)), position);
            position += Math.max(0, n);
            return n;
        }
    }
}
