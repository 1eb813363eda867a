package org.catrl.text.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every feature, against what jinja2 makes of the same (trim_blocks, lstrip_blocks). */
@Timeout(60)
class TemplateTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-03T09:05:00Z"), ZoneOffset.UTC);
    private static final Map<String, Object> VARIABLES = variables();

    private static Map<String, Object> variables() {
        Map<String, Object> tool = new LinkedHashMap<>();
        tool.put("name", "f");
        tool.put("args", Arrays.asList(1, 2.5, null, true, "é\n"));
        return Map.of("a", List.of(1, 2, 3), "text", "Hello, wörld", "tool", tool, "items", List.of(
                Map.of("role", "user", "n", 3), Map.of("role", "tool", "n", 1), Map.of("role", "user", "n", 2)));
    }

    private static String render(String template) {
        return Template.parse(template).render(VARIABLES, CLOCK);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', value = {
        "{{ 1 + 2 * 3 - 4 // 3 }}=>6", "{{ 7 / 2 }}=>3.5", "{{ -7 // 2 }} {{ -7 % 3 }} {{ 2 ** 3 }}=>-4 2 8",
        "{{ 1 == 1.0 and not 2 < 1 }}=>True", "{{ 1 < 2 <= 2 < 3 }}=>True", "{{ 'a' ~ 1 ~ none }}=>a1None",
        "{{ 'x' if false else 'y' }}{{ 'z' if false }}=>y", "{{ none or 'd' }}{{ [] and 1 }}=>d[]",
        "{{ [1, 'a', none, 1.0, {'k': true}] }}=>[1, 'a', None, 1.0, {'k': True}]",
        "{{ \"it's\" }} {{ [\"it's\"] }}=>it's [\"it's\"]",
        "{{ a[0] }}{{ a[-1] }}{{ a[5] }}{{ a[1:] }}{{ a[::-1] }}{{ a[:-1] }}=>13[2, 3][3, 2, 1][1, 2]",
        "{{ text[7] }}{{ text[-3:] }}{{ text|length }}=>wrld12",
        "{{ tool.name }}{{ tool['name'] }}{{ tool.absent }}=>ff",
        "{{ 2 in a }}{{ 9 not in a }}{{ 'ell' in text }}{{ 'name' in tool }}=>TrueTrueTrueTrue",
        "{{ absent is defined }} {{ absent is not defined }} {{ none is none }} {{ text is string }}"
                + "=>False True True True",
        "{{ 4 is even }} {{ 3 is odd }} {{ 9 is divisibleby 3 }} {{ 1 is in a }} {{ a is iterable }}"
                + " {{ tool is mapping }}"
                + "=>True True True True True True",
        "{{ true is true }} {{ 1 is true }} {{ 1 is number }} {{ 1 is string }} {{ a is sequence }}"
                + "=>True False True False True",
        "{{ text.upper() }} {{ text.startswith('He') }} {{ text.endswith(('x', 'ld')) }}=>HELLO, WÖRLD True True",
        "{{ ' x '.strip() }}{{ 'xxaxx'.strip('x') }}{{ 'xxaxx'.lstrip('x') }}{{ 'xxaxx'.rstrip('x') }}=>xaaxxxxa",
        "{{ 'a,b,c'.split(',') }} {{ 'a b  c'.split() }} {{ 'a,b,c'.split(',', 1)[-1] }} {{ 'a,b,c'.rsplit(',', 1) }}"
                + "=>['a', 'b', 'c'] ['a', 'b', 'c'] b,c ['a,b', 'c']",
        "{{ 'aXbX'.replace('X', '-') }} {{ 'a-b'.partition('-') }} {{ 'abc'.find('c') }} {{ 'abc'.find('z') }}"
                + "=>a-b- ('a', '-', 'b') 2 -1",
        "{{ 'hello world'.title() }} {{ 'HELLO'.capitalize() }} {{ '-'.join(['a', 'b']) }}=>Hello World Hello a-b",
        "{{ '{} and {x}'.format(1, x=2) }} {{ '%s-%d' % ('a', 3) }} {{ '12'.isdigit() }}=>1 and 2 a-3 True",
        "{{ tool|tojson }}=>{\"name\": \"f\", \"args\": [1, 2.5, null, true, \"é\\n\"]}",
        "{{ [1]|tojson(indent=2) }}=>`[\n  1\n]`",
        "{{ {'a': {}, 'b': []}|tojson }}=>{\"a\": {}, \"b\": []}",
        "{{ 1e-5 }} {{ 1e16 }} {{ 0.1 + 0.2 }} {{ 100000.0 }}=>1e-05 1e+16 0.30000000000000004 100000.0",
        "{{ a|join(', ') }} {{ a|first }} {{ a|last }} {{ a|sum }} {{ a|max }} {{ a|min }}=>1, 2, 3 1 3 6 3 1",
        "{{ items|map(attribute='n')|list }}"
                + " {{ items|selectattr('role', 'equalto', 'user')|map(attribute='n')|join }}"
                + "=>[3, 1, 2] 32",
        "{{ items|rejectattr('role', '==', 'user')|list|length }} {{ a|select('odd')|list }}"
                + " {{ a|reject('gt', 1)|list }}"
                + "=>1 [1, 3] [1]",
        "{{ items|sort(attribute='n')|map(attribute='n')|list }} {{ [3, 1]|sort(reverse=true) }}"
                + " {{ ['b', 'B', 'a']|unique|list }}"
                + "=>[1, 2, 3] [3, 1] ['b', 'a']",
        "{{ absent|default('x') }} {{ ''|default('y', true) }} {{ none|d('z') }}=>x y None",
        "{{ '<a>'|e }} {{ '5'|int + 1 }} {{ 'x'|int }} {{ '2.5'|float }}=>&lt;a&gt; 6 0 2.5",
        "{{ {'b': 1, 'a': 2}|dictsort }} {{ {'k': 1}.items() }} {{ {'k': 1}.get('z', 9) }}"
                + "=>[('a', 2), ('b', 1)] dict_items([('k', 1)]) 9",
        "{{ 3.14159|round(2) }} {{ -3|abs }} {{ [1, 2]|reverse|list }} {{ ' a '|trim }}=>3.14 3 [2, 1] a",
        "{{ strftime_now('%d %b %Y, %-d %H:%M') }}=>03 Nov 2026, 3 09:05",
        "{{ range(3) }} {{ range(1, 6, 2)|list }}=>range(0, 3) [1, 3, 5]",
        "{{ -2|abs }} {{ 'a' 'b' }} {{ ((1)) }} {{ () }}=>2 ab 1 ()", "{{ 'x\\ty\\u00e9\\x41\\q' }}=>`x\tyéA\\q`"})
    void expressions(String template, String expected) {
        assertEquals(expected, render(template));
    }

    @Test
    void blocks() {
        assertEquals("1:1/3 2:2/3 3:3/3 .",
                render("{% for x in a %}{{ loop.index }}:{{ x }}/{{ loop.length }} {% endfor %}."));
        assertEquals("b=1;c=2;", render("{% for k, v in {'b': 1, 'c': 2}.items() %}{{ k }}={{ v }};{% endfor %}"));
        assertEquals("none", render("{% for x in [] %}{{ x }}{% else %}none{% endfor %}"));
        assertEquals("13", render("{% for x in a if x != 2 %}{{ x }}{% endfor %}"));
        assertEquals("12", render("{% for x in a %}{% if x == 3 %}{% break %}{% endif %}{{ x }}{% endfor %}"));
        assertEquals("13", render("{% for x in a %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}{% endfor %}"));
        assertEquals("FTL|", render("{% for x in a %}{{ 'F' if loop.first }}{{ 'T' if loop.index0 == 1 }}"
                + "{{ 'L' if loop.last }}{% endfor %}|"));
        assertEquals("-12", render("{% for x in a %}{{ loop.previtem | default('-') if not loop.last }}"
                + "{{ x if loop.revindex == 2 }}{% endfor %}"));
        assertEquals("two", render("{% if a|length == 1 %}one{% elif a[1] == 2 %}two{% else %}many{% endif %}"));
        assertEquals("2", render("{% macro m(x, y=1) %}{{ x + y }}{% endmacro %}{{ m(1) }}"));
        assertEquals("<b>x</b>", render("{%- macro tag(n) -%}<{{ n }}>{{ inner }}</{{ n }}>{%- endmacro -%}"
                + "{% set inner = 'x' %}{{ tag(n='b') }}"));
        assertEquals("XY", render("{% set t %}xy{% endset %}{{ t|upper }}"));
        assertEquals("XY", render("{% filter upper %}xy{% endfilter %}"));
        assertEquals("3", render("{% with x = 1, y = 2 %}{{ x + y }}{% endwith %}"));
        assertEquals("{{ no }} {% no %}", render("{% raw %}{{ no }} {% no %}{% endraw %}"));
        assertEquals("kept", render("{% generation %}kept{% endgeneration %}"));
        assertEquals("21", render("{% set x, y = 1, 2 %}{{ y }}{{ x }}"));
    }

    @Test
    void aNameSetInALoopIsOfTheLoopAndANamespaceIsNot() {
        assertEquals("0", render("{% set x = 0 %}{% for i in a %}{% set x = i %}{% endfor %}{{ x }}"));
        assertEquals("3", render("{% set s = namespace(x=0) %}{% for i in a %}{% set s.x = i %}{% endfor %}{{ s.x }}"));
        assertEquals("5", render("{% if true %}{% set x = 5 %}{% endif %}{{ x }}"));
    }

    @Test
    void whitespace() {
        assertEquals("a\nb\n", render("a\n{% if true %}\nb\n{% endif %}\n"));
        assertEquals("a\n  b\n", render("a\n  {% if true %}\n  b\n  {% endif %}\n"));
        assertEquals("ab", render("a \n {%- if true -%} \n b \n {%- endif %}"));
        assertEquals("a  x  b", render("a  {{ 'x' }}  b"));
        assertEquals("axb", render("a \n {{- 'x' -}} \n b"));
        assertEquals("a b", render("a{# no #} b"));
        assertEquals("ab", render("a {#- no -#} b"));
        assertEquals("a\nb", render("a\n  {# no #}\nb"));
        assertEquals("a\n\nb", render("a\n{% if true +%}\nb{% endif %}"));
        assertEquals("a\n  b", render("a\n  {%+ if true %}b{% endif %}"));
        assertEquals("x {% y", render("x {{ '{%' }} y"));
        assertEquals("a\n", render("a\n\n"));
        assertEquals("a\nb", render("a\r\nb"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ x.y }}", "{{ x() }}", "{{ 1 + 'a' }}", "{{ 1 / 0 }}", "{{ a.append(4) }}",
        "{{ tool.update({}) }}", "{{ a|first.x.y }}",
        "{% for x in 3 %}{% endfor %}",
        "{% set x.y = 1 %}",
        "{{ 'a' < 1 }}",
        "{{ range(10000000) }}",
        "{{ a[::0] }}", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{{ 9223372036854775807 + 1 }}",
        "{% for x in range(99999) %}{% for y in range(99999) %}{% endfor %}{% endfor %}", "{{ 'x' * 900000 * 900000 }}",
        "{% for i in range(1000) %}{{ 'x' * 100000 }}{% endfor %}"})
    void whatHasNoMeaningOrNoEndIsAnErrorWithItsLine(String template) {
        String message = assertThrows(JinjaException.class, () -> render("\n" + template)).getMessage();
        assertTrue(message.startsWith("line 2: "), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ }}", "{{ 1 +", "{% if %}", "{% if x %}", "{% endif %}", "{% for x %}{% endfor %}",
        "{{ x|nothing }}", "{{ x is nothing }}", "{# no end", "{% raw %}", "{{ 'open }}", "{% include 'x' %}",
        "{{ a b }}", "{{ [1, }}",
        "{{ 99999999999999999999 }}", "{% for x in a recursive %}{% endfor %}"})
    void whatIsNoTemplateIsAnErrorWithItsLine(String template) {
        String message = assertThrows(JinjaException.class, () -> Template.parse("\n" + template)).getMessage();
        assertTrue(message.startsWith("line 2: "), message);
    }

    @Test
    void nestingHasAnEnd() {
        String brackets = "(".repeat(5000) + "1" + ")".repeat(5000);
        assertThrows(JinjaException.class, () -> Template.parse("{{ " + brackets + " }}"));
        assertThrows(JinjaException.class, () -> Template.parse("{% if a %}".repeat(5000)));
        assertThrows(JinjaException.class, () -> Template.parse("{{ " + "not ".repeat(100_000) + "1 }}"));
        assertThrows(JinjaException.class, () -> Template.parse("{{ " + "-".repeat(100_000) + "1 }}"));
    }

    @Property(tries = 3000)
    void noTextDoesHarm(@ForAll @StringLength(max = 30) @Chars({'{', '}', '%', '#', '-', ' ', '\n', 'a', 'i', 'f', '(',
        ')', '[', ']', '\'', '|', '.', '1', ':', ','}) String text) {
        try {
            render(text);
        } catch (JinjaException expected) {
            assertTrue(expected.getMessage().startsWith("line "), expected.getMessage());
        }
    }
}
