package org.catrl.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a tokenizer.json must keep to, so that no text makes the library end the process, grow without bound or go on
 * for ever: its references lead somewhere, its patterns and replacements are of bounded work. Whatever else the library
 * dies of shows in the {@link TokenizerTrial}.
 */
final class TokenizerRules {
    /** How much longer normaliser or decoder may make a text; a published one makes it hardly longer at all. */
    private static final long MOST_GROWTH = 64;
    private static final int LONGEST_TOKEN = 10_000;
    private static final String REGEX = "Regex";

    private final Path file;
    private final JsonNode tree;
    private final Vocabulary vocabulary;
    /** How many times as long as a text may be what the patterns are searched in. */
    private double growth = 1;

    private TokenizerRules(Path file, JsonNode tree, Vocabulary vocabulary) {
        this.file = file;
        this.tree = tree;
        this.vocabulary = vocabulary;
    }

    /** Checks a tokenizer.json. @throws TokenizerException naming what is wrong and where */
    static void check(Path file, JsonNode tree, Vocabulary vocabulary) throws TokenizerException {
        TokenizerRules rules = new TokenizerRules(file, tree, vocabulary);
        rules.checkModel(tree.path("model"));
        rules.checkTokens();
        for (String part : List.of("normalizer", "decoder", "pre_tokenizer", "post_processor")) {
            rules.checkGrowth(part);
            rules.checkParts(part);
        }
    }

    private void checkModel(JsonNode model) throws TokenizerException {
        if (model.path("dropout").asDouble(0) != 0) {
            throw wrong("model.dropout", model.path("dropout"), "null: the same text must always be the same tokens");
        }
        if (model.path("unk_token").isTextual() && !vocabulary.holds(model.path("unk_token").asText())) {
            throw wrong("model.unk_token", model.path("unk_token"), "a token of the vocabulary, or null");
        }
        if (model.path("vocab").isArray() && (!model.path("unk_id").isInt()
                || model.path("unk_id").intValue() < 0 || model.path("unk_id").intValue() >= vocabulary.size())) {
            throw wrong("model.unk_id", model.path("unk_id"), "an id of the vocabulary: not every text is made of its "
                    + "pieces");
        }
        String prefix = model.path("continuing_subword_prefix").asText("");
        for (JsonNode merge : prefix.isEmpty() || model.path("type").asText().equals("WordPiece") ? List.<JsonNode>of()
                : model.path("merges")) {
            String second = merge.isTextual() ? merge.asText().substring(merge.asText().indexOf(' ') + 1)
                    : merge.path(1).asText();
            if (!second.startsWith(prefix)) {
                throw new TokenizerException(file, "model.merges: the second part of " + merge + " must begin with the "
                        + "continuing_subword_prefix, " + Excerpt.of(prefix), null);
            }
        }
    }

    private void checkTokens() throws TokenizerException {
        for (JsonNode added : tree.path("added_tokens")) {
            String content = added.path("content").asText();
            if (content.isEmpty() || content.length() > LONGEST_TOKEN) {
                throw new TokenizerException(file, "added_tokens: the token of id " + added.path("id") + " has "
                        + content.length() + " characters; it must have 1 to " + LONGEST_TOKEN, null);
            }
        }
    }

    private void checkParts(String where) throws TokenizerException {
        for (JsonNode part : parts(tree.path(where))) {
            checkPattern(where, part.path("pattern").path(REGEX));
            switch (part.path("type").asText()) {
                case "FixedLength" -> require(part.path("length").asLong(0) > 0, where, part, "a length above 0");
                case "Precompiled" -> checkMap(part.path("precompiled_charsmap"));
                case "TemplateProcessing" -> checkTemplate(part);
                case "BertProcessing", "RobertaProcessing" -> {
                    checkId(where, part.path("sep").path(1));
                    checkId(where, part.path("cls").path(1));
                }
                case "Strip" -> require(!where.equals("decoder") || part.path("stop").asLong(0) == 0, where, part,
                        "a stop of 0: the library dies of a text that is shorter");
                default -> { }
            }
        }
    }

    private void checkPattern(String where, JsonNode regex) throws TokenizerException {
        String complaint = regex.isTextual() ? PatternCheck.complaint(regex.textValue(),
                growth * HuggingFaceTokenizer.LONGEST_TEXT) : null;
        if (complaint != null) {
            throw new TokenizerException(file, where + ": the pattern " + Excerpt.of(regex.toString())
                    + " is not taken: " + complaint + "; a search for it could go on for ever", null);
        }
    }

    private void checkMap(JsonNode map) throws TokenizerException {
        String complaint = map.isTextual() ? CharsMap.complaint(map.textValue()) : "is not text";
        if (complaint != null) {
            throw new TokenizerException(file, "normalizer: its precompiled_charsmap " + complaint, null);
        }
    }

    private void checkTemplate(JsonNode template) throws TokenizerException {
        JsonNode special = template.path("special_tokens");
        for (String side : List.of("single", "pair")) {
            for (JsonNode piece : template.path(side)) {
                JsonNode token = piece.path("SpecialToken").path("id");
                require(token.isMissingNode() || special.has(token.asText()), "post_processor." + side, piece,
                        "a token that special_tokens defines");
                require(side.equals("pair") || !piece.path("Sequence").path("id").asText().equals("B"),
                        "post_processor.single", piece, "sequence A: there is no other");
            }
        }
        for (JsonNode token : special) {
            for (JsonNode id : token.path("ids")) {
                checkId("post_processor.special_tokens", id);
            }
        }
    }

    private void checkId(String where, JsonNode id) throws TokenizerException {
        require(id.isInt() && id.intValue() >= 0 && id.intValue() < vocabulary.size(), where, id,
                "an id of the vocabulary, below " + vocabulary.size());
    }

    /** Replacements multiply: a thousand letters for each letter, three times, is 10^9. Those of all parts do. */
    private void checkGrowth(String where) throws TokenizerException {
        for (JsonNode part : parts(tree.path(where))) {
            JsonNode pattern = part.path("pattern");
            int content = points(part.path("content").asText());
            int found = pattern.has(REGEX) ? 0 : points(pattern.path("String").asText());
            growth *= pattern.isMissingNode() ? 1 : found == 0 ? 1.0 + content
                    : Math.max(1.0, (double) content / found);
            require(points(part.path("prepend").asText()) <= MOST_GROWTH, where, part, "a short text to prepend");
        }
        if (growth > MOST_GROWTH) {
            throw new TokenizerException(file, where + ": its replacements make a text " + (long) growth
                    + " times as long; at most " + MOST_GROWTH + " times is taken", null);
        }
    }

    private static int points(String text) {
        return text.codePointCount(0, text.length());
    }

    /** A part and those within it, in order. */
    private static List<JsonNode> parts(JsonNode part) {
        List<JsonNode> all = new ArrayList<>(List.of(part));
        for (String key : List.of("normalizers", "pretokenizers", "decoders", "processors")) {
            part.path(key).forEach(inner -> all.addAll(parts(inner)));
        }
        return all;
    }

    private void require(boolean held, String where, JsonNode value, String wanted) throws TokenizerException {
        if (!held) {
            throw wrong(where, value, wanted);
        }
    }

    private TokenizerException wrong(String where, JsonNode value, String wanted) {
        return new TokenizerException(file, where + " is " + (value.isMissingNode() ? "absent"
                : Excerpt.of(value.toString())) + "; it must be " + wanted, null);
    }
}
