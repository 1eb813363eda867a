package org.catrl.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The arithmetic task's tokenizer, with a start token that it adds and an end token that it names. */
final class TinyTokenizer {
    static final int BOS = 23;
    static final String BOS_TEXT = "<reserved_0>";
    static final int EOS = 24;
    static final String EOS_TEXT = "<reserved_1>";
    static final int TURN_END = 25;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEMPLATE = BOS_TEXT + "{% for m in messages %}{% if m.role == 'assistant' %}"
            + "R{{ m.content }}<reserved_2>+{% else %}{{ 'Q' if m.role == 'user' else 'S' }}{{ m.content }}{% endif %}"
            + "{% endfor %}{% if add_generation_prompt %}R{% endif %}";

    private TinyTokenizer() { }

    /** Lets the tokenizer of a folder add its start token, and name its end token. */
    static void withBoundaries(Path folder) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        ObjectNode tokenizer = (ObjectNode) JSON.readTree(file.toFile());
        JsonNode processor = JSON.readTree("""
                {"type": "TemplateProcessing",
                 "single": [{"SpecialToken": {"id": "%1$s", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                 "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                 "special_tokens": {"%1$s": {"id": "%1$s", "ids": [%2$d], "tokens": ["%1$s"]}}}
                """.formatted(BOS_TEXT, BOS));
        tokenizer.set("post_processor", processor);
        JSON.writeValue(file.toFile(), tokenizer);
        Files.writeString(folder.resolve("tokenizer_config.json"),
                "{\"bos_token\": \"" + BOS_TEXT + "\", \"eos_token\": \"" + EOS_TEXT + "\"}");
    }

    /** A chat template whose turns end in a token of their own and a mark behind it. */
    static void withTemplate(Path folder) throws IOException {
        Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
        Files.writeString(folder.resolve("generation_config.json"),
                "{\"eos_token_id\": [" + TinyModel.END + ", " + TURN_END + "]}");
    }
}
