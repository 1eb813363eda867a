package org.catrl.data.arithmetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tokenizer in models/arithmetic: one id per character of everything the corpus writes. */
class ArithmeticTokenizerTest {
    private static final Path FILE = Path.of("../../models/arithmetic/tokenizer.json");

    @Test
    void everyCharacterIsOneIdAndComesBack() throws IOException {
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(FILE)) {
            Addition problem = new Addition(347, 58, 926);
            String text = problem.prompt() + problem.solution()
                    + Corpus.synthesisPrompt(List.of(problem.solution(), problem.solution()));
            long[] ids = tokenizer.encode(text, false, false).getIds();
            assertArrayEquals(text.chars().mapToLong(c -> "0123456789Q+=abcd#RS.".indexOf(c)).toArray(), ids);
            assertEquals(text, tokenizer.decode(ids, true));
        }
    }
}
