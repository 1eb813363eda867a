package org.catrl.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.catrl.data.Prompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;

/**
 * The yardstick of a run: prompts without labels, each with the reference that was made of the initial policy's
 * rollouts. What policy and teacher later agree on does not move it.
 *
 * @param prompts    those with a reference
 * @param references one for each
 */
public record ProbeSet(List<Prompt> prompts, List<PseudoReference> references) {
    public ProbeSet {
        prompts = List.copyOf(prompts);
        references = List.copyOf(references);
        if (prompts.size() != references.size()) {
            throw new IllegalArgumentException("prompts are " + prompts.size() + " and references " + references.size()
                    + "; there must be one for each");
        }
    }

    /** The yardstick that groups of the initial policy give; those whose reference abstained are left out. */
    public static ProbeSet of(List<TaughtGroup> initial) {
        List<TaughtGroup> taught = initial.stream().filter(group -> group.reference().abstained().isEmpty()).toList();
        return new ProbeSet(taught.stream().map(group -> group.group().prompt()).toList(),
                taught.stream().map(TaughtGroup::reference).toList());
    }

    /**
     * Rollouts of the policy as it is now, held against the references of step 0.
     *
     * @param groups one for each prompt, in order
     */
    public List<TaughtGroup> hold(List<SampledGroup> groups) {
        return IntStream.range(0, groups.size()).mapToObj(i -> new TaughtGroup(groups.get(i), references.get(i)))
                .toList();
    }

    /** The references by the ids of their prompts, for the state of a checkpoint. */
    public JsonNode state() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < prompts.size(); i++) {
            PseudoReference reference = references.get(i);
            ObjectNode node = all.addObject().put("prompt", prompts.get(i).id()).put("text", reference.text())
                    .put("source", reference.source()).put("rollouts", reference.weights().size());
            reference.answer().ifPresent(answer -> node.put("answer", answer));
        }
        return all;
    }

    /**
     * The set that {@link #state} came from.
     *
     * @param prompts among which its prompts are
     * @throws IOException when a prompt is not among them: the data is another one
     */
    public static ProbeSet restored(JsonNode state, List<Prompt> prompts) throws IOException {
        Map<Integer, Prompt> byId = new HashMap<>();
        prompts.forEach(prompt -> byId.put(prompt.id(), prompt));
        List<Prompt> kept = new ArrayList<>();
        List<PseudoReference> references = new ArrayList<>();
        for (JsonNode node : state) {
            Prompt prompt = byId.get(node.path("prompt").asInt());
            if (prompt == null) {
                throw new IOException("the guard's prompt " + node.path("prompt") + " is not in the data; go on with "
                        + "the data and the watch settings that the run began with");
            }
            kept.add(prompt);
            references.add(reference(node));
        }
        return new ProbeSet(kept, references);
    }

    private static PseudoReference reference(JsonNode node) {
        return new PseudoReference(node.path("text").asText(), Optional.ofNullable(node.get("answer"))
                .map(JsonNode::asText), node.path("source").asText(),
                Collections.nCopies(node.path("rollouts").asInt(), 0.0), 1, Optional.empty());
    }
}
