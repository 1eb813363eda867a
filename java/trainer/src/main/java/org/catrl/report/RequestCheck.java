package org.catrl.report;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which requests are answered: those of a browser whose address bar shows this server. A page from elsewhere that asks
 * in the user's browser, by another origin or by a name of its own that leads to this machine (DNS rebinding), is
 * refused.
 */
final class RequestCheck {
    private final Set<String> hosts;

    /** The check of a server on this machine. @param port the server's */
    RequestCheck(int port) {
        hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
    }

    /** The status and the reason with which a request is refused; empty where it is not. */
    Optional<Refusal> refused(String method, Headers headers) {
        if (!single(headers, "Host").map(hosts::contains).orElse(false)) {
            return Optional.of(new Refusal(403, "this server answers to " + String.join(" and ", sorted()) + " alone"));
        } else if (headers.containsKey("Origin") && !single(headers, "Origin").map(this::ours).orElse(false)) {
            return Optional.of(new Refusal(403, "this server answers its own page alone"));
        } else if (headers.containsKey("Sec-Fetch-Site")
                && !single(headers, "Sec-Fetch-Site").map(Set.of("same-origin", "none")::contains).orElse(false)) {
            return Optional.of(new Refusal(403, "this server answers its own page alone"));
        }
        return method.equals("GET") ? Optional.empty() : Optional.of(new Refusal(405, "this server can only be read"));
    }

    /**
     * An answer without content.
     *
     * @param status HTTP's
     * @param reason in a sentence
     */
    record Refusal(int status, String reason) { }

    private boolean ours(String origin) {
        return hosts.stream().anyMatch(host -> origin.equals("http://" + host));
    }

    private List<String> sorted() {
        return hosts.stream().sorted().toList();
    }

    /** The value of a header that is there once. */
    private static Optional<String> single(Headers headers, String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }
}
