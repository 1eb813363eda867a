package org.catrl.compute;

import static org.bytedeco.cuda.global.cublas.*;
import static org.catrl.compute.NativeBuffer.address;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulPreferenceOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.catrl.kernels.Kernels;

/**
 * Products by cuBLASLt, accumulated in fp32. cuBLAS counts by columns: a row-major product c = a b is its c' = b' a'.
 *
 * <p>In exact mode one algorithm serves every number of rows of a weight, and none splits the sum over k: so a row's
 * bits depend neither on the other rows nor on how many there are.
 */
final class CublasProducts implements Products {
    static final String OWNER = "cublas workspace";
    static final long WORKSPACE_BYTES = 32 << 20;
    /** The version of CUDA 13: what the binding was made for. */
    private static final long MAJOR = CUBLAS_VER_MAJOR;
    private static final int MOST_PLANS = 1024;
    private static final int CANDIDATES = 16;
    /** The number of rows that exact mode asks algorithms for. */
    private static final int EXACT_ROWS = 128;
    private static final int WIDEST_ALIGNMENT = 16;
    private static final int CUDA_R_32F = 0;
    private static final int CUDA_R_16BF = 14;

    private final long context;
    private final boolean exact;
    private final Ledger ledger;
    private final cublasLtContext handle = new cublasLtContext();
    private final long workspace;
    private final CUstream_st stream;
    private final FloatPointer zero = new FloatPointer(0f);
    private final FloatPointer unit = new FloatPointer(1f);
    private final NativeArguments arguments = new NativeArguments();
    private final Map<Key, cublasLtMatmulAlgo_t> algorithms = new LinkedHashMap<>();
    private final Map<Key, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * A product c[m, n] = op(a) op(b), op = transpose where asked: a is [m, k] or, transposed, [k, m]; b is [k, n] or,
     * transposed, [n, k]. Matrices are row-major; a and b lie without gaps.
     *
     * @param storage the type of a and b
     * @param result  the type of c
     * @param stride  elements from one row of c to the next
     */
    private record Shape(DType storage, DType result, boolean transposeA, boolean transposeB, int m, int n, int k,
                         int stride) { }

    /** A shape, and the alignment in bytes that all of its matrices have. */
    private record Key(Shape shape, int alignment) { }

    /**
     * Products in a context.
     *
     * @param context that of the kernels: its memory and its stream are used
     * @param exact   whether one algorithm serves every number of rows
     * @param ledger  where the workspace is entered
     */
    CublasProducts(long context, boolean exact, Ledger ledger) {
        this.context = context;
        this.exact = exact;
        this.ledger = ledger;
        checkVersion();
        check(cublasLtCreate(handle), "cublasLtCreate");
        workspace = Kernels.allocate(context, WORKSPACE_BYTES);
        if (workspace == 0) {
            cublasLtDestroy(handle);
            throw new OutOfMemoryError(MemoryAdvice.outOfMemory(OWNER, WORKSPACE_BYTES, Kernels.free_bytes(context),
                    Kernels.total_bytes(context), ledger));
        }
        ledger.allocated(OWNER, WORKSPACE_BYTES);
        stream = new CUstream_st(new Address(Kernels.stream(context)));
    }

    /** Why cuBLAS cannot be used here; null when it can. Loads the library; nothing else of it is called. */
    static String whyNot() {
        try {
            checkVersion();
            return null;
        } catch (LinkageError | RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return cause.getMessage() + "; cuBLAS " + MAJOR + " comes with the CUDA " + MAJOR + " toolkit or with the "
                    + "nvidia-cublas package of Python: name its folder in LD_LIBRARY_PATH";
        }
    }

    private static void checkVersion() {
        long version = cublasLtGetVersion();
        if (version / 10_000 != MAJOR) {
            throw new BackendException("cuBLAS has version " + version + ", but this build is made for " + MAJOR
                    + ".x");
        }
    }

    @Override
    public String description() {
        long version = cublasLtGetVersion();
        return "cuBLAS " + version / 10_000 + "." + version / 100 % 100;
    }

    /** Products read the weight as it is. */
    @Override
    public long packedLength(int n, int k) {
        return 0;
    }

    @Override
    public void pack(Buffer packed, Buffer weight, int n, int k) { }

