package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import org.catrl.lm.EndpointSettings;
import org.catrl.setting.Default;
import org.catrl.setting.Kinds;
import org.catrl.setting.SettingException;
import org.catrl.setting.Spelled;

/**
 * Which model plays a role.
 *
 * <pre>{@code
 * roles:
 *   anchor: {to: anchor}
 *   judge: {to: endpoint, base_url: "https://host/v1", model: NAME, api_key_env: JUDGE_KEY}
 * }</pre>
 */
@Kinds(key = "to")
public sealed interface ModelSource {
    /** The policy as it is now, learning. */
    record Policy() implements ModelSource { }

    /** The initial weights, frozen. */
    record Anchor() implements ModelSource { }

    /**
     * Another model in this process.
     *
     * @param model its folder
     */
    @Spelled("model")
    record Folder(Path model) implements ModelSource {
        public Folder {
            if (model == null) {
                throw SettingException.missing("model", "to: model needs the folder of a model");
            }
        }
    }

    /**
     * A model behind an OpenAI-compatible endpoint.
     *
     * @param model         the name that the endpoint knows it by
     * @param baseUrl       e.g. https://host/v1; neither user, password nor query, which would be recorded
     * @param apiKeyEnv     environment variable that holds its key, which is never recorded; absent: no key is sent
     * @param concurrency   requests under way at once
     * @param timeoutS      the longest wait for one request, in seconds
     * @param deadlineS     the longest wait for one completion with all its requests and waits
     * @param retries       further requests after what may pass
     * @param context       tokens that prompt and completion may have together
     * @param stepDeadlineS the longest that a step of training, or a batch of an evaluation, waits for all its
     *                      completions; what is not answered by then has no answer
     * @param downAfter     failed requests in a row, for each that may be under way, after which the endpoint counts as
     *                      down for the rest of the step; statuses 401, 403 and 404 weigh as much as all of them
     */
    record Endpoint(String model, String baseUrl, String apiKeyEnv, @Default("8") int concurrency,
                    @Default("60") int timeoutS, @Default("300") int deadlineS, @Default("5") int retries,
                    @Default("131072") int context, @Default("3600") int stepDeadlineS,
                    @Default("5") int downAfter) implements ModelSource {
        private static final int LONGEST_S = 365 * 24 * 3600;

        public Endpoint {
            if (model == null) {
                throw SettingException.missing("model", "to: endpoint needs the name that the model has there");
            }
            if (baseUrl == null) {
                throw SettingException.missing("base_url", "to: endpoint needs an address, e.g. https://host/v1");
            }
            if (apiKeyEnv != null && !apiKeyEnv.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw SettingException.hiding("api_key_env", "api_key_env is no name of an environment variable; put "
                        + "the key into one and write its name");
            }
            requireTime("timeout_s", timeoutS);
            requireTime("deadline_s", deadlineS);
            requireTime("step_deadline_s", stepDeadlineS);
            new EndpointSettings(uri(baseUrl), model, concurrency, Duration.ofSeconds(timeoutS),
                    Duration.ofSeconds(deadlineS), retries, context, Duration.ofSeconds(stepDeadlineS), downAfter);
        }

        /** How it is asked. */
        public EndpointSettings toSettings() {
            return new EndpointSettings(uri(baseUrl), model, concurrency, Duration.ofSeconds(timeoutS),
                    Duration.ofSeconds(deadlineS), retries, context, Duration.ofSeconds(stepDeadlineS), downAfter);
        }

        private static void requireTime(String name, int seconds) {
            require(seconds >= 1 && seconds <= LONGEST_S, name, seconds, "from 1 to " + LONGEST_S + " (a year)");
        }

        /** The address; where it is none it is not shown, as nobody knows what it holds. */
        private static URI uri(String address) {
            try {
                return new URI(address);
            } catch (URISyntaxException e) {
                throw SettingException.hiding("base_url", "base_url is no address: " + e.getReason()
                        + " at character " + (e.getIndex() + 1) + "; write one such as https://host/v1");
            }
        }
    }
}
