package org.catrl.model;

import java.io.IOException;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import org.catrl.compute.Buffer;

/** The named tensors of what learns, as files hold them, all of which stand in one flat buffer. */
interface FlatTensors {
    /** The tensors by their names in files, each with its part of elements that are laid out as the flat buffer. */
    SortedMap<String, SafetensorsWriter.Tensor> in(Elements flat);

    /**
     * Reads every tensor to its place in a buffer that is laid out as the flat one.
     *
     * @param stored the name in this file of the tensor of a name; its shape has been checked
     * @throws ModelFormatException when an element is not finite
     */
    void read(SafetensorsFile file, UnaryOperator<String> stored, Buffer flat) throws IOException;
}
