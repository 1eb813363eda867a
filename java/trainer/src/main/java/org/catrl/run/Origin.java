package org.catrl.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.catrl.data.DataException;
import org.catrl.data.Example;
import org.catrl.data.Prompt;
import org.catrl.lm.ModelFiles;
import org.catrl.model.ModelFormatException;
import org.catrl.text.Sha256;

/**
 * What a run began with, by SHA-256: the weights, the files beside them (tokenizer, chat template, configuration), and
 * the prompts. A run that is gone on with must find the same.
 *
 * @param sha256 by name: "weights", "all_prompts" (those of evaluations too), and the files' names
 */
record Origin(Map<String, String> sha256) {
    static final String WEIGHTS = "weights";
    static final String PROMPTS = "all_prompts";

    /**
     * The origin of a run.
     *
     * @param model   the folder of the initial weights
     * @param weights their SHA-256
     * @param texts   all that is asked or learned, see {@link #texts} and {@link #lessons}
     * @throws ModelFormatException naming a file that cannot be read
     */
    static Origin of(Path model, String weights, Stream<String> texts) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(WEIGHTS, weights);
        all.put(PROMPTS, sha256(texts));
        all.putAll(ModelFiles.sha256(model));
        return new Origin(all);
    }

    /** The texts of prompts. */
    static Stream<String> texts(Stream<Prompt> prompts) {
        return prompts.map(prompt -> prompt.id() + " " + prompt.text() + prompt.turns());
    }

    /** The texts of supervised examples. */
    static Stream<String> lessons(Stream<Example> examples) {
        return examples.map(example -> example.prompt() + example.turns() + example.completion());
    }

    /** The SHA-256 of texts in their order, each behind its length. */
    static String sha256(Stream<String> texts) {
        MessageDigest digest = Sha256.digest();
        texts.forEach(text -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + " ").getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
        });
        return Sha256.text(digest.digest());
    }

    /**
     * A check that what is there now is what the run began with.
     *
     * @param began the origin in the run's checkpoint
     * @param model the folder of the initial weights
     * @throws ModelFormatException when the model has changed, naming what of it
     * @throws DataException        when the prompts have
     */
    void requireSame(Origin began, Path model, Path run) throws IOException {
        Set<String> names = new TreeSet<>(began.sha256.keySet());
        names.addAll(sha256.keySet());
        for (String name : names) {
            String now = sha256.getOrDefault(name, "not there");
            String then = began.sha256.getOrDefault(name, "not there");
            if (!now.equals(then)) {
                throw changed(name, model, " (SHA-256 now: " + now + ", then: " + then + "), and with others it would "
                        + "not be the same run; bring them back, or start a new run", run);
            }
        }
    }

    private static IOException changed(String name, Path model, String advice, Path run) {
        if (name.equals(PROMPTS)) {
            throw new DataException("the prompts are not those that the run in " + run + " began with" + advice);
        }
        boolean file = !name.equals(WEIGHTS);
        return new ModelFormatException(file ? model.resolve(name) : model, (file ? "is not" : "its weights are not")
                + " what the run in " + run + " began with" + advice);
    }
}
