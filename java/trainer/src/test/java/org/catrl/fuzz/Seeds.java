package org.catrl.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.catrl.fuzz.Subject.Kind;

/** Real texts to begin from: some of our own, and those of ../shared/data where it is there. */
final class Seeds {
    private static final Path OUTSIDE = Path.of("../../../shared/data");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_LINES = 400;

    private final Map<Kind, List<String>> texts = new EnumMap<>(Kind.class);

    private Seeds() { }

    /** Our own texts. */
    static Seeds own() {
        Seeds seeds = new Seeds();
        seeds.texts.put(Kind.ANSWER, List.of("So the answer is \\boxed{\\frac{1}{2}}.", "The answer is 42.", "#### 12",
                "\\boxed{x=5} and \\boxed{1,234}", "Answer: (B)", "A", "It is 3 million.", "\\boxed{\\sqrt{2}+1}",
                "x \\in [0, 1) \\cup (2, \\infty)", "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "30^\\circ", "1e-3",
                "\\[\\boxed{\\text{odd}}\\]", "50\\%", "$1{,}000.50", "(1, 2, 3)", "\\lfloor 2.5 \\rfloor",
                "x^2+2x+1", "\\sin(\\pi/6)", "2\\frac{1}{3}", "Therefore, the final answer is: 3/4", "no"));
        seeds.texts.put(Kind.REPLY, List.of("<verdict>yes</verdict>", "no", "**Yes.**", "<answer>\n true \n</answer>",
                "```json\n{\"explanation\": \"one \\\"sentence\\\"\", \"criteria_met\": true}\n```",
                "{\"criteria_met\": false}", "I think <criteria_met>yes</criteria_met> is right."));
        seeds.texts.put(Kind.RUBRIC, List.of("<rubric>\n<criterion weight=\"2\">Names a & b.</criterion>\n"
                + "<criterion points='-3.5' veto=\"true\">Avoids &quot;x&quot;.</criterion>\n</rubric>",
                "<criterion><weight>4</weight><description>Says why</description></criterion>", "<criterion>one",
                "Sure! <CRITERION id=1>one<Criterion>two</criterion>"));
        seeds.texts.put(Kind.TEMPLATE, List.of("{% for m in messages %}{{ '<|' + m['role'] + '|>' + m.content|trim }}\n"
                + "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}",
                "{%- set ns = namespace(x=0) -%}{%- for i in range(5) -%}{%- set ns.x = ns.x + i -%}{%- endfor -%}"
                + "{{ ns.x }}", "{% macro m(a, b=[1, 2]) %}{{ a ~ b|join(', ') }}{% endmacro %}{{ m('x')|upper }}",
                "{{ messages|tojson(indent=2) }}{{ messages[::-1]|map(attribute='role')|list }}",
                "{{ '%s-%05d' % ('a', 3) }}{{ '{:>8}|{0!r}'.format(1) }}{{ 2.675|round(2) }}{{ 'a b'.split(' ', 1) }}",
                "{% set t = 'x' * 10 %}{% for c in t %}{{ loop.index ~ c }}{% endfor %}{# c #}{% raw %}{{{% endraw %}",
                "{{ messages|groupby('role')|list }}{{ messages|sort(attribute='content') }}{{ 9 ** 9 // 7 % 5 }}"));
        seeds.texts.put(Kind.LINES, List.of("{\"prompt\": \"What is 1+1?\", \"answer\": \"2\"}\n",
                "{\"prompt\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"answer\": 3}\n\n",
                "{\"prompt\": \"a\", \"completion\": \"b\"}\n{\"prompt\": \"c\", \"completion\": \"d\"}\n"));
        return seeds;
    }

    /** Our own texts, and those from outside where they are there; says which. */
    static Seeds all() throws IOException {
        Seeds seeds = own();
        if (!Files.isDirectory(OUTSIDE)) {
            System.out.println("texts from outside are left out: there is no " + OUTSIDE.toAbsolutePath().normalize());
            return seeds;
        }
        seeds.add(Kind.ANSWER, "math_equivalence/answer_extraction.jsonl", "text");
        seeds.add(Kind.ANSWER, "math_equivalence/adversarial.given.jsonl", "prediction");
        seeds.add(Kind.ANSWER, "math_equivalence/math_equivalence.given.jsonl", "prediction");
        seeds.add(Kind.REPLY, "healthbench/judge_parse_cases.jsonl", "judge_output");
        seeds.add(Kind.TEMPLATE, "tokenizers/chat_template_llamacpp_30.jsonl", "template");
        seeds.add(Kind.LINES, "math_equivalence/answer_extraction.jsonl", null);
        return seeds;
    }

    private void add(Kind kind, String file, String field) throws IOException {
        List<String> all = new ArrayList<>(texts.get(kind));
        try (Stream<String> lines = Files.lines(OUTSIDE.resolve(file))) {
            for (String line : lines.limit(MOST_LINES).toList()) {
                JsonNode text = field == null ? null : JSON.readTree(line).path(field);
                all.add(text == null ? line : text.asText());
            }
        }
        texts.put(kind, all);
    }

    /** The texts of a kind. */
    List<String> of(Kind kind) {
        return texts.get(kind);
    }
}
