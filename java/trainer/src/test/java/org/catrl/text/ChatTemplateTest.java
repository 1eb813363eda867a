package org.catrl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-03T09:05:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    @Test
    void everyGivenConversationIsWrittenAsTransformersWritesIt() throws IOException {
        for (JsonNode row : OutsideCases.lines("tokenizers/chat_template_cases.given.jsonl")) {
            String file = "../../../shared/data/tokenizers/chat_templates/" + row.get("template").asText() + ".jinja";
            assertRendered(row.get("id").asText(), Files.readString(Path.of(file)), row, variables(row.get("options")),
                    row.get("expected"), row.get("raises"));
        }
    }

    @Test
    void theTemplatesOfManyModels() throws IOException {
        for (JsonNode row : OutsideCases.lines("tokenizers/chat_template_llamacpp_30.jsonl")) {
            assertRendered(row.get("name").asText(), row.get("template").asText(), row,
                    Map.of("add_generation_prompt", row.get("add_generation_prompt").asBoolean()),
                    row.get("expected_hf_jinja"), row.get("hf_raises"));
        }
    }

    private static void assertRendered(String name, String text, JsonNode row, Map<String, Object> variables,
                                       JsonNode expected, JsonNode raises) {
        Map<String, String> special = Map.of("bos_token", row.get("bos_token").asText(""),
                "eos_token", row.get("eos_token").asText(""));
        ChatTemplate template = ChatTemplate.of(name, text, special, CLOCK);
        List<Map<String, Object>> messages = JSON.convertValue(row.get("messages"), new TypeReference<>() { });
        if (raises != null && !raises.isNull()) {
            String message = assertThrows(ChatTemplateException.class, () -> template.render(messages, variables), name)
                    .getMessage();
            assertTrue(message.contains("its chat template fails") || message.endsWith(raises.asText()),
                    name + message);
        } else {
            assertEquals(expected.asText(), template.render(messages, variables), name);
        }
    }

    private static Map<String, Object> variables(JsonNode options) {
        return JSON.convertValue(options, new TypeReference<HashMap<String, Object>>() { });
    }

    @Test
    void aFolderHasItsTemplateInEitherPlace() throws IOException {
        assertTrue(ChatTemplate.load(folder).isEmpty());
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"bos_token\": {\"content\": \"<s>\"}, "
                + "\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"no\"}, "
                + "{\"name\": \"default\", \"template\": "
                + "\"{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }}\\n{% endfor %}"
                + "{% if add_generation_prompt %}assistant:{% endif %}\"}]}");
        List<ChatMessage> messages = List.of(ChatMessage.system("be brief"), ChatMessage.user("hello"),
                ChatMessage.assistant("hi"));
        assertEquals("<s>system: be brief\nuser: hello\nassistant: hi\nassistant:",
                ChatTemplate.load(folder).orElseThrow().prompt(messages, Map.of()));
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages[-1]['content'] ~ answer }}");
        assertEquals("hi!", ChatTemplate.load(folder).orElseThrow().prompt(messages, Map.of("answer", "!")));
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ a }}\n{% if b %}");
        String malformed = assertThrows(TokenizerException.class, () -> ChatTemplate.load(folder)).getMessage();
        assertTrue(malformed.contains("chat_template.jinja: its chat template cannot be read: line 2: expected elif or "
                + "else or endif, found the end"), malformed);
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ raise_exception('no system role') }}");
        ChatTemplate refusing = ChatTemplate.load(folder).orElseThrow();
        assertEquals("the model's chat template refuses the conversation: no system role", assertThrows(
                ChatTemplateException.class, () -> refusing.prompt(List.of(), Map.of())).getMessage());
        Files.writeString(folder.resolve("chat_template.jinja"), "\n{{ messages[0].content.x }}");
        ChatTemplate failing = ChatTemplate.load(folder).orElseThrow();
        String message = assertThrows(ChatTemplateException.class, () -> failing.prompt(List.of(), Map.of()))
                .getMessage();
        assertTrue(message.endsWith("its chat template fails: line 2: element 0 of a list is undefined"), message);
    }
}
