package org.catrl.recipe;

import org.catrl.data.FieldMapping;
import org.catrl.data.HashSplit;
import org.catrl.setting.Default;
import org.catrl.setting.Inline;
import org.catrl.setting.Kinds;

/**
 * Where problems come from: a generator or files. The source may be left out where the other keys belong to one alone.
 *
 * <pre>{@code
 * data: {source: arithmetic, seed: 1}
 * data: {schema: math, train: math500.jsonl, split: {validation: 0.1, test: 0.1}}
 * }</pre>
 */
@Kinds(key = "source", followsFromKeys = true)
public sealed interface DataSource {
    /** What becomes of a prompt that is too long: the run does not begin, or it is left out and counted. */
    enum TooLong { ERROR, SKIP }

    /**
     * Sums of three numbers.
     *
     * @param seed the seed of the problems
     */
    record Arithmetic(@Default("0") long seed) implements DataSource { }

    /**
     * Situations of house plants that want advice.
     *
     * @param seed the seed of the problems
     */
    record Advice(@Default("0") long seed) implements DataSource {
        @Override
        public boolean byRubric() {
            return true;
        }
    }

    /**
     * Files of one JSON object a line.
     *
     * @param files   which
     * @param schema  how their rows are read
     * @param seed    the seed of the split
     * @param tooLong what becomes of a prompt that does not fit the model's context together with its completion
     */
    record Jsonl(@Inline FilesRecipe files, @Inline SchemaRecipe schema, @Default("0") long seed,
                 @Default("error") TooLong tooLong) implements DataSource {
        @Override
        public boolean skipsTooLong() {
            return tooLong == TooLong.SKIP;
        }

        @Override
        public boolean byRubric() {
            return schema.schema() == SchemaRecipe.Schema.HEALTHBENCH;
        }

        @Override
        public FieldMapping fields() {
            return schema.fields();
        }

        @Override
        public boolean hasHeldOutFile() {
            return files.heldOut() != null;
        }

        /** The split of the training file; everything is for training where the recipe splits nothing. */
        public HashSplit hashSplit() {
            return files.split() == null ? new HashSplit(seed, 0, 0)
                    : new HashSplit(seed, files.split().validation(), files.split().test());
        }
    }

    /** The seed of what is generated or split. */
    long seed();

    /** Whether gold answers are rubrics that responses are graded by. */
    default boolean byRubric() {
        return false;
    }

    /** Whether prompts that do not fit the context are left out. */
    default boolean skipsTooLong() {
        return false;
    }

    /** The mapping by which rows of a file are read. */
    default FieldMapping fields() {
        return FieldMapping.PLAIN;
    }

    /** Whether the recipe names a file of problems for the final measurement. */
    default boolean hasHeldOutFile() {
        return false;
    }
}
