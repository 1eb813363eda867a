package org.catrl.reward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.catrl.flow.Criterion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RubricTest {
    private static List<String> texts(String reply) {
        return Rubric.parse(reply).criteria().stream().map(Criterion::text).toList();
    }

    @Test
    void xmlOfLanguageModelsIsForgiven() {
        assertEquals(List.of("Names a & b, and 3 < 4.", "Avoids \"x\"."),
                texts("Sure! <rubric>\n<criterion id=\"1\">\n Names a & b,\n and 3 < 4. </criterion>"
                        + "<criterion><description>Avoids &quot;x&quot;.</description></criterion>"));
        assertEquals(List.of("one", "two", "three"), texts("<CRITERION>one<Criterion>two</criterion><criterion>three"));
        assertEquals(List.of("one"), texts("<rubric><criterion>one</rubric> more text"));
        assertEquals(List.of(), texts("no xml at all"));
        assertEquals(List.of(), texts("<criterion></criterion><criterion> \n </criterion>"));
        assertEquals(List.of("a\u0020b"), texts("<criterion>a\u0000\u0007b</criterion>"));
    }

    @Test
    void pointsStandInAnAttributeOrAnElement() {
        assertEquals(List.of(2.0, -3.5, 1.0, 4.0),
                Rubric.parse("<criterion weight=\"2\">a</criterion><criterion points='-3.5'>"
                + "b</criterion><criterion>c</criterion><criterion><weight>4</weight>d</criterion><criterion weight=0>e"
                + "</criterion>").criteria().stream().map(Criterion::points).toList());
    }

    @Test
    void aVetoDecidesAlone() {
        List<Criterion> criteria = Rubric.parse("<criterion veto=\"true\" weight=3>is safe</criterion>"
                + "<criterion veto='no'>is short</criterion><criterion weight=\"-1\" veto=yes>insults</criterion>")
                .criteria();
        assertEquals(List.of(true, false, true), criteria.stream().map(Criterion::veto).toList());
        Optional<Boolean> yes = Optional.of(true);
        Optional<Boolean> no = Optional.of(false);
        assertEquals(OptionalDouble.of(0.75), RubricScore.ofVerdicts(criteria, List.of(yes, no, no)));
        assertEquals(OptionalDouble.of(0), RubricScore.ofVerdicts(criteria, List.of(no, yes, no)));
        assertEquals(OptionalDouble.of(0), RubricScore.ofVerdicts(criteria, List.of(yes, yes, yes)));
        assertEquals(OptionalDouble.of(-1), RubricScore.ofVerdicts(criteria, List.of(Optional.empty(), no, yes)));
        assertEquals(OptionalDouble.empty(),
                RubricScore.ofVerdicts(criteria, List.of(Optional.empty(), Optional.empty(), yes)));
    }

    @Test
    void whatAsksTheSameIsAskedOnce() {
        Rubric rubric = Rubric.parse("<criterion>Mentions putting ice on the ankle.</criterion>"
                + "<criterion>Mentions putting ice on the ankle!</criterion>"
                + "<criterion>Does not mention putting ice on the ankle.</criterion>"
                + "<criterion>Advises rest.</criterion>").distinct();
        assertEquals(3, rubric.criteria().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<verdict>yes</verdict>", "yes", "YES.", " **Yes** ", "<verdict> Yes. </verdict> because",
        "<verdict>yes</verdict><verdict>yes</verdict>", "<answer>true</answer>"})
    void yes(String reply) {
        assertEquals(Optional.of(true), VerdictFormat.XML.read(reply));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<verdict>no</verdict>", "no", "No!", "<VERDICT>NO</VERDICT>", "false"})
    void no(String reply) {
        assertEquals(Optional.of(false), VerdictFormat.XML.read(reply));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes and no", "<verdict>yes</verdict><verdict>no</verdict>", "<verdict>maybe</verdict>",
            "incorrect",
        "not yes", "yesterday", "The answer is no", "<verdict>yes", "nope", "<verdict>not met</verdict>"})
    void nothingElseIsAVerdict(String reply) {
        assertEquals(Optional.empty(), VerdictFormat.XML.read(reply), reply);
    }

    @Test
    void longRepliesAreReadInTime() {
        long start = System.nanoTime();
        Rubric.parse("<criterion ".repeat(20_000));
        Rubric.parse("<criterion>" + "<a ".repeat(50_000)).distinct();
        VerdictFormat.XML.read("<verdict> ".repeat(50_000));
        VerdictFormat.JSON.read("{".repeat(100_000));
        VerdictFormat.XML.read(" ".repeat(200_000));
        assertTrue(System.nanoTime() - start < 2e9, (System.nanoTime() - start) / 1e9 + " s");
    }
}
