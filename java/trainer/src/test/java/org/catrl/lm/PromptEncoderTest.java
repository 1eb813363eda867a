package org.catrl.lm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.data.Prompt;
import org.catrl.data.Turn;
import org.catrl.generate.RequestException;
import org.catrl.text.ChatTemplate;
import org.catrl.text.HuggingFaceTokenizer;
import org.junit.jupiter.api.Test;

class PromptEncoderTest {
    private static final ChatTemplate TEMPLATE = ChatTemplate.of("test",
            "{% for m in messages %}{% if m.role == 'system' %}Q"
            + "{% elif m.role == 'assistant' %}R{% else %}S{% endif %}{{ m.content }}{% endfor %}{{ end }}=", Map.of(),
            Clock.systemUTC());

    @Test
    void promptsAreTurnsOfTheTemplate() throws IOException {
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(Path.of("../../models/arithmetic"))) {
            PromptEncoder chat = PromptEncoder.chat(tokenizer, TEMPLATE, new ChatSettings(Optional.of("7"),
                    Map.of("end", 9)));
            assertArrayEquals(tokenizer.encode("Q7S12+9="), chat.encode(new Prompt(0, "12+")));
            Prompt talk = Prompt.of(1, List.of(new Turn("user", "1"), new Turn("assistant", "2"),
                    new Turn("user", "3")));
            assertArrayEquals(tokenizer.encode("Q7S1R2S39="), chat.encode(talk));
            Prompt instructed = Prompt.of(1, List.of(new Turn("system", "5"), new Turn("user", "3")));
            assertArrayEquals(tokenizer.encode("Q5S39="), chat.encode(instructed), "its own system message");
            PromptEncoder plain = PromptEncoder.plain(tokenizer);
            assertArrayEquals(tokenizer.encodeWithSpecialTokens("12+"), plain.encode(new Prompt(0, "12+")));
            assertThrows(RequestException.class, () -> plain.encode(talk));
        }
    }
}
