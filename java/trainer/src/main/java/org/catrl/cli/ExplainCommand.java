package org.catrl.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.catrl.record.GroupRecord;
import org.catrl.record.RunReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl explain}: why the rollouts of a step got their rewards. */
@Command(name = "explain", description = "Tells why each rollout of a step got its reward, from the run's record.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    private static final int EXCERPT = 600;

    @Parameters(paramLabel = "RUN", description = "The folder of a run.")
    private Path folder;

    @Option(names = "--step", paramLabel = "N", description = "The step as the screen counts them, from 1 (the "
            + "record's first is 0); default: the last one.")
    private Integer step;

    @Option(names = "--prompt", paramLabel = "N", description = "The prompt, from 1 in the order of the step; without "
            + "it the step's prompts are listed.")
    private Integer prompt;

    @Option(names = "--rollout", paramLabel = "N", description = "One rollout alone, from 1, in full.")
    private Integer rollout;

    @Option(names = "--full", description = "Texts and replies in full, however long.")
    private boolean full;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (rollout != null && prompt == null) {
            throw new ParameterException(spec.commandLine(), "--rollout " + rollout + " needs the prompt that it "
                    + "answers: --prompt N");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (RunReader run = RunReader.open(folder)) {
            int shown = step(run);
            List<GroupRecord> groups = run.groups(shown - 1);
            if (prompt == null) {
                StepGroupsText.print(run.facts().get("name"), shown, groups, out);
            } else {
                explain(chosen(groups, prompt, "--prompt", "prompts of step " + shown), shown, out);
            }
        }
        return ExitCode.OK.code();
    }

    /** The step to show, from 1. */
    private int step(RunReader run) {
        List<Integer> steps = run.stepsOfGroups();
        if (steps.isEmpty()) {
            throw new ParameterException(spec.commandLine(), folder + ": holds no groups; those of a training run are "
                    + "kept, of supervised training and evaluations there are none");
        }
        int last = steps.get(steps.size() - 1) + 1;
        if (step != null && !steps.contains(step - 1)) {
            throw new ParameterException(spec.commandLine(), "--step is " + step + "; " + folder + " has groups of the "
                    + "steps " + (steps.get(0) + 1) + " to " + last);
        }
        return step == null ? last : step;
    }

    private void explain(GroupRecord group, int shown, PrintWriter out) {
        if (rollout != null) {
            chosen(group.rollouts(), rollout, "--rollout", "rollouts of the prompt");
        }
        GroupText text = new GroupText(group, full || rollout != null ? Integer.MAX_VALUE : EXCERPT, out);
        text.printGroup(shown, prompt);
        for (int i = 0; i < group.rollouts().size(); i++) {
            if (rollout == null || rollout == i + 1) {
                text.printRollout(i);
            }
        }
    }

    private <T> T chosen(List<T> all, int number, String option, String of) {
        if (number < 1 || number > all.size()) {
            throw new ParameterException(spec.commandLine(), option + " is " + number + "; there are " + all.size()
                    + " " + of + ", counted from 1");
        }
        return all.get(number - 1);
    }
}
