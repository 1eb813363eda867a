package org.catrl.text;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Tokenizers tried for the sake of a test, of which nothing is kept in the user's cache. */
public final class UntrustedTokenizer {
    private UntrustedTokenizer() { }

    public static HuggingFaceTokenizer load(Path folder) throws IOException {
        return HuggingFaceTokenizer.load(folder, new TokenizerTrial(Optional.empty(), Set.of(),
                Duration.ofSeconds(60)));
    }
}
