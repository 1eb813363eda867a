package org.catrl.setting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("hostile")
class SecretsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "base_url is https://user:pass@host/v1; it goes | base_url is https://[hidden]@host/v1; it goes",
        "x is \"http://pass@h\", y | x is \"http://[hidden]@h\", y",
        "see http://h/v1?key=pass&x=1 now | see http://h/v1?[hidden] now",
        "see http://h/v1#pass now | see http://h/v1?[hidden] now",
        "--set a.b=user:pass@host/v1: no | --set a.b=[hidden]@host/v1: no"})
    void whatMayBeSecretIsHidden(String message, String hidden) {
        assertEquals(hidden, Secrets.hiddenIn(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"base_url is ftp://host/v1; it must be an http or https address, e.g. https://host/v1",
        "a.yaml, line 7: limit is 3? no", "did you mean \"grpo.num_generations\"?", "a@b.c: d"})
    void otherMessagesStay(String message) {
        assertEquals(message, Secrets.hiddenIn(message));
    }

    /** A recipe of one long word, say. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "://", "http://", "a:", "a:b", "@", "a=", "?"})
    void aLongMessageIsReadInATimeThatGrowsWithIt(String part) {
        String message = part.repeat(500_000);
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> Secrets.hiddenIn(message));
    }

    /** Whoever quotes a value in either exception quotes no secret. */
    @Test
    void theExceptionsHideIt() {
        assertEquals("k is http://[hidden]@h; no", new SettingException("k", "http://u:p@h", "no").getMessage());
    }
}
