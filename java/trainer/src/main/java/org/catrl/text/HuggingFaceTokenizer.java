package org.catrl.text;

import ai.djl.engine.EngineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import org.catrl.folder.FolderFiles;

/**
 * The tokenizer.json of a Hugging Face folder, run by Hugging Face's own Rust library inside this process. Thread-safe;
 * the native memory is freed by {@link #close}.
 */
public final class HuggingFaceTokenizer implements Tokenizer, AutoCloseable {
    /** The way to the files of a folder that say how text becomes tokens. */
    static final FolderFiles FILES = new FolderFiles(TokenizerException::new);
    private static final String NAME = "tokenizer.json";
    /** The most characters that are encoded at once; a context of half a million tokens has fewer. */
    static final int LONGEST_TEXT = 2_000_000;
    /** The library truncates to 512 tokens and pads unless told not to. */
    private static final Map<String, String> OPTIONS =
            Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

    private final ai.djl.huggingface.tokenizers.HuggingFaceTokenizer library;
    private final Vocabulary vocabulary;
    private final SpecialTokens special;

    private HuggingFaceTokenizer(ai.djl.huggingface.tokenizers.HuggingFaceTokenizer library, Vocabulary vocabulary,
                                 SpecialTokens special) {
        this.library = library;
        this.vocabulary = vocabulary;
        this.special = special;
    }

    /**
     * Reads a folder's tokenizer.json. Nothing is downloaded. A tokenizer that is new to this user is first tried in a
     * process of its own, as the library can end the process that it runs in.
     *
     * @param folder a model folder of Hugging Face's layout
     * @throws TokenizerException when the file is missing, malformed, of a kind the library does not know, or one that
     *                            the library dies of
     */
    public static HuggingFaceTokenizer load(Path folder) throws IOException {
        return load(folder, TokenizerTrial.ofThisUser());
    }

    static HuggingFaceTokenizer load(Path folder, TokenizerTrial trial) throws IOException {
        Path file = folder.resolve(NAME);
        if (!FolderFiles.has(file)) {
            throw new TokenizerException(file, "there is no such file; a model folder must have it", null);
        }
        byte[] json = FILES.read(file);
        Vocabulary vocabulary = trial.require(file, json);
        SpecialTokens special = SpecialTokens.read(folder);
        try {
            return new HuggingFaceTokenizer(library(json), vocabulary, special);
        } catch (EngineException | UnsatisfiedLinkError e) {
            throw new TokenizerException(file, "the native tokenizers library cannot be loaded: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new TokenizerException(file, "is not a tokenizer that can be used: " + e.getMessage(), e);
        }
    }

    /** The library's tokenizer of a JSON, the texts neither cut nor padded. */
    static ai.djl.huggingface.tokenizers.HuggingFaceTokenizer library(byte[] json) throws IOException {
        stayOffline();
        return ai.djl.huggingface.tokenizers.HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS);
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
        if (text.length() > LONGEST_TEXT) {
            throw new TextTooLongException(text, LONGEST_TEXT);
        }
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
        return vocabulary.size();
    }

    @Override
    public OptionalInt endToken() {
        return special.get("eos_token").stream().mapToInt(this::id).filter(id -> id >= 0).findFirst();
    }

    @Override
    public int id(String token) {
        return vocabulary.id(token);
    }

    @Override
    public void close() {
        library.close();
    }
}
