package org.catrl.model;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.model.SafetensorsWriter.Tensor;

/**
 * The tensors of an adapter under PEFT's names: a module's A [r, inputs] is some rows of its site's, its B [outputs, r]
 * some columns.
 */
record LoraTensors(LoraLayout layout, Backend backend) implements FlatTensors {
    /** The name of a matrix: base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight. */
    static String name(LoraLayout.Module module, char matrix) {
        String base = Layout.name(module.layer(), module.target().path());
        return "base_model.model." + base + ".lora_" + matrix + ".weight";
    }

    /** Where each matrix stands in the flat buffer of an adapter; a B with the columns of its site's other modules. */
    static List<Trainable.Slice> slices(LoraLayout layout) {
        return layout.modules().stream().flatMap(module -> Stream.of(
                new Trainable.Slice(name(module, 'A'), layout.offsetOfA(module), layout.lengthOfA(module)),
                new Trainable.Slice(name(module, 'B'), layout.offsetOfB(module), layout.lengthOfB(module)))).toList();
    }

    @Override
    public SortedMap<String, Tensor> in(Elements flat) {
        SortedMap<String, Tensor> tensors = new TreeMap<>();
        int rank = layout.settings().rank();
        for (LoraLayout.Module module : layout.modules()) {
            Elements wide = flat.slice(layout.offsetOfB(module), layout.lengthOfB(module));
            tensors.put(name(module, 'A'), new Tensor(new int[] {rank, module.pair().inputs()},
                    flat.slice(layout.offsetOfA(module), layout.lengthOfA(module))));
            tensors.put(name(module, 'B'), new Tensor(new int[] {module.outputs(), rank},
                    wide.columns(module.pair().rank(), module.firstRank(), rank)));
        }
        return tensors;
    }

    @Override
    public void read(SafetensorsFile file, UnaryOperator<String> stored, Buffer flat) throws IOException {
        for (LoraLayout.Module module : layout.modules()) {
            file.readFinite(stored.apply(name(module, 'A')),
                    flat.slice(layout.offsetOfA(module), layout.lengthOfA(module)), bytes -> { });
            readB(file, stored.apply(name(module, 'B')), flat, module);
        }
    }

    private void readB(SafetensorsFile file, String name, Buffer flat, LoraLayout.Module module) throws IOException {
        int rank = layout.settings().rank();
        try (Buffer b = backend.allocate(DType.F32, (long) module.outputs() * rank, "loading")) {
            file.readFinite(name, b, bytes -> { });
            Buffer rowsOfB = flat.slice(layout.offsetOfB(module), layout.lengthOfB(module));
            float[] merged = rowsOfB.floats();
            float[] read = b.floats();
            for (int row = 0; row < module.outputs(); row++) {
                System.arraycopy(read, row * rank, merged, row * module.pair().rank() + module.firstRank(), rank);
            }
            rowsOfB.put(merged);
        }
    }
}
