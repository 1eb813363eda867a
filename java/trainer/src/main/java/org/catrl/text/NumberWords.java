package org.catrl.text;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Numbers written as English words: forty-two, three hundred and five, two dozen, one third. */
final class NumberWords {
    private static final List<String> SMALL = List.of("zero", "one", "two", "three", "four", "five", "six", "seven",
            "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
            "eighteen", "nineteen");
    private static final List<String> TENS = List.of("twenty", "thirty", "forty", "fifty", "sixty", "seventy",
            "eighty", "ninety");
    private static final Map<String, Long> FACTORS = Map.of("dozen", 12L, "hundred", 100L, "thousand", 1000L,
            "million", 1_000_000L, "billion", 1_000_000_000L, "trillion", 1_000_000_000_000L, "k", 1000L);
    private static final List<String> PARTS = List.of("", "", "half", "third", "quarter", "fifth", "sixth", "seventh",
            "eighth", "ninth", "tenth");

    private NumberWords() { }

    /** What a word multiplies the number before it by. */
    static Optional<Long> factor(String word) {
        String singular = word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
        return Optional.ofNullable(FACTORS.get(singular)).filter(factor -> !word.equals("k"));
    }

    /** The denominator that a word names: 3 of thirds; empty of others. */
    static Optional<Integer> part(String word) {
        String singular = word.equals("halves") ? "half" : word.equals("fourth") || word.equals("fourths") ? "quarter"
                : word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
        int part = PARTS.indexOf(singular);
        return part < 2 ? Optional.empty() : Optional.of(part);
    }

    /** The number that all these lower-case words together are, "42" or "1/3"; empty of any others. */
    static Optional<String> number(List<String> words) {
        if (words.isEmpty() || words.size() > 20) {
            return Optional.empty();
        }
        String last = words.get(words.size() - 1);
        Optional<Integer> part = words.size() > 1 ? part(last) : Optional.empty();
        int and = words.lastIndexOf("and");
        Optional<String> mixed = part.isPresent() && and > 0 ? mixed(words, and) : Optional.empty();
        if (words.get(0).equals("half") && words.size() > 1 && words.get(1).matches("an?")) {
            return words.size() == 2 ? Optional.of("1/2")
                    : whole(words.subList(1, words.size())).map(NumberWords::half);
        }
        if (words.size() == 2 && words.get(0).matches("an?") && part.isPresent()) {
            return Optional.of("1/" + part.get());
        }
        return mixed.isPresent() ? mixed : part.isPresent()
                ? whole(words.subList(0, words.size() - 1)).map(over -> over + "/" + part.get())
                : whole(words).map(BigInteger::toString);
    }

    /** Two and a half. */
    private static Optional<String> mixed(List<String> words, int and) {
        int part = part(words.get(words.size() - 1)).orElseThrow();
        List<String> over = words.subList(and + 1, words.size() - 1);
        Optional<BigInteger> parts = over.equals(List.of("a")) ? Optional.of(BigInteger.ONE) : whole(over);
        return whole(words.subList(0, and)).flatMap(all -> parts.map(some ->
                all.multiply(BigInteger.valueOf(part)).add(some) + "/" + part));
    }

    private static String half(BigInteger all) {
        return all.testBit(0) ? all + "/2" : all.shiftRight(1).toString();
    }

    private static Optional<BigInteger> whole(List<String> words) {
        BigInteger sum = BigInteger.ZERO;
        BigInteger group = BigInteger.ZERO;
        long ceiling = Long.MAX_VALUE; // what comes next must be smaller: no "five six", no "one two"
        boolean any = false;
        boolean one = words.size() > 1 && words.get(0).equals("a") && factor(words.get(1)).isPresent(); // a hundred
        for (String word : one ? words.subList(1, words.size()) : words) {
            long value = value(word);
            Optional<Long> factor = factor(word);
            if (word.equals("and") && any) {
                continue;
            } else if (value >= 0 && value < ceiling && (value > 0 || words.size() == 1)) {
                group = group.add(BigInteger.valueOf(value));
                ceiling = value >= 20 ? 10 : 0;
                any = true;
            } else if (factor.isPresent() && (any || factor.get() >= 12)) {
                BigInteger times = BigInteger.valueOf(factor.get());
                group = (group.signum() == 0 ? BigInteger.ONE : group).multiply(times);
                ceiling = 100;
                if (factor.get() >= 1000) {
                    sum = sum.add(group);
                    group = BigInteger.ZERO;
                }
                any = true;
            } else {
                return Optional.empty();
            }
        }
        return any ? Optional.of(sum.add(group)) : Optional.empty();
    }

    private static long value(String word) {
        int small = SMALL.indexOf(word);
        int tens = TENS.indexOf(word);
        return small >= 0 ? small : tens >= 0 ? 20 + 10L * tens : -1;
    }
}
