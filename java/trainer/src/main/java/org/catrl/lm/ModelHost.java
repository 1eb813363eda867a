package org.catrl.lm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.catrl.compute.PagedRows;
import org.catrl.data.RandomStream;
import org.catrl.generate.Generator;
import org.catrl.lm.Scorer.Continuation;
import org.catrl.model.Decoder;
import org.catrl.model.MicroBatches;
import org.catrl.model.ModelConfig;
import org.catrl.model.PackedBatch;
import org.catrl.model.Transformer;
import org.catrl.model.Weights;
import org.catrl.text.Tokenizer;

/**
 * Weights with what runs them: a decoder that samples, and a transformer that scores and, for the policy, learns. All
 * its roles, and all hosts of one backend, belong to one thread at a time.
 *
 * <pre>{@code
 * try (ModelHost host = loaded.host()) {
 *     LanguageModel anchor = host.languageModel(RandomStream.ANCHOR);
 *     List<float[]> logProbs = host.logProbs(Continuation.of(group), 1, ModelHost.SCORING_ROWS);
 * }
 * }</pre>
 */
public final class ModelHost implements AutoCloseable {
    /** The rows of a scoring pass where no setting says otherwise. */
    public static final int SCORING_ROWS = 4096;
    private static final int FITS_ALWAYS = 4096;

    private record Row(int[] prompt, int[] completion, int[] fed) {
        static Row of(Continuation continuation) {
            return new Row(continuation.context(), continuation.tokens(),
                    PackedBatch.fed(continuation.context(), continuation.tokens()));
        }

        static int added(Row before, Row row) {
            return before == null ? row.fed.length : PackedBatch.addedRows(before.fed, row.fed);
        }
    }

    private final Decoder decoder;
    private final Transformer transformer;
    private final List<Integer> stopTokens;
    private final Tokenizer tokenizer;
    private final PromptEncoder encoder;
    private final ModelSettings settings;
    private final Map<RandomStream, LocalLanguageModel> roles = new EnumMap<>(RandomStream.class);

    /** A host whose weights stay the caller's. */
    ModelHost(Weights weights, Tokenizer tokenizer, PromptEncoder encoder, ModelSettings settings) {
        this.decoder = new Decoder(weights, settings.maxBatchRows(), blocks(weights, settings));
        this.transformer = transformer(weights, settings);
        this.tokenizer = tokenizer;
        this.encoder = encoder;
        this.settings = settings;
        this.stopTokens = EndTokens.of(weights.config(), tokenizer).all();
    }

    private Transformer transformer(Weights weights, ModelSettings settings) {
        try {
            return new Transformer(weights, settings.transformer());
        } catch (RuntimeException | Error e) {
            decoder.close();
            throw e;
        }
    }

    /**
     * The number of blocks of the cache: as many as the memory holds, but no more than full-length sequences in every
     * row could use. A sequence of {@value #FITS_ALWAYS} positions fits at least; longer contexts want memory that is
     * asked for.
     */
    public static int blocks(Weights weights, ModelSettings settings) {
        ModelConfig config = weights.config();
        long width = 2L * config.layers() * config.heads().keyValueWidth();
        long bytes = width * PagedRows.BLOCK * weights.storage().bytes();
        long useful = (blocksOf(config.maxPositions()) + 1) * (settings.maxBatchRows() + 1L);
        long least = blocksOf(Math.min(config.maxPositions(), FITS_ALWAYS)) + 1;
        return Math.toIntExact(Math.min(useful, Math.max(least, settings.cacheBytes() / bytes)));
    }

    private static long blocksOf(int positions) {
        return (positions + PagedRows.BLOCK - 1L) / PagedRows.BLOCK;
    }

    /** The transformer that scores and learns; no row of it is drawn. */
    public Transformer transformer() {
        return transformer;
    }

    /** These weights in a role, which draws from that role's stream; the same object whenever it is asked for. */
    public LocalLanguageModel languageModel(RandomStream stream) {
        return roles.computeIfAbsent(stream, role -> new LocalLanguageModel(
                new Generator(decoder, tokenizer::decode, role.seed(settings.seed())), tokenizer, encoder, stopTokens,
                Optional.of(scorer())));
    }

    private LocalLanguageModel.TokenScorer scorer() {
        return new LocalLanguageModel.TokenScorer() {
            @Override
            public List<float[]> logProbs(List<Continuation> continuations) {
                return ModelHost.this.logProbs(continuations, 1, SCORING_ROWS);
            }

            @Override
            public List<float[]> selfCertainty(List<Continuation> continuations) {
                return scores(continuations, SCORING_ROWS, (packed, all) -> transformer.selfCertainty(packed, 1, all));
            }
        };
    }

    /**
     * Log-probabilities of the tokens of each continuation, in order.
     *
     * @param mostRows most token rows of one pass; 0 = no limit
     */
    public List<float[]> logProbs(List<Continuation> continuations, double temperature, int mostRows) {
        return scores(continuations, mostRows, (packed, all) -> transformer.logProbs(packed, temperature, all, null));
    }

    private static List<float[]> scores(List<Continuation> continuations, int mostRows,
                                        BiConsumer<PackedBatch, float[]> pass) {
        List<float[]> scores = new ArrayList<>();
        for (List<Row> micro : MicroBatches.split(continuations.stream().map(Row::of).toList(), Row::added, mostRows)) {
            PackedBatch packed = PackedBatch.sharing(micro.stream().map(Row::prompt).toList(),
                    micro.stream().map(Row::completion).toList());
            float[] all = new float[packed.completionTokens()];
            pass.accept(packed, all);
            int from = 0;
            for (Row row : micro) {
                scores.add(Arrays.copyOfRange(all, from, from + row.completion.length));
                from += row.completion.length;
            }
        }
        return scores;
    }

    @Override
    public void close() {
        transformer.close();
        decoder.close();
    }
}
