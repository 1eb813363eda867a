package org.catrl.lm;

import org.catrl.generate.Finish;

/**
 * What an endpoint said.
 *
 * @param text   empty when it failed
 * @param tokens of the text, as the endpoint counts them; 0 where it does not
 */
public record EndpointReply(String text, Finish finish, int tokens) {
    static final EndpointReply NONE = new EndpointReply("", Finish.FAILED, 0);
}