    @Override
    public void linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, LinearShape shape) {
        multiply(new Shape(x.type(), y.type(), false, true, shape.m(), shape.n(), shape.k(), shape.stride()), y, x,
                packed, addend);
        if (bias != null) {
            Kernels.add_bias(context, address(y), arguments.linear(y, x, packed, bias, addend, shape));
        }
    }

    @Override
    public void linearBackwardInput(Buffer dx, Buffer dy, Buffer weight, int m, int n, int k, boolean accumulate) {
        multiply(new Shape(dy.type(), dx.type(), false, false, m, k, n, k), dx, dy, weight, accumulate ? dx : null);
    }

    @Override
    public void linearBackwardWeight(Buffer dweight, Buffer dbias, Buffer dy, Buffer x, int m, int n, int k) {
        multiply(new Shape(dy.type(), DType.F32, true, false, n, k, m, k), dweight, dy, x, dweight);
        if (dbias != null) {
            Kernels.bias_backward(context, address(dbias), address(dy), arguments.product(dy.type(), m, n, k));
        }
    }

    /**
     * The product, where there is anything to multiply.
     *
     * @param addend an [m, n] of c's type that is added after the product; null = none; may be c itself
     */
    private void multiply(Shape shape, Buffer c, Buffer a, Buffer b, Buffer addend) {
        if (shape.m() > 0 && shape.k() > 0) {
            multiply(shape, address(c), address(a), address(b), address(addend));
        }
    }

    private void multiply(Shape shape, long c, long a, long b, long addend) {
        Key key = new Key(shape, alignment(c | a | b | addend));
        Plan plan = plans.computeIfAbsent(key, this::plan);
        long third = addend == 0 ? c : addend;
        check(cublasLtMatmul(handle, plan.operation, unit, new Address(b), plan.left, new Address(a), plan.right,
                addend == 0 ? zero : unit, new Address(third), plan.result, new Address(c), plan.result, plan.algorithm,
                new Address(workspace), WORKSPACE_BYTES, stream), "cublasLtMatmul of " + shape);
        if (plans.size() > MOST_PLANS) {
            Key eldest = plans.keySet().iterator().next();
            plans.remove(eldest).close();
        }
    }

    private static int alignment(long addresses) {
        return (int) Math.min(WIDEST_ALIGNMENT, Long.lowestOneBit(addresses | WIDEST_ALIGNMENT));
    }

    private Plan plan(Key key) {
        Plan plan = new Plan(key.shape());
        plan.algorithm = exact ? algorithms.computeIfAbsent(pinned(key), this::algorithm) : algorithm(plan, key);
        return plan;
    }

    /** The shape whose algorithm serves all shapes that differ from it in the number of rows only. */
    private static Key pinned(Key key) {
        Shape s = key.shape();
        Shape any = s.transposeA()
                ? new Shape(s.storage(), s.result(), true, s.transposeB(), s.m(), s.n(), EXACT_ROWS, s.stride())
                : new Shape(s.storage(), s.result(), false, s.transposeB(), EXACT_ROWS, s.n(), s.k(), s.stride());
        return new Key(any, key.alignment());
    }

    private cublasLtMatmulAlgo_t algorithm(Key key) {
        try (Plan plan = new Plan(key.shape())) {
            return algorithm(plan, key);
        }
    }

    /** cuBLAS's own first choice; in exact mode the first that does not split the sum. */
    private cublasLtMatmulAlgo_t algorithm(Plan plan, Key key) {
        PointerPointer<cublasLtMatmulPreferenceOpaque_t> made = new PointerPointer<>(1);
        check(cublasLtMatmulPreferenceCreate(made), "cublasLtMatmulPreferenceCreate");
        cublasLtMatmulPreferenceOpaque_t preference = made.get(cublasLtMatmulPreferenceOpaque_t.class, 0);
        try {
            prefer(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, new SizeTPointer(1).put(WORKSPACE_BYTES), 8);
            for (int attribute : new int[] {CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES,
                CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES,
                CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES}) {
                prefer(preference, attribute, new IntPointer(1).put(key.alignment()), Integer.BYTES);
            }
            if (exact) {
                prefer(preference, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
                        new IntPointer(1).put(CUBLASLT_REDUCTION_SCHEME_NONE), Integer.BYTES);
            }
            return choose(plan, preference);
        } finally {
            cublasLtMatmulPreferenceDestroy(preference);
        }
    }

    private static void prefer(cublasLtMatmulPreferenceOpaque_t preference, int attribute, Pointer value, long bytes) {
        check(cublasLtMatmulPreferenceSetAttribute(preference, attribute, value, bytes), "a preference for products");
    }

    private cublasLtMatmulAlgo_t choose(Plan plan, cublasLtMatmulPreferenceOpaque_t preference) {
        cublasLtMatmulHeuristicResult_t found = new cublasLtMatmulHeuristicResult_t(CANDIDATES);
        IntPointer count = new IntPointer(1).put(0);
        check(cublasLtMatmulAlgoGetHeuristic(handle, plan.operation, plan.left, plan.right, plan.result, plan.result,
                preference, CANDIDATES, found, count), "an algorithm for " + plan.shape);
        for (int i = 0; i < count.get(); i++) {
            cublasLtMatmulAlgo_t algorithm = found.getPointer(i).algo();
            if (!exact || splits(algorithm) <= 1) {
                return copy(algorithm);
            }
        }
        throw new BackendException("cuBLAS has no algorithm for " + plan.shape
                + (exact ? " that does not split the sum over k; open the backend without exact" : ""));
    }

    /** The algorithm in memory of its own: the list it was found in goes. */
    private static cublasLtMatmulAlgo_t copy(cublasLtMatmulAlgo_t algorithm) {
        cublasLtMatmulAlgo_t copy = new cublasLtMatmulAlgo_t();
        for (int i = 0; i < copy.sizeof() / Long.BYTES; i++) {
            copy.data(i, algorithm.data(i));
        }
        return copy;
    }

    private static int splits(cublasLtMatmulAlgo_t algorithm) {
        IntPointer splits = new IntPointer(1).put(0);
        check(cublasLtMatmulAlgoConfigGetAttribute(algorithm, CUBLASLT_ALGO_CONFIG_SPLITK_NUM, splits, Integer.BYTES,
                new SizeTPointer(1)), "an algorithm's number of splits");
        return splits.get();
    }

    /** What cublasLtMatmul is told of a shape. */
    private static final class Plan implements AutoCloseable {
        private final Shape shape;
        private final cublasLtMatmulDescOpaque_t operation;
        private final cublasLtMatrixLayoutOpaque_t left;
        private final cublasLtMatrixLayoutOpaque_t right;
        private final cublasLtMatrixLayoutOpaque_t result;
        private cublasLtMatmulAlgo_t algorithm;

        Plan(Shape shape) {
            this.shape = shape;
            operation = operation(shape);
            int storage = cudaType(shape.storage());
            left = layout(storage, shape.transposeB() ? shape.k() : shape.n(),
                    shape.transposeB() ? shape.n() : shape.k());
            right = layout(storage, shape.transposeA() ? shape.m() : shape.k(),
                    shape.transposeA() ? shape.k() : shape.m());
            result = layout(cudaType(shape.result()), shape.n(), shape.m(), shape.stride());
        }

        private static int cudaType(DType type) {
            return type == DType.BF16 ? CUDA_R_16BF : CUDA_R_32F;
        }

        private static cublasLtMatmulDescOpaque_t operation(Shape shape) {
            PointerPointer<cublasLtMatmulDescOpaque_t> made = new PointerPointer<>(1);
            check(cublasLtMatmulDescCreate(made, CUBLAS_COMPUTE_32F, CUDA_R_32F), "cublasLtMatmulDescCreate");
            cublasLtMatmulDescOpaque_t operation = made.get(cublasLtMatmulDescOpaque_t.class, 0);
            transpose(operation, CUBLASLT_MATMUL_DESC_TRANSA, shape.transposeB());
            transpose(operation, CUBLASLT_MATMUL_DESC_TRANSB, shape.transposeA());
            return operation;
        }

        private static void transpose(cublasLtMatmulDescOpaque_t operation, int which, boolean transposed) {
            IntPointer value = new IntPointer(1).put(transposed ? CUBLAS_OP_T : CUBLAS_OP_N);
            check(cublasLtMatmulDescSetAttribute(operation, which, value, Integer.BYTES), "a product's transposition");
        }

        /** A matrix without gaps. */
        private static cublasLtMatrixLayoutOpaque_t layout(int type, int rows, int columns) {
            return layout(type, rows, columns, rows);
        }

        /** A matrix by columns: the transpose of a row-major one of columns x rows, whose rows lie stride apart. */
        private static cublasLtMatrixLayoutOpaque_t layout(int type, int rows, int columns, int stride) {
            PointerPointer<cublasLtMatrixLayoutOpaque_t> made = new PointerPointer<>(1);
            check(cublasLtMatrixLayoutCreate(made, type, rows, columns, stride), "cublasLtMatrixLayoutCreate");
            return made.get(cublasLtMatrixLayoutOpaque_t.class, 0);
        }

        @Override
        public void close() {
            cublasLtMatrixLayoutDestroy(result);
            cublasLtMatrixLayoutDestroy(right);
            cublasLtMatrixLayoutDestroy(left);
            cublasLtMatmulDescDestroy(operation);
        }
    }

    /** Somebody else's memory. */
    private static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }

    private static void check(int status, String what) {
        if (status != 0) {
            throw new BackendException("cuBLAS: " + what + ": " + cublasLtGetStatusString(status).getString());
        }
    }

    @Override
    public void close() {
        plans.values().forEach(Plan::close);
        plans.clear();
        cublasLtDestroy(handle);
        Kernels.release(context, workspace);
        ledger.released(OWNER, WORKSPACE_BYTES);
    }
}
