package org.catrl.text.jinja;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters that a filter, a test, a method or a function has.
 *
 * @param callee   what is called, for messages
 * @param names    the parameters, in order
 * @param required how many of them must be given
 * @param open     whether it takes any other arguments besides
 */
record Signature(String callee, List<String> names, int required, boolean open) {
    /** The signature that a line says, such as "replace old new count? ...": a ? may be left out, ... is open. */
    static Signature of(String line) {
        List<String> words = Arrays.asList(line.split(" "));
        boolean open = words.get(words.size() - 1).equals("...");
        List<String> parameters = words.subList(1, words.size() - (open ? 1 : 0));
        int required = (int) parameters.stream().filter(name -> !name.endsWith("?")).count();
        return new Signature(words.get(0), parameters.stream().map(name -> name.replace("?", "")).toList(), required,
                open);
    }

    /** The signatures that these lines say, by the first word of each. */
    static Map<String, Signature> table(String... lines) {
        Map<String, Signature> table = new HashMap<>();
        for (String line : lines) {
            Signature signature = of(line);
            table.put(signature.callee(), signature);
        }
        return table;
    }

    /** The arguments of a call by these parameters. @throws JinjaException where they do not fit */
    Arguments bind(List<Object> inOrder, Map<String, Object> named) {
        Map<String, Object> byName = new HashMap<>(named);
        int placed = Math.min(inOrder.size(), names.size());
        for (int i = 0; i < placed; i++) {
            if (named.containsKey(names.get(i))) {
                throw new JinjaException(callee + " was given " + names.get(i) + " twice");
            }
            byName.put(names.get(i), inOrder.get(i));
        }
        List<Object> others = inOrder.subList(placed, inOrder.size());
        if (!open) {
            refuseOthers(others.size(), byName);
        }
        for (String name : names.subList(0, required)) {
            if (!byName.containsKey(name)) {
                throw new JinjaException(callee + " needs " + name);
            }
        }
        return new Arguments(callee, byName, others);
    }

    private void refuseOthers(int count, Map<String, Object> byName) {
        if (count > 0) {
            throw new JinjaException(callee + " takes at most " + names.size() + " arguments, not "
                    + (names.size() + count));
        }
        for (String name : byName.keySet()) {
            if (!names.contains(name)) {
                throw new JinjaException(callee + " has no parameter " + name);
            }
        }
    }
}
