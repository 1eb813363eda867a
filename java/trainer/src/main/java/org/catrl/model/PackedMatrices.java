package org.catrl.model;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/**
 * The backend's own form of matrices that {@link Backend#linear} multiplies by, in one buffer; a backend that needs no
 * form of its own is handed each matrix as it is, and no memory is taken.
 */
final class PackedMatrices implements AutoCloseable {
    /**
     * A matrix to pack.
     *
     * @param weight storage[rows, columns]
     */
    record Matrix(Buffer weight, int rows, int columns) { }

    private final Backend backend;
    private final List<Matrix> matrices;
    private final List<Buffer> packed = new ArrayList<>();
    private final Buffer memory;

    PackedMatrices(Backend backend, List<Matrix> matrices, DType type, String owner) {
        this.backend = backend;
        this.matrices = List.copyOf(matrices);
        long total = matrices.stream().mapToLong(this::length).sum();
        memory = total == 0 ? null : backend.allocate(type, total, owner);
        long offset = 0;
        for (Matrix matrix : matrices) {
            long length = length(matrix);
            packed.add(length == 0 ? matrix.weight() : memory.slice(offset, length));
            offset += length;
        }
    }

    private long length(Matrix matrix) {
        return backend.packedLength(matrix.rows(), matrix.columns());
    }

    /** The packed form of the i-th matrix, or the matrix where the backend needs none. */
    Buffer get(int i) {
        return packed.get(i);
    }

    /** Packs every matrix again that is packed. */
    void refresh() {
        for (int i = 0; i < matrices.size(); i++) {
            Matrix matrix = matrices.get(i);
            if (length(matrix) > 0) {
                backend.pack(packed.get(i), matrix.weight(), matrix.rows(), matrix.columns());
            }
        }
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
