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
 * @param baseUrl      what {@code /chat/completions} is appended to
 * @param model        the name it goes by there
 * @param concurrency  requests under way at once
 * @param timeout      the longest wait for one request
 * @param deadline     the longest wait for one completion, all its requests and waits together
 * @param retries      further requests after 429, 5xx, a time-out, a broken connection or a reply that is none
 * @param context      tokens that its prompts and completions may have together
 * @param stepDeadline the longest that one step of training, or one batch of an evaluation, waits for all its
 *                     completions; what is not answered by then is not asked any more
 * @param downAfter    failed requests in a row, for each that may be under way, after which the endpoint counts as down
 *                     and nothing more is asked in the step; of statuses 401, 403 and 404 one for each is enough, and a
 *                     single question never is
 */
public record EndpointSettings(URI baseUrl, String model, int concurrency, Duration timeout, Duration deadline,
                               int retries, int context, Duration stepDeadline, int downAfter) {
    private static final int MOST_AT_ONCE = 1024;
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final int HIGHEST_PORT = 65_535;

    public EndpointSettings {
        checkAddress(baseUrl);
        if (model == null || model.isBlank()) {
            throw SettingException.missing("model", "the endpoint has to be told which");
        }
        require(concurrency >= 1 && concurrency <= MOST_AT_ONCE, "concurrency", concurrency, "from 1 to "
                + MOST_AT_ONCE);
        checkTime("timeout", timeout);
        checkTime("deadline", deadline);
        checkTime("step_deadline", stepDeadline);
        require(context >= 1, "context", context, "1 or more");
        require(retries >= 0, "retries", retries, "0 or more");
        require(downAfter >= 1, "down_after", downAfter, "1 or more");
    }

    /** An endpoint that a step waits an hour for, and that is down after five failures in a row for each request. */
    public EndpointSettings(URI baseUrl, String model, int concurrency, Duration timeout, Duration deadline,
                            int retries, int context) {
        this(baseUrl, model, concurrency, timeout, deadline, retries, context, Duration.ofHours(1), 5);
    }

    /** Refuses what is no plain address; what may be a secret in it is not told. */
    private static void checkAddress(URI address) {
        if (address.getRawUserInfo() != null || address.getRawQuery() != null || address.getRawFragment() != null
                || address.toString().contains("@")) {
            throw SettingException.hiding("base_url", "base_url holds more than an address: "
                    + "a user, a password, a query (?...) or a fragment (#...), which may be secret and is not shown "
                    + "here; write scheme, host and path only, e.g. https://host/v1, put the key into an environment "
                    + "variable and its name into api_key_env");
        }
        if (address.getHost() == null || !"http".equals(address.getScheme()) && !"https".equals(address.getScheme())) {
            throw new SettingException("base_url", address, "it must be an http or https address, e.g. "
                    + "https://host/v1");
        }
        require(address.getPort() <= HIGHEST_PORT, "base_url", address, "an address whose port is from 1 to "
                + HIGHEST_PORT);
    }

    private static void checkTime(String name, Duration value) {
        require(value.toMillis() >= 1 && value.compareTo(LONGEST) <= 0, name, value, "from 1 ms to 365 days");
    }

    /** The weight of failures in a row after which the endpoint counts as down. */
    long threshold() {
        return (long) concurrency * downAfter;
    }

    URI completions() {
        return URI.create(baseUrl.toString().replaceAll("/+$", "") + "/chat/completions");
    }
}
