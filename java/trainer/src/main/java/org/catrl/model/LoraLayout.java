package org.catrl.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.catrl.compute.Buffer;

/**
 * Where an adapter's matrices stand in its flat buffer. The modules of a {@link LinearSite} that are targeted share two
 * matrices: the rows of their A one below the other, A[R, k], and their B along the diagonal of B[n, R], so that each
 * is one product whatever is targeted. What is beside the diagonal stays 0.
 */
final class LoraLayout {
    private static final int ALIGNMENT = 16;

    /**
     * The two matrices of a site.
     *
     * @param index   among the pairs there are, from 0
     * @param offset  where A begins; B follows
     * @param rank    R, the rank times the number of modules targeted
     * @param inputs  k, inputs of the product
     * @param outputs n, outputs of the product
     */
    record Pair(int index, long offset, int rank, int inputs, int outputs) {
        /** The matrix A[R, k] in a buffer laid out so. */
        Buffer a(Buffer flat) {
            return flat.slice(offset, (long) rank * inputs);
        }

        /** The matrix B[n, R] in a buffer laid out so. */
        Buffer b(Buffer flat) {
            return flat.slice(bOffset(), (long) outputs * rank);
        }

        long bOffset() {
            return aligned(offset + (long) rank * inputs);
        }

        private long end() {
            return aligned(bOffset() + (long) outputs * rank);
        }
    }

    /**
     * One module's part of its pair.
     *
     * @param layer     its layer, from 0
     * @param pair      the matrices that it has a part of
     * @param target    which module it is
     * @param firstRank its first row of A and its first column of B
     * @param firstRow  its first row of B
     * @param outputs   how many rows of B it has
     */
    record Module(int layer, Pair pair, LoraTarget target, int firstRank, int firstRow, int outputs) { }

    private final ModelConfig config;
    private final LoraSettings settings;
    private final List<Pair> pairs = new ArrayList<>();
    private final List<Module> modules = new ArrayList<>();
    private int count;
    private long length;

    LoraLayout(ModelConfig config, LoraSettings settings) {
        this.config = config;
        this.settings = settings;
        for (int layer = 0; layer < config.layers(); layer++) {
            for (LinearSite site : LinearSite.values()) {
                place(layer, site);
            }
        }
    }

    private void place(int layer, LinearSite site) {
        Pair pair = rank(site) == 0 ? null
                : new Pair(count, length, rank(site), site.inputs(config), site.outputs(config));
        pairs.add(pair);
        if (pair == null) {
            return;
        }
        count++;
        length = pair.end();
        int firstRank = 0;
        int firstRow = 0;
        for (LoraTarget module : site.modules()) {
            if (settings.targets().contains(module)) {
                modules.add(new Module(layer, pair, module, firstRank, firstRow, module.outputs(config)));
                firstRank += settings.rank();
            }
            firstRow += module.outputs(config);
        }
    }

    private static long aligned(long offset) {
        return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Where a module's rows of A begin in the flat buffer. */
    long offsetOfA(Module module) {
        return module.pair().offset() + (long) module.firstRank() * module.pair().inputs();
    }

    /** How many elements a module's rows of A have. */
    long lengthOfA(Module module) {
        return (long) settings.rank() * module.pair().inputs();
    }

    /** Where the rows of B begin in which a module's B is some of the columns. */
    long offsetOfB(Module module) {
        return module.pair().bOffset() + (long) module.firstRow() * module.pair().rank();
    }

    /** How many elements these rows have. */
    long lengthOfB(Module module) {
        return (long) module.outputs() * module.pair().rank();
    }

    ModelConfig config() {
        return config;
    }

    LoraSettings settings() {
        return settings;
    }

    /** How many elements the flat buffer has. */
    long length() {
        return length;
    }

    /** The matrices of a layer's product; null where nothing of it is targeted. */
    Pair pair(int layer, LinearSite site) {
        return pairs.get(layer * LinearSite.values().length + site.ordinal());
    }

    /** The targeted modules, layer by layer. */
    List<Module> modules() {
        return modules;
    }

    /** The rank R of a site, the same in every layer; 0 where nothing is targeted. */
    int rank(LinearSite site) {
        return settings.rank() * (int) site.modules().stream().filter(settings.targets()::contains).count();
    }

    /** The largest rank R of a site. */
    int widest() {
        return Arrays.stream(LinearSite.values()).mapToInt(this::rank).max().orElse(0);
    }
}
