package org.catrl.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The texts that a tokenizer is tried on, by what they are. */
final class TrialTexts {
    private static final int LONG = 10_000;
    private static final int SHORTER = 1000;
    private static final int STRINGS = 20;
    private static final int LONGEST_STRING = 100;
    private static final String EMOJI = "\ud83d\ude42\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67\ud83c\udde9\ud83c"
            + "\uddea";
    private static final String PROSE = "The quick (brown) fox, it's 3.14 times faster; isn't it?\n\n\tx = y[0] -> "
            + "f(\"z\")  # \u00e9\u00df \u03c0\u2248\u221a2 \u4f60\u597d \u0645\u0631\u062d\u0628\u0627\r\n";

    private TrialTexts() { }

    /** The texts for a tokenizer.json: the same for all, and some of its own tokens and patterns. */
    static Map<String, String> of(JsonNode tree) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("no text", "");
        texts.put("one letter", "a");
        texts.put("prose", PROSE.repeat(20));
        texts.put("control characters", points(0, 0xa0, 1));
        texts.put("the characters up to U+3000", points(0xa0, 0x3000, 3));
        texts.put("characters up to U+10FFFF", points(0x3000, Character.MAX_CODE_POINT + 1, 997));
        texts.put("emoji", EMOJI.repeat(200));
        texts.put("a letter under 1,000 accents", "a" + "\u0301".repeat(1000));
        for (String piece : List.of(" ", "\n", "a", "(")) {
            repeat(texts, piece, LONG);
        }
        for (String piece : List.of("\t ", "A", "1", "=", "\u00e9", "\u2581", "\u4e00", "a b", "a\n", "1,", "'s")) {
            repeat(texts, piece, SHORTER);
        }
        texts.put("its added tokens", contents(tree.path("added_tokens")));
        parts(tree).forEach(piece -> repeat(texts, piece, SHORTER));
        return texts;
    }

    /** Texts of one piece again and again, with an end that breaks the row. */
    private static void repeat(Map<String, String> texts, String piece, int length) {
        String name = piece.codePoints().mapToObj(c -> c > ' ' && c < 0x7f ? Character.toString(c)
                : String.format("U+%04X", c)).collect(Collectors.joining(" "));
        int times = Math.max(1, length / piece.length());
        texts.put(times + " times " + name + ", then !", piece.repeat(times) + "!");
        texts.put("30 times " + name + ", then x", piece.repeat(30) + "x");
    }

    private static String points(int from, int to, int stride) {
        int[] points = IntStream.iterate(from, c -> c < to, c -> c + stride)
                .filter(c -> c > 0xffff || !Character.isSurrogate((char) c)).toArray();
        return new String(points, 0, points.length);
    }

    private static String contents(JsonNode tokens) {
        StringBuilder text = new StringBuilder();
        for (JsonNode token : tokens) {
            text.append(token.path("content").asText()).append(text.length() % 2 == 0 ? " " : "");
        }
        return text.toString();
    }

    /** What normalizer, pre-tokenizer and decoder look for or put in: short strings that stand in them. */
    private static List<String> parts(JsonNode tree) {
        List<String> found = new ArrayList<>();
        for (String part : List.of("normalizer", "pre_tokenizer", "decoder")) {
            for (String key : List.of("String", "Regex", "content", "prepend", "replacement")) {
                tree.path(part).findValues(key).stream().map(JsonNode::asText).filter(text -> !text.isEmpty()
                        && text.length() <= LONGEST_STRING).limit(STRINGS).forEach(found::add);
            }
        }
        return found.stream().distinct().limit(STRINGS).toList();
    }
}
