package org.catrl.reward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a judge is asked to reply, and what its reply says. Whatever does not say it plainly is no verdict. */
public enum VerdictFormat {
    /** An element whose whole content is yes or no, or that word alone; two that differ are none. */
    XML {
        @Override
        public String instruction() {
            return "Reply with <verdict>yes</verdict> if the response meets the criterion, or <verdict>no</verdict> if "
                    + "it does not, and with nothing else.";
        }

        @Override
        public Optional<Boolean> read(String reply) {
            Matcher element = ELEMENT.matcher(reply);
            Boolean verdict = null;
            while (element.find()) {
                boolean met = yes(element.group(1));
                if (verdict != null && verdict != met) {
                    return Optional.empty();
                }
                verdict = met;
            }
            if (verdict == null && ALONE.matcher(reply).matches()) {
                verdict = yes(reply.replaceAll("[^A-Za-z]", ""));
            }
            return Optional.ofNullable(verdict);
        }
    },
    /**
     * A JSON object whose criteria_met is true or false, in a fence or not, as HealthBench's reference grader reads it.
     */
    JSON {
        @Override
        public String instruction() {
            return "Reply with a JSON object and nothing else: {\"explanation\": \"one sentence\", "
                    + "\"criteria_met\": true} or the same with false. For a criterion that names something bad, "
                    + "criteria_met says whether the response does it.";
        }

        @Override
        public Optional<Boolean> read(String reply) {
            try {
                JsonNode met = STRICT.readTree(unfenced(reply.strip())).path("criteria_met");
                return met.isBoolean() ? Optional.of(met.booleanValue()) : Optional.empty();
            } catch (JsonProcessingException e) {
                return Optional.empty();
            }
        }
    };

    private static final Pattern ELEMENT =
            Pattern.compile("<(?:verdict|answer|criteria_met)\\s*+>\\s*+(yes|no|true|false)\\s*+[.!]?+"
            + "\\s*+</", Pattern.CASE_INSENSITIVE);
    private static final Pattern ALONE = Pattern.compile("[\\s*\"'`]*+(?:yes|no|true|false)[\\s*\"'`.!]*+",
            Pattern.CASE_INSENSITIVE);
    private static final String FENCE = "```";
    private static final String JSON_FENCE = "```json";
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** What a prompt says of the reply's form. */
    public abstract String instruction();

    /** Whether the criterion is met; empty = no verdict. */
    public abstract Optional<Boolean> read(String reply);

    private static String unfenced(String reply) {
        int from = reply.startsWith(JSON_FENCE) ? JSON_FENCE.length() : 0;
        int end = reply.length() - (reply.endsWith(FENCE) ? FENCE.length() : 0);
        return reply.substring(Math.min(from, end), end).strip();
    }

    private static boolean yes(String word) {
        return word.toLowerCase(Locale.ROOT).matches("yes|true");
    }
}
