package io.wharfgate.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a file as text: bounded, strictly UTF-8, with or without a byte order mark. */
public final class FileText {

    /** A longer one was named by mistake. */
    public static final int MAX_BYTES = 1024 * 1024;

    private final FileKind kind;
    private final Findings findings;

    public FileText(FileKind kind, Findings findings) {
        this.kind = kind;
        this.findings = findings;
    }

    /**
     * The file's text.
     *
     * @param name the file as the user named it, for messages about a line
     * @param origin for messages about the file
     * @return empty after a mistake was noted
     */
    public Optional<String> read(Path file, String name, Origin origin) {
        if (Files.isDirectory(file)) {
            return refuse(origin, "is a directory; name " + kind.named() + " in it");
        }
        // Not Files.size: "-c <(command)" and /dev/stdin are pipes and have no size.
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                return refuse(origin, "is larger than 1 MiB, so it is hardly " + kind.what() + "; check the file name");
            }
            return decode(bytes, name);
        } catch (NoSuchFileException e) {
            return refuse(origin, "there is no such file; check the name");
        } catch (AccessDeniedException e) {
            return refuse(origin, "may not be read; give the user that runs Wharfgate the right to read it");
        } catch (IOException e) {
            return refuse(origin, "cannot be read (" + e.getMessage() + "); check the file and the disk");
        }
    }

    private Optional<String> decode(byte[] bytes, String name) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
            return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            // The decoder stops in front of the bad byte, which tells its line.
            int line = 1;
            for (int i = 0; i < buffer.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            return refuse(new Origin.InFile(name, line, 1), "is not UTF-8 text; save the file as UTF-8");
        }
    }

    private Optional<String> refuse(Origin origin, String message) {
        findings.error(origin, "", message);
        return Optional.empty();
    }
}
