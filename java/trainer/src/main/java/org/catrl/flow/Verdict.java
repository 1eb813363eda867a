package org.catrl.flow;

import java.util.Optional;

/**
 * What a judge says of one response and one criterion.
 *
 * @param met   whether it is met; empty = no verdict: the judge failed, timed out or did not say it plainly
 * @param reply the reply as it came, or why there is none
 * @param usage what was asked for it; nothing where an equal question got the same answer
 */
public record Verdict(Optional<Boolean> met, String reply, Usage usage) { }
