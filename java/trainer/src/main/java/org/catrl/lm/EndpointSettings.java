package org.catrl.lm;

import static org.catrl.setting.SettingException.require;

import java.net.URI;
import java.time.Duration;
import org.catrl.setting.SettingException;

/**
 * An OpenAI-compatible endpoint and how patiently it is asked.
 *
 * <pre>{@code
 * EndpointSettings settings = new EndpointSettings(URI.create("https://host/v1"), "judge", 8, Duration.ofSeconds(60),
 *         Duration.ofSeconds(300), 5, 131_072);
 * }</pre>
 *
 * @param baseUrl     what {@code /chat/completions} is appended to
 * @param model       the name it goes by there
 * @param concurrency requests under way at once
 * @param timeout     the longest wait for one request
 * @param deadline    the longest wait for one completion, all its requests and waits together
 * @param retries     further requests after 429, 5xx, a time-out, a broken connection or a reply that is none
 * @param context     tokens that its prompts and completions may have together
 */
public record EndpointSettings(URI baseUrl, String model, int concurrency, Duration timeout, Duration deadline,
                               int retries, int context) {
    public EndpointSettings {
        if (baseUrl.getHost() == null || !"http".equals(baseUrl.getScheme()) && !"https".equals(baseUrl.getScheme())) {
            throw new SettingException("base_url", baseUrl, "it must be an http or https address, e.g. "
                    + "https://host/v1");
        }
        if (model == null || model.isBlank()) {
            throw SettingException.missing("model", "the endpoint has to be told which");
        }
        positive("concurrency", concurrency);
        positive("timeout", timeout.toMillis());
        positive("deadline", deadline.toMillis());
        positive("context", context);
        require(retries >= 0, "retries", retries, "0 or more");
    }

    private static void positive(String name, long value) {
        require(value >= 1, name, value, "1 or more");
    }

    URI completions() {
        return URI.create(baseUrl.toString().replaceAll("/+$", "") + "/chat/completions");
    }
}
