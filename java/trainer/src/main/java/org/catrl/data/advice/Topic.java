package org.catrl.data.advice;

import java.util.List;

/**
 * What can be the matter with a plant. All texts are lower-case words between single spaces.
 *
 * @param id      its place among {@link Topics#ALL}
 * @param concern what advice calls it
 * @param facts   how a situation may state it
 * @param right   ways to say the one right advice
 * @param wrong   what must not be done
 */
public record Topic(int id, String concern, List<String> facts, List<String> right, String wrong) {
    public Topic {
        facts = List.copyOf(facts);
        right = List.copyOf(right);
    }
}
