package org.catrl.text.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates that would hang, overflow the stack or fill the memory: each is refused with its line, and soon. */
@Tag("hostile")
class HostileTemplateTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Map<String, Object> VARIABLES = Map.of("a", List.of(3, 1, 2), "text", "Hello");
    private static final String DOUBLED_LIST = "{% set s = namespace(x=[1], y=[1]) %}{% for i in range(60) %}"
            + "{% set s.x = [s.x, s.x] %}{% set s.y = [s.y, s.y] %}{% endfor %}";
    private static final String DOUBLED_TUPLE = DOUBLED_LIST.replace("[1]", "(1,)").replace("[s.x, s.x]", "(s.x, s.x)")
            .replace("[s.y, s.y]", "(s.y, s.y)");
    private static final String DOUBLED_DICT = DOUBLED_LIST.replace("[s.x, s.x]", "{'a': s.x, 'b': s.x}")
            .replace("[s.y, s.y]", "{'a': s.y, 'b': s.y}");
    private static final String DEEP_LIST = "{% set s = namespace(x=[1], y=[1]) %}{% for i in range(3000) %}"
            + "{% set s.x = [s.x] %}{% set s.y = [s.y] %}{% endfor %}";
    private static final String SELF = "{% set s = namespace() %}{% set s.me = [s] %}";

    private static final long LITTLE = 2_000_000;

    private static String render(String template) {
        return render(template, Work.MOST);
    }

    private static String render(String template, long most) {
        return assertTimeoutPreemptively(LONG, () ->
                Template.parse(template).render(VARIABLES, Clock.systemUTC(), new Work(most)));
    }

    private static String refusal(String template) {
        return refusal(template, Work.MOST);
    }

    private static String refusal(String template, long most) {
        JinjaException refusal = assertThrows(JinjaException.class, () -> render(template, most), template);
        assertTrue(refusal.getMessage().startsWith("line "), refusal.getMessage());
        return refusal.getMessage();
    }

    static Stream<Arguments> deep() {
        int n = 20_000;
        return Stream.of(
                Arguments.of("brackets", "{{ " + "(".repeat(n) + "1" + ")".repeat(n) + " }}"),
                Arguments.of("lists", "{{ " + "[".repeat(n) + "]".repeat(n) + " }}"),
                Arguments.of("dicts", "{{ " + "{1:".repeat(n) + "1" + "}".repeat(n) + " }}"),
                Arguments.of("minus", "{{ " + "-".repeat(n) + "1 }}"),
                Arguments.of("not", "{{ " + "not ".repeat(n) + "1 }}"),
                Arguments.of("sum", "{{ 1" + " + 1".repeat(n) + " }}"),
                Arguments.of("power", "{{ 1" + " ** 1".repeat(n) + " }}"),
                Arguments.of("concatenation", "{{ 1" + " ~ 1".repeat(n) + " }}"),
                Arguments.of("and", "{{ 1" + " and 1".repeat(n) + " }}"),
                Arguments.of("attributes", "{{ a" + ".b".repeat(n) + " }}"),
                Arguments.of("items", "{{ a" + "[0]".repeat(n) + " }}"),
                Arguments.of("items within items", "{{ " + "a[".repeat(n) + "0" + "]".repeat(n) + " }}"),
                Arguments.of("calls", "{{ range" + "()".repeat(n) + " }}"),
                Arguments.of("calls within calls", "{{ " + "range(".repeat(n) + "1" + ")".repeat(n) + " }}"),
                Arguments.of("filters", "{{ a" + "|list".repeat(n) + " }}"),
                Arguments.of("tests", "{{ a" + " is defined".repeat(n) + " }}"),
                Arguments.of("conditions", "{{ 1" + " if 1 else 1".repeat(n) + " }}"),
                Arguments.of("chosen conditions", "{{ 1" + " if 1".repeat(n) + " }}"),
                Arguments.of("if", "{% if 1 %}".repeat(n) + "{% endif %}".repeat(n)),
                Arguments.of("for", "{% for i in a %}".repeat(n) + "{% endfor %}".repeat(n)),
                Arguments.of("with", "{% with %}".repeat(n) + "{% endwith %}".repeat(n)),
                Arguments.of("set", "{% set x %}".repeat(n) + "{% endset %}".repeat(n)),
                Arguments.of("filter blocks", "{% filter upper %}".repeat(n) + "{% endfilter %}".repeat(n)),
                Arguments.of("macro", "{% macro m() %}".repeat(n) + "{% endmacro %}".repeat(n)),
                Arguments.of("call", "{% call m() %}".repeat(n) + "{% endcall %}".repeat(n)),
                Arguments.of("generation", "{% generation %}".repeat(n) + "{% endgeneration %}".repeat(n)),
                Arguments.of("a macro of itself", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
                Arguments.of("a caller of itself", "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}"
                        + "{% endmacro %}{{ m() }}"),
                Arguments.of("map of map", "{{ [[[1]]]|map(" + "'map', ".repeat(300) + "'list')|list }}"));
    }

    /** Depth is refused whatever it is made of, also on a stack far smaller than the usual one. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("deep")
    void depthIsRefused(String name, String template) throws InterruptedException {
        List<Throwable> thrown = new ArrayList<>();
        Thread small = new Thread(null, () -> {
            try {
                refusal(template);
            } catch (Throwable e) {
                thrown.add(e);
            }
        }, name, 128 << 10);
        small.start();
        small.join(LONG.toMillis());
        assertFalse(small.isAlive(), name);
        assertEquals(List.of(), thrown);
    }

    @Test
    void aLongTextIsNoDeepOne() {
        String text = "x".repeat(200_000);
        assertEquals(text, render("{{ '" + text + "' }}"));
        assertEquals("'" + text, render("{{ \"'" + text + "\" }}"));
        assertEquals("\\".repeat(100_000), render("{{ '" + "\\\\".repeat(100_000) + "' }}"));
        assertEquals(text, render("{{ " + "'x' ".repeat(200_000) + " }}"));
        assertTrue(refusal("{{ '" + text).contains("never closed"));
        assertTrue(refusal("x".repeat((4 << 20) + 1)).contains("4194305 characters"));
    }

    static Stream<String> bombs() {
        return Stream.of(DOUBLED_LIST, DOUBLED_TUPLE, DOUBLED_DICT, DEEP_LIST, SELF).flatMap(made -> Stream.of(
                "{{ s.x }}{{ s.me }}", "{{ s.x == s.y }}{{ s.me.a.b }}", "{{ s.x|string }}{{ s }}",
                "{{ s.x|tojson }}{{ s.me|tojson }}", "{{ '%s' % (s.x,) }}{{ '%s' % (s.me,) }}",
                "{{ '{}'.format(s.x) }}{{ s.me|join }}", "{{ s.x in [s.y] }}{{ s.me|string }}",
                "{{ {s.x: 1}[s.y] }}{{ {s: 1} }}", "{{ [s.x, s.y]|unique|list }}{{ s.me|tojson }}",
                "{{ [s.x, s.y]|sort|first|first|string }}{{ s.me|sort }}", "{{ [s.x].index(s.y) }}{{ s.me|string }}",
                "{{ s.x ~ s.y }}{{ s.me ~ 1 }}", "{{ s.x|upper }}{{ s.me|upper }}",
                "{% for i in [1, 2] %}{{ loop.changed(s.x if i == 1 else s.y) }}{% endfor %}{{ s }}",
                "{{ s.x|indent }}{{ s.me|indent }}", "{{ raise_exception(s.x or s.me) }}",
                "{{ [[s.x], [s.y]]|groupby(0)|string }}{{ s.me|string }}", "{{ s.x < s.y }}{{ s.me < s.me }}"
        ).map(made::concat));
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void valuesThatHoldThemselvesOrTheSameOftenAreRefused(String template) {
        refusal(template, LITTLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ 'x' * 1000000000 }}", "{{ 1000000000 * 'x' }}", "{{ [1] * 1000000000 }}",
        "{{ (1, 2) * 9223372036854775807 }}", "{{ 'x' * 9223372036854775807 }}",
        "{% set s = namespace(t='x') %}{% for i in range(100) %}{% set s.t = s.t ~ s.t %}{% endfor %}",
        "{% set s = namespace(t='x') %}{% for i in range(100) %}{% set s.t = s.t + s.t %}{% endfor %}",
        "{% set s = namespace(t=[1]) %}{% for i in range(100) %}{% set s.t = s.t + s.t %}{% endfor %}",
        "{% set s = namespace(t='x') %}{% for i in range(100) %}{% set s.t = s.t.replace('x', 'xx') %}{% endfor %}",
        "{% set s = namespace(t='x') %}{% for i in range(100) %}{% set s.t = s.t|replace('', 'x') %}{% endfor %}",
        "{% set s = namespace(t='x') %}{% for i in range(100) %}{% set s.t = (s.t, s.t)|join %}{% endfor %}",
        "{% set s = namespace(t='x') %}{% for i in range(100) %}{% set s.t = '%s%s' % (s.t, s.t) %}{% endfor %}",
        "{% set s = namespace(t='x') %}{% for i in range(100) %}{% set s.t = '{0}{0}'.format(s.t) %}{% endfor %}",
        "{% set s = namespace(t='\\'') %}{% for i in range(100) %}{% set s.t = [s.t]|string %}{% endfor %}",
        "{% set s = namespace(t='\"') %}{% for i in range(100) %}{% set s.t = s.t|tojson %}{% endfor %}",
        "{% set s = namespace(t='&') %}{% for i in range(100) %}{% set s.t = (s.t ~ s.t)|e %}{% endfor %}",
        "{% set s = namespace(t='é') %}{% for i in range(100) %}{% set s.t = (s.t ~ s.t)|urlencode %}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{% for i in range(100000) %}{{ 'x' * 100000 }}{% endfor %}",
        "{% for i in range(100000) %}{% set x = range(100000)|list %}{% endfor %}",
        "{% for i in range(100000) %}{% set x = range(100000)|sort %}{% endfor %}",
        "{% for i in range(100000) %}{% set x = 'b a '*1000|trim %}{% set y = x.split() %}{% endfor %}",
        "{% for i in range(100000) %}{% set x = 99999 in range(100000) %}{% endfor %}",
        "{% for i in range(100000) %}{% set x = range(100000)|sum %}{% endfor %}",
        "{% for i in range(100000) %}{% set x = range(100000)|max %}{% endfor %}",
        "{% for i in range(100000) %}{% set x = range(100000)|unique|list %}{% endfor %}",
        "{% for i in range(100000) %}{% set x = range(100000)|map('string')|join %}{% endfor %}",
        "{% for i in range(100000) %}{% set x = range(100000)|batch(1)|list %}{% endfor %}",
        "{% for i in range(100000) %}{% set x = range(100000)|select('odd')|list %}{% endfor %}",
        "{% for i in range(100000) %}{% set x = range(100000)|reverse|list %}{% endfor %}",
        "{% for i in range(100000) %}{% set x = range(100000)[::-1] %}{% endfor %}",
        "{% for i in range(100000) %}{% set x = range(100000)|list == range(100000)|list %}{% endfor %}",
        "{% set t = 'x' * 1000000 %}{% for i in range(100000) %}{% set x = t|upper %}{% endfor %}",
        "{% set t = 'x' * 1000000 %}{% for i in range(100000) %}{% set x = t[500000] %}{% endfor %}",
        "{% set t = 'x' * 1000000 %}{% for i in range(100000) %}{% set x = t|length %}{% endfor %}",
        "{% set t = 'x' * 1000000 %}{% for i in range(100000) %}{% set x = t.find('y') %}{% endfor %}",
        "{% set t = 'x' * 1000000 %}{% for i in range(100000) %}{% set x = t.isdigit() %}{% endfor %}",
        "{% set t = 'x' * 1000000 %}{% for i in range(100000) %}{% set x = t == t ~ '' %}{% endfor %}",
        "{% set t = 'x' * 1000000 %}{% for i in range(100000) %}{% set x = t|wordcount %}{% endfor %}",
        "{% set t = '1' * 1000000 %}{% for i in range(100000) %}{% set x = t|float %}{% endfor %}",
        "{% set t = 'x' * 1000000 %}{% for i in range(100000) %}{% set x = t.strip(t) %}{% endfor %}",
        "{{ 'x'|indent(2000000000) }}{{ 'a\nb'|indent(2000000000) }}", "{{ [1]|tojson(indent=2000000000) }}",
        "{{ 'a\nb'|indent('x' * 9000000) }}{{ ('\n' * 10000)|indent('x' * 9000000, blank=true) }}",
        "{{ 'x'.center(2000000000) }}", "{{ 'x'|center(9223372036854775807) }}", "{{ 'x'.ljust(2000000000) }}",
        "{{ 'x'.rjust(2000000000) }}", "{{ 'x'.zfill(9223372036854775807) }}", "{{ '\t'.expandtabs(2000000000) }}",
        "{{ '{:2000000000}'.format(1) }}", "{{ '{:999999999}'.format(1) }}", "{{ '{:.999999999f}'.format(1.5) }}",
        "{{ '%999999999d' % 1 }}", "{{ '%.999999999f' % 1.5 }}", "{{ '%*d' % (9223372036854775807, 1) }}",
        "{{ '%.*f' % (9223372036854775807, 1.5) }}", "{{ '%.999999999d' % 1 }}", "{{ '{:{}}'.format(1, 999999999) }}",
        "{{ [1]|batch(2000000000, 0)|list }}", "{{ [1]|slice(2000000000)|list }}",
        "{{ [1]|slice(9223372036854775807)|list }}", "{{ 9 ** 9 ** 9 }}", "{{ 2 ** 9223372036854775807 }}",
        "{{ 10 ** 400 }}", "{{ 2.0 ** 99999 }}", "{{ 9223372036854775807 * 2 }}", "{{ -9223372036854775807 - 2 }}",
        "{{ (-9223372036854775807 - 1) // -1 }}", "{{ -(-9223372036854775807 - 1) }}",
        "{{ (-9223372036854775807 - 1)|abs }}", "{{ 9223372036854775807|round(-1) }}", "{{ 2|round(400, 'ceil') }}",
        "{{ ('9' * 400)|int }}", "{{ 1e300|int }}", "{{ '{:c}'.format(99999999) }}", "{{ '%c' % 99999999 }}",
        "{{ range(-9223372036854775807, 9223372036854775807) }}", "{{ range(9223372036854775807) }}",
        "{{ range(0, -9223372036854775807, -1) }}", "{{ range(1, 2, 0) }}"})
    void whatNeedsTooMuchIsRefused(String template) {
        refusal(template, LITTLE);
    }

    /** Every search is as fast on texts made to slow it down as on any other. */
    @ParameterizedTest
    @ValueSource(strings = {"{{ ('a' * 80000 ~ 'b' in t) }}", "{{ t.find('a' * 80000 ~ 'b') }}",
        "{{ t.rfind('b' ~ 'a' * 80000) }}", "{{ t.count('a' * 80000 ~ 'b') }}",
        "{{ t.replace('a' * 80000 ~ 'b', 'x')|length }}", "{{ t.split('a' * 80000 ~ 'b')|length }}",
        "{{ t.rsplit('b' ~ 'a' * 80000)|length }}", "{{ t.partition('a' * 80000 ~ 'b')|length }}",
        "{{ t.rpartition('b' ~ 'a' * 80000)|length }}", "{{ (' ' * 400000 ~ 'x').split()|length }}",
        "{{ (' ' * 400000 ~ 'x')|trim|length }}", "{{ ('%' * 400000) % () }}", "{{ ('{' * 400000).format() }}",
        "{{ ('{' * 80000 ~ 'x' ~ '}' * 20000).format() }}", "{{ ('%(' * 80000) % {} }}",
        "{{ ('0' * 400000)|float }}", "{{ ('1_' * 80000)|int }}", "{{ (' ' * 400000 ~ 'x')|int }}",
        "{{ ('.' * 20000)|map('length')|join }}", "{{ [{}]|map(attribute='.' * 80000)|list }}",
        "{{ ('a ' * 80000)|truncate(80000)|length }}", "{{ ('\n' * 20000)|indent|length }}",
        "{{ strftime_now('%Y' * 20000)|length }}"})
    void searchesAreLinear(String template) {
        try {
            render("{% set t = 'a' * 400000 %}" + template);
        } catch (JinjaException refused) {
            assertTrue(refused.getMessage().startsWith("line 1: "), refused.getMessage());
        }
    }

    /** Template text itself, made to slow down whoever cuts it. */
    @Test
    void cuttingATemplateIsLinear() {
        int n = 100_000;
        for (String text : List.of("{".repeat(n), "{%".repeat(n), "{{".repeat(n), "{#".repeat(n), "{%-".repeat(n),
                "{% raw %}".repeat(n / 10), "{% raw %}" + "{% ".repeat(n), "{%" + " ".repeat(n), "{{" + "\n".repeat(n),
                "{% raw " + " ".repeat(n), "{% raw %}{%" + " ".repeat(n), " \n".repeat(n) + "{%-", "1".repeat(n),
                "{{ " + "1".repeat(n) + " }}", "{{ " + "1_".repeat(n) + " }}", "{{ 1." + "1".repeat(n) + "e }}",
                "{{ " + "a".repeat(n) + " }}", "{{ '" + "\\'".repeat(n), "{{ '" + "\\x4".repeat(n / 2) + "' }}",
                "{{ a" + " is".repeat(n / 10), "{{ a is" + " not".repeat(n / 10) + " }}", "{% if 1 %}".repeat(n / 10),
                "{% else %}".repeat(n / 10), "{{ 1 }}\n".repeat(n / 10) + "{{", "{% set x = 1 %}".repeat(n / 10))) {
            try {
                render(text);
            } catch (JinjaException refused) {
                assertTrue(refused.getMessage().startsWith("line "), refused.getMessage());
            }
        }
    }

    /** Whatever is called with whatever, the answer is a value or a JinjaException of the template's own making. */
    @Test
    void everyFilterTestMethodAndFunctionTakesAnyArguments() {
        List<String> values = List.of("none", "true", "-1", "9223372036854775807", "0.5", "'nan'|float", "''", "'x'",
                "'é\uD83D\uDE00'", "'\uD800'", "[]", "[none, 1, 'a']", "()", "({}, 1)", "{}", "{'a': none, 1: []}",
                "range(3)", "a|map('string')", "{}.items()", "namespace(a=1)", "nothing", "range", "cycler(1)", "m");
        List<String> arguments = List.of("", "()", "(none)", "(none, none)", "(1, 2, 3, 4, 5)", "('a')", "([])",
                "(0, -1)", "(nothing)", "(9223372036854775807)", "(-9223372036854775807, 1.5)", "('x', 'y', 'z')",
                "(attribute='a')", "(attribute=none, default=1)", "(nope=1)", "(m)", "('map', 'map')", "({})");
        String names = "abs attr batch capitalize center count d default dictsort e escape filesizeformat first float "
                + "forceescape format groupby indent int items join last length list lower map max min reject "
                + "rejectattr replace reverse round safe select selectattr slice sort string sum title tojson trim "
                + "truncate unique upper urlencode wordcount xmlattr";
        List<String> templates = new ArrayList<>();
        for (int i = 0; i < values.size() * arguments.size(); i += 7) {
            String value = values.get(i / arguments.size());
            String with = arguments.get(i % arguments.size());
            String call = with.isEmpty() ? "()" : with;
            List.of(names.split(" ")).forEach(name -> templates.add("(" + value + ")|" + name + with));
            TESTS.forEach(name -> templates.add("(" + value + ") is " + name + with));
            METHODS.forEach(name -> templates.add("(" + value + ")." + name + call));
            FUNCTIONS.forEach(name -> templates.add(name + call.replace("none", value)));
            OPERATORS.forEach(operator -> templates.add("(" + value + ") " + operator + " "
                    + (with.length() < 3 ? "1" : with.contains("=") ? value : with)));
            templates.add("(" + value + ")[" + (with.contains("=") || with.length() < 3 ? "0" : with) + "]");
        }
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> templates.forEach(this::isARefusalAtMost));
    }

    private static final List<String> TESTS = List.of("defined", "undefined", "none", "string", "number", "integer",
            "float", "boolean", "mapping", "iterable", "sequence", "callable", "true", "odd", "even", "divisibleby",
            "eq", "ne", "lt", "ge", "in", "lower", "upper", "sameas", "filter", "test", "escaped");
    private static final List<String> METHODS = Stream.concat(TextMethods.TABLE.keySet().stream(), Stream.of("items",
            "keys", "values", "get", "copy", "append", "pop", "update", "next", "reset", "a", "__class__")).toList();
    private static final List<String> FUNCTIONS = List.of("range", "dict", "namespace", "cycler", "joiner",
            "raise_exception", "strftime_now", "m", "loop.cycle", "loop.changed", "none", "nothing");
    private static final List<String> OPERATORS = List.of("+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<",
            "<=", ">", ">=", "in", "not in", "and", "or");

    private void isARefusalAtMost(String expression) {
        try {
            Template.parse("{% macro m(a) %}{{ a }}{% endmacro %}{% for i in [1] %}{% set v = " + expression
                    + " %}{{ v }}{{ v|list if v is iterable }}{% endfor %}").render(VARIABLES, Clock.systemUTC());
        } catch (JinjaException refused) {
            assertEquals(null, refused.getCause(), () -> expression + " is refused for " + refused.getCause());
        }
    }

    @Test
    void whatTheTemplateIsGivenMayBeDeepToo() {
        List<Object> deep = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            deep = new ArrayList<>(List.of(deep));
        }
        Map<String, Object> given = Map.of("deep", deep);
        assertThrows(JinjaException.class, () -> Template.parse("x").render(given, Clock.systemUTC()));
    }

    @Test
    void aRefusalSaysWhatAndWhere() {
        assertEquals("line 2: loop.cycle needs at least one value",
                refusal("\n{% for i in a %}{{ loop.cycle() }}{% endfor %}"));
        assertEquals("line 1: abs of a None has no meaning", refusal("{{ none|abs }}"));
        assertEquals("line 1: 9 ** 387420489 is too large for an int of 64 bits", refusal("{{ 9 ** (9 ** 9) }}"));
        assertEquals("line 1: range(-9223372036854775807, 9223372036854775807) is more than 100000 numbers",
                refusal("{{ range(-9223372036854775807, 9223372036854775807) }}"));
        assertEquals("line 1: a text or a list of 2000000000 elements; at most 16777216 are made",
                refusal("{{ 'x'|indent(2000000000) }}"));
        assertEquals("line 1: it stands more than 400 deep", refusal(SELF + "{{ s.me }}"));
        assertEquals("line 1: the template does more work than the 100000000 units that a rendering may",
                refusal(DOUBLED_LIST + "{{ s.x == s.y }}"));
        assertEquals("line 1: a template may not change a list by append, which is undefined",
                refusal("{{ a.append(1) }}"));
    }

    @Test
    void aLongConversationIsNoAttack() {
        List<Map<String, String>> messages = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            messages.add(Map.of("role", i % 2 == 0 ? "user" : "assistant", "content", "word ".repeat(400)));
        }
        String template = """
                {% set ns = namespace(last=-1) %}
                {% for m in messages[::-1] %}
                    {% if ns.last < 0 and m.role == 'user' and not m.content.startswith('<tool>') %}
                        {% set ns.last = messages|length - 1 - loop.index0 %}
                    {% endif %}
                {% endfor %}
                {% for m in messages %}
                    {% set content = m.content.split('</think>')[-1].lstrip('\\n') %}
                    {{ '<|' + m.role + '|>\\n' + content|trim + '\\n' }}
                    {% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('order') }}{% endif %}
                {% endfor %}
                {{ ns.last }}""";
        String text = Template.parse(template).render(Map.of("messages", messages), Clock.systemUTC());
        assertTrue(text.length() > 2_000_000 && text.endsWith("998"), () -> text.length() + " characters");
    }
}
