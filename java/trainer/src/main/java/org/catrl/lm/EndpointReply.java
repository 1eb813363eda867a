package org.catrl.lm;

import java.util.OptionalInt;
import org.catrl.generate.Finish;

/**
 * What an endpoint said.
 *
 * @param text   the completion
 * @param finish why it ended
 * @param tokens those of the text, as the endpoint counts them; empty where it does not
 */
record EndpointReply(String text, Finish finish, OptionalInt tokens) { }
