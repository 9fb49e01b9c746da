package io.wharfgate.client.archive;

import io.wharfgate.client.ExchangeException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What comes before a header because it does not fit into it: GNU's long names ({@code L}, {@code K}) and extended headers
 * ({@code x}; {@code g} for the whole archive, which has nothing that matters here). Immutable.
 */
record TarExtension(Optional<String> name, Optional<String> link, Optional<Long> size) {

    static TarExtension none() {
        return new TarExtension(Optional.empty(), Optional.empty(), Optional.empty());
    }

    static boolean isOne(char type) {
        return type == 'L' || type == 'K' || type == 'x' || type == 'g';
    }

    TarExtension and(char type, byte[] content) throws ExchangeException {
        return switch (type) {
            case 'L' -> new TarExtension(Optional.of(TarIndex.text(content)), link, size);
            case 'K' -> new TarExtension(name, Optional.of(TarIndex.text(content)), size);
            case 'x' -> extended(content);
            default -> this;
        };
    }

    /** Records of the form {@code "length keyword=value\n"}, the length counting all of it (POSIX.1-2001, pax). */
    private TarExtension extended(byte[] content) throws ExchangeException {
        TarExtension result = this;
        int at = 0;
        while (at < content.length) {
            int blank = at;
            while (blank < content.length && content[blank] >= '0' && content[blank] <= '9') {
                blank++;
            }
            if (blank == at || blank - at > 9 || blank >= content.length || content[blank] != ' ') {
                throw TarHeader.damaged("an extended header has a record without a length");
            }
            int length = Integer.parseInt(new String(content, at, blank - at, StandardCharsets.US_ASCII));
            if (length < blank - at + 2 || length > content.length - at) {
                throw TarHeader.damaged("an extended header has a record of a wrong length");
            }
            String record = new String(content, blank + 1, length - (blank - at) - 2, StandardCharsets.UTF_8);
            int equals = record.indexOf('=');
            if (equals > 0) {
                result = result.with(record.substring(0, equals), record.substring(equals + 1));
            }
            at += length;
        }
        return result;
    }

    private TarExtension with(String keyword, String value) throws ExchangeException {
        return switch (keyword) {
            case "path" -> new TarExtension(Optional.of(value), link, size);
            case "linkpath" -> new TarExtension(name, Optional.of(value), size);
            case "size" -> {
                if (!value.matches("[0-9]{1,18}")) {
                    throw TarHeader.damaged("an extended header gives a size that is none");
                }
                yield new TarExtension(name, link, Optional.of(Long.valueOf(value)));
            }
            default -> this;
        };
    }
}
