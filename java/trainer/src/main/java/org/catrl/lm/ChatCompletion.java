package org.catrl.lm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.catrl.generate.Finish;

/** The JSON that an OpenAI-compatible endpoint replies with. Nothing in it is trusted. */
final class ChatCompletion {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    private ChatCompletion() { }

    /**
     * The completion that a body holds.
     *
     * @throws IOException saying why it holds none
     */
    static EndpointReply read(byte[] body) throws IOException {
        JsonNode root = tree(body);
        JsonNode choice = root.path("choices").path(0);
        if (!choice.path("message").isObject()) {
            throw new IOException("it has no choices[0].message: " + error(body));
        }
        String finish = choice.path("finish_reason").asText("");
        return new EndpointReply(text(choice.path("message"), finish),
                finish.equals("length") ? Finish.LENGTH : Finish.STOP_TOKEN,
                count(root.path("usage").path("completion_tokens")));
    }

    /** What the endpoint itself says of an error: the message of its JSON, else its body as it is. */
    static String error(byte[] body) {
        try {
            JsonNode root = tree(body);
            return Stream.of(root.at("/error/message"), root.path("error"), root.path("message"), root.path("detail"))
                    .filter(JsonNode::isTextual).map(JsonNode::textValue).findFirst().orElseGet(root::toString);
        } catch (IOException e) {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private static JsonNode tree(byte[] body) throws IOException {
        try {
            JsonNode root = JSON.readTree(body);
            return root == null ? JSON.missingNode() : root;
        } catch (JsonProcessingException e) {
            throw new IOException("it is not JSON (" + e.getOriginalMessage() + "): "
                    + new String(body, StandardCharsets.UTF_8), e);
        }
    }

    /** The text of a message: one, or that of its parts. A model that spent all its tokens on reasoning has none. */
    private static String text(JsonNode message, String finish) throws IOException {
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            return content.textValue();
        }
        if (content.isArray() && !content.isEmpty() && parts(content).allMatch(JsonNode::isTextual)) {
            return parts(content).map(JsonNode::textValue).collect(Collectors.joining());
        }
        throw new IOException("its message holds no text (finish_reason " + finish + "): " + message);
    }

    private static Stream<JsonNode> parts(JsonNode content) {
        return StreamSupport.stream(content.spliterator(), false).map(part -> part.path("text"));
    }

    private static OptionalInt count(JsonNode tokens) {
        return tokens.isIntegralNumber() && tokens.canConvertToInt() ? OptionalInt.of(tokens.intValue())
                : OptionalInt.empty();
    }
}
