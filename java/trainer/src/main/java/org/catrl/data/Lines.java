package org.catrl.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/**
 * The lines of a file of UTF-8 text, one at a time: with or without a byte order mark, ended by \n or \r\n. A line that
 * no row of data has the length of, or that is not UTF-8, is an error that names it.
 */
final class Lines {
    /** The longest line in bytes: a conversation of millions of words. */
    static final int LONGEST = 16 << 20;
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final Path file;
    private int number;

    private Lines(Path file) {
        this.file = file;
    }

    /**
     * Reads a file to its end.
     *
     * @param reader hears every line with its place, "FILE, line 7"
     * @throws DataException naming the file, and the line where there is one
     */
    static void read(Path file, BiConsumer<String, String> reader) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new DataException(file + ": cannot be read: it is " + (Files.isDirectory(file) ? "a folder"
                    : "no regular file"));
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            new Lines(file).read(in, reader);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + JsonLines.reason(e), e);
        }
    }

    private void read(InputStream in, BiConsumer<String, String> reader) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                end(line, reader);
            } else if (line.size() == LONGEST) {
                throw new DataException(file + ", line " + (number + 1) + ": is longer than " + LONGEST
                        + " bytes; write one JSON object a line");
            } else {
                line.write(next);
            }
        }
        if (line.size() > 0) {
            end(line, reader);
        }
    }

    private void end(ByteArrayOutputStream line, BiConsumer<String, String> reader) {
        String where = file + ", line " + ++number;
        String text = text(line.toByteArray(), where);
        line.reset();
        int from = number == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
        reader.accept(text.substring(from, text.endsWith("\r") ? text.length() - 1 : text.length()), where);
    }

    private static String text(byte[] bytes, String where) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new DataException(where + ": it is not UTF-8", e);
        }
    }
}
