package org.catrl.text;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The process in which a tokenizer is tried. It reads a tokenizer.json and texts from its standard input, and says in a
 * line of its own what it is at before it begins: whatever ends it, the last of these lines tells where.
 */
final class TrialProcess {
    /** What a line about the trial begins with; others are of the library. */
    static final String MARK = "trial: ";
    static final String STARTED = "the start";
    static final String UNAVAILABLE = "the library is not available";
    /** The exit code of a tokenizer that was tried, and be it that the library refused it properly. */
    static final int TRIED = 0;
    /** The exit code of a tokenizer that loads, and then throws at a text. */
    static final int FAILED = 3;
    /** Ids that are decoded one by one are at most about as many. */
    private static final int SINGLE_IDS = 2000;
    /** Ids that are decoded with and without special tokens are at most as many. */
    private static final int SHORT = 1000;
    /** Rows of a model's head beyond its vocabulary, which sampling may draw. */
    private static final int PADDING = 512;

    private final PrintStream out;
    private final ai.djl.huggingface.tokenizers.HuggingFaceTokenizer library;

    private TrialProcess(PrintStream out, ai.djl.huggingface.tokenizers.HuggingFaceTokenizer library) {
        this.out = out;
        this.library = library;
    }

    /** Tries what the standard input holds, and exits. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        out.println(MARK + STARTED);
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        byte[] json = block(in);
        int tokens = in.readInt();
        Map<String, String> texts = new LinkedHashMap<>();
        for (int count = in.readInt(); count > 0; count--) {
            texts.put(new String(block(in), StandardCharsets.UTF_8), new String(block(in), StandardCharsets.UTF_8));
        }
        out.println(MARK + "loading");
        System.exit(run(out, json, tokens, texts));
    }

    /** Writes what {@link #main} reads. */
    static void write(DataOutputStream out, byte[] json, int tokens, Map<String, String> texts) throws IOException {
        write(out, json);
        out.writeInt(tokens);
        out.writeInt(texts.size());
        for (Map.Entry<String, String> text : texts.entrySet()) {
            write(out, text.getKey().getBytes(StandardCharsets.UTF_8));
            write(out, text.getValue().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void write(DataOutputStream out, byte[] block) throws IOException {
        out.writeInt(block.length);
        out.write(block);
    }

    private static byte[] block(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }

    private static int run(PrintStream out, byte[] json, int tokens, Map<String, String> texts) {
        ai.djl.huggingface.tokenizers.HuggingFaceTokenizer library;
        try {
            library = HuggingFaceTokenizer.library(json);
        } catch (LinkageError | ai.djl.engine.EngineException e) {
            out.println(MARK + UNAVAILABLE);
            return FAILED;
        } catch (IOException | RuntimeException e) {
            return TRIED;
        }
        try {
            new TrialProcess(out, library).run(tokens, texts);
            return TRIED;
        } catch (RuntimeException e) {
            out.println(e.getMessage());
            return FAILED;
        }
    }

    private void run(int tokens, Map<String, String> texts) {
        texts.forEach((kind, text) -> encode(kind, text, false));
        encode("a word, with special tokens", "word", true);
        encode("no text, with special tokens", "", true);
        decode("every token", LongStream.range(0, tokens).toArray());
        out.println(MARK + "decoding single tokens");
        for (long id = 0, stride = 1 + tokens / SINGLE_IDS; id < tokens; id += stride) {
            library.decode(new long[] {id}, false);
        }
        decode("ids beyond the vocabulary", LongStream.range(tokens, tokens + PADDING).toArray());
        decode("no ids", new long[0]);
    }

    private void encode(String kind, String text, boolean special) {
        out.println(MARK + "encoding " + kind);
        decode(kind, library.encode(text, special, false).getIds());
    }

    private void decode(String kind, long[] ids) {
        out.println(MARK + "decoding " + kind);
        library.decode(ids, false);
        if (ids.length <= SHORT) {
            library.decode(ids, true);
        }
    }
}
