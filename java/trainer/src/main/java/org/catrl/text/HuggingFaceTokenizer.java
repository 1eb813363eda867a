package org.catrl.text;

import ai.djl.engine.EngineException;
import it.unimi.dsi.fastutil.objects.Object2IntMap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The tokenizer.json of a Hugging Face folder, run by Hugging Face's own Rust library inside this process. Thread-safe;
 * the native memory is freed by {@link #close}.
 */
public final class HuggingFaceTokenizer implements Tokenizer, AutoCloseable {
    private static final String NAME = "tokenizer.json";
    /** The library truncates to 512 tokens and pads unless told not to. */
    private static final Map<String, String> OPTIONS =
            Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

    private final ai.djl.huggingface.tokenizers.HuggingFaceTokenizer library;
    private final Object2IntMap<String> ids;
    private final int size;
    private final SpecialTokens special;

    private HuggingFaceTokenizer(ai.djl.huggingface.tokenizers.HuggingFaceTokenizer library,
                                 Object2IntMap<String> ids, SpecialTokens special) {
        this.library = library;
        this.ids = ids;
        this.special = special;
        this.size = 1 + ids.values().intStream().max().orElse(-1);
    }

    /**
     * Reads a folder's tokenizer.json. Nothing is downloaded.
     *
     * @param folder a model folder of Hugging Face's layout
     * @throws TokenizerException when the file is missing, malformed, or of a kind the library does not know
     */
    public static HuggingFaceTokenizer load(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        byte[] json = read(file);
        Object2IntMap<String> ids = Vocabulary.read(file, json);
        SpecialTokens special = SpecialTokens.read(folder);
        stayOffline();
        try {
            return new HuggingFaceTokenizer(ai.djl.huggingface.tokenizers.HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json), OPTIONS), ids, special);
        } catch (EngineException | UnsatisfiedLinkError e) {
            throw new TokenizerException(file, "the native tokenizers library cannot be loaded: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new TokenizerException(file, "is not a tokenizer that can be used: " + e.getMessage(), e);
        }
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new TokenizerException(file, "there is no such file; a model folder must have it", e);
        }
    }

    /** Keeps the library from fetching a GPU build and from reporting its use. What the user set wins. */
    private static void stayOffline() {
        if (System.getProperty("ai.djl.offline") == null) {
            System.setProperty("ai.djl.offline", "true");
        }
    }

    @Override
    public int[] encode(String text) {
        return encode(text, false);
    }

    @Override
    public int[] encodeWithSpecialTokens(String text) {
        return encode(text, true);
    }

    private int[] encode(String text, boolean special) {
        long[] encoded = library.encode(Utf8.wellFormed(text), special, false).getIds();
        return Arrays.stream(encoded).mapToInt(Math::toIntExact).toArray();
    }

    @Override
    public String decode(int[] tokens) {
        return decode(tokens, true);
    }

    @Override
    public String decodeWithSpecialTokens(int[] tokens) {
        return decode(tokens, false);
    }

    private String decode(int[] tokens, boolean skipSpecial) {
        return library.decode(Arrays.stream(tokens).asLongStream().toArray(), skipSpecial);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public OptionalInt endToken() {
        return special.get("eos_token").stream().mapToInt(this::id).filter(id -> id >= 0).findFirst();
    }

    @Override
    public int id(String token) {
        return ids.getInt(token);
    }

    @Override
    public void close() {
        library.close();
    }
}
