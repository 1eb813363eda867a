package org.catrl.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a tokenizer.json goes through before the library reads it in this process: its rules, and a trial of the library
 * with many texts in a process of its own, whose death does no harm. What passed is remembered by its SHA-256, in this
 * process and in the user's cache folder; where that cannot be written, the next process tries again.
 *
 * @param cache    the folder of what passed; empty = it is remembered in this process alone
 * @param trusted  SHA-256 of files that are taken as they are
 * @param deadline the longest that the process may take, on a machine that has other work too
 */
record TokenizerTrial(Optional<Path> cache, Set<String> trusted, Duration deadline) {
    /** The environment variable that names what the user trusts. */
    static final String TRUSTED = "CATRL_TRUSTED_TOKENIZERS";
    /** Changes when more is asked of a tokenizer than before. */
    private static final String ASKED = "1";
    private static final String LIBRARY = "/native/lib/tokenizers.properties";
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final System.Logger LOG = System.getLogger(TokenizerTrial.class.getName());
    /** A memo, not a state: that a content passed stays true. */
    private static final Set<String> PASSED = ConcurrentHashMap.newKeySet();

    /** The trial as this user's environment has it. */
    static TokenizerTrial ofThisUser() {
        String trusted = System.getenv().getOrDefault(TRUSTED, "");
        return new TokenizerTrial(cacheFolder(), new HashSet<>(Arrays.asList(trusted.split("[,\\s]+"))), DEADLINE);
    }

    private static Optional<Path> cacheFolder() {
        String given = System.getenv("XDG_CACHE_HOME");
        String home = System.getProperty("user.home", "");
        if (given != null && given.startsWith("/")) {
            return Optional.of(Path.of(given, "catrl", "tokenizers"));
        }
        return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home, ".cache", "catrl", "tokenizers"));
    }

    /**
     * The vocabulary of a tokenizer.json that the library may read here.
     *
     * @throws TokenizerException saying what is wrong with the file, or how the library died of it
     */
    Vocabulary require(Path file, byte[] json) throws IOException {
        JsonNode tree = HuggingFaceTokenizer.FILES.tree(file, json);
        Vocabulary vocabulary = Vocabulary.of(file, tree);
        String sha256 = sha256(json);
        if (!trusted.contains(sha256)) {
            TokenizerRules.check(file, tree, vocabulary);
            if (!passed(sha256)) {
                tryOut(file, json, vocabulary.size(), TrialTexts.of(tree));
            }
        }
        return vocabulary;
    }

    /** Tries a file in a process of its own, and remembers it when it passes. @param tokens how many it has */
    void tryOut(Path file, byte[] json, int tokens, Map<String, String> texts) throws IOException {
        TrialRun run = TrialRun.of(json, tokens, texts, deadline);
        if (run.passed()) {
            remember(sha256(json));
        } else if (run.impossible()) {
            LOG.log(Level.WARNING, "{0} is used untried, as no process for the trial could be started: {1}", file,
                    run.words());
        } else {
            throw new TokenizerException(file, "cannot be used: the tokenizers library " + run.end()
                    + ". This was tried in a process of its own; to use the file all the same, set " + TRUSTED + "="
                    + sha256(json), null);
        }
    }

    private boolean passed(String sha256) throws IOException {
        return PASSED.contains(sha256) || cache.isPresent() && Files.exists(cache.get().resolve(name(sha256)));
    }

    private void remember(String sha256) {
        PASSED.add(sha256);
        try {
            if (cache.isPresent()) {
                Files.createDirectories(cache.get());
                Files.write(cache.get().resolve(name(sha256)), new byte[0]);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the next process tries the tokenizer again", e);
        }
    }

    /** The name under which a content is remembered: with what was asked of it, and of which library. */
    private static String name(String sha256) throws IOException {
        Properties library = new Properties();
        try (InputStream in = ai.djl.huggingface.tokenizers.HuggingFaceTokenizer.class.getResourceAsStream(LIBRARY)) {
            library.load(in == null ? InputStream.nullInputStream() : in);
        }
        return sha256 + "." + ASKED + "." + library.getProperty("version", "unknown");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
