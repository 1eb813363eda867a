package org.catrl.recipe;

import java.net.URI;
import java.time.Duration;
import org.catrl.lm.EndpointSettings;

/**
 * Who plays a role.
 *
 * @param to          which model
 * @param model       its folder ({@code to: model}), or the name that the endpoint knows it by
 * @param baseUrl     of an OpenAI-compatible endpoint, e.g. https://host/v1 ({@code to: endpoint}, as all below)
 * @param apiKeyEnv   environment variable that holds its key; absent: no key is sent
 * @param concurrency requests under way at once; 8
 * @param timeoutS    of one request, in seconds; 60
 * @param deadlineS   of one completion with all its requests and waits; 300
 * @param retries     further requests after what may pass; 5
 * @param context     tokens that prompt and completion may have together; 131072
 */
public record RoleRecipe(Target to, String model, String baseUrl, String apiKeyEnv, Integer concurrency, Integer timeoutS,
                  Integer deadlineS, Integer retries, Integer context) {
    public enum Target {
        /** As it is now, learning. */
        POLICY,
        /** The initial weights, frozen. */
        ANCHOR,
        /** Another folder. */
        MODEL,
        ENDPOINT
    }

    static final RoleRecipe ANCHOR = new RoleRecipe(Target.ANCHOR, null, null, null, null, null, null, null, null);

    public RoleRecipe {
        if (to == null) {
            throw new IllegalArgumentException("to is missing; it must be policy, anchor, model or endpoint");
        }
        boolean named = to == Target.MODEL || to == Target.ENDPOINT;
        if (named != (model != null)) {
            throw new IllegalArgumentException("model is " + model + "; it goes with to: model (a folder) and to: "
                    + "endpoint (the name there), and only with them");
        }
        if ((to == Target.ENDPOINT) != (baseUrl != null)) {
            throw new IllegalArgumentException("base_url is " + baseUrl + "; it goes with to: endpoint, and only with it");
        }
        if (to == Target.ENDPOINT) {
            endpoint(model, baseUrl, concurrency, timeoutS, deadlineS, retries, context);
        }
    }

    public EndpointSettings endpoint() {
        return endpoint(model, baseUrl, concurrency, timeoutS, deadlineS, retries, context);
    }

    private static EndpointSettings endpoint(String model, String baseUrl, Integer concurrency, Integer timeoutS,
                                             Integer deadlineS, Integer retries, Integer context) {
        return new EndpointSettings(URI.create(baseUrl), model, given(concurrency, 8),
                Duration.ofSeconds(given(timeoutS, 60)), Duration.ofSeconds(given(deadlineS, 300)), given(retries, 5),
                given(context, 131_072));
    }

    private static int given(Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }
}
