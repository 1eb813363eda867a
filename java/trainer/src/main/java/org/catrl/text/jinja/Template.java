package org.catrl.text.jinja;

import java.time.Clock;
import java.util.List;
import java.util.Map;

/** A template, read once and rendered often; it keeps nothing between renderings. */
public final class Template {
    private final List<Node> nodes;

    private Template(List<Node> nodes) {
        this.nodes = nodes;
    }

    /** The template that a text is. @throws JinjaException naming the line of what is wrong */
    public static Template parse(String text) {
        return new Template(Parser.parse(text));
    }

    /**
     * The text that the template prints. What it costs is bounded: steps, characters, elements, depth.
     *
     * @param variables of null, Boolean, Number, String, List and Map
     * @param clock     what strftime_now reads
     * @throws JinjaException when the template refuses, cannot go on, or takes more than a rendering may
     */
    public String render(Map<String, ?> variables, Clock clock) {
        return render(variables, clock, new Work(Work.MOST));
    }

    /** The text, for no more than this work. */
    String render(Map<String, ?> variables, Clock clock, Work work) {
        Values values = new Values(work);
        Map<String, Object> globals = Globals.of(values, clock);
        variables.forEach((name, value) -> globals.put(name, values.imported(value)));
        return Interpreter.run(nodes, globals, values);
    }
}
