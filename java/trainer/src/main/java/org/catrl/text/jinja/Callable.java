package org.catrl.text.jinja;

import java.util.List;
import java.util.Map;

/** A value that can be called: a macro, a method of a value, a global function. */
@FunctionalInterface
interface Callable {
    /** The value of a call; the arguments, in order and by name, may be null, Python's None. */
    Object call(List<Object> inOrder, Map<String, Object> named);
}
