// The steps of a run as a table.
import {el, th} from "./dom.js";
import {duration, figure} from "./format.js";
import {eventsAt, kind} from "./markers.js";
import {address, current, state} from "./state.js";

/** The columns that may be there, with short heads. */
const COLUMNS = [
  ["reward", "reward"],
  ["reward_std", "± in group"],
  ["frac_reward_zero_std", "no spread"],
  ["loss", "loss"],
  ["eval_loss", "eval loss"],
  ["cat/majority_ratio", "agree"],
  ["cat/majority_disagreement", "≠ vote"],
  ["cat/teacher_student_gap", "gap"],
  ["cat/abstained", "abstained"],
  ["rubric/yes_rate", "met"],
  ["judge/failures", "judge fails"],
  ["entropy", "entropy"],
  ["completions/mean_length", "length"],
  ["completions/clipped_ratio", "cut off"],
  ["clip_ratio/region_mean", "clip"],
  ["kl", "kl"],
  ["grad_norm", "grad norm"],
  ["learning_rate", "lr"]
];
const STAGES = ["rollout", "aggregate", "reward", "reference", "update"];

/** The view, the newest step first. */
export function stepsView() {
  const run = current();
  if (!run) {
    return el("p", {class: "empty"}, "reading the run ...");
  }
  if (!run.steps.length) {
    return el("p", {class: "empty"}, "no step has been recorded yet");
  }
  const columns = COLUMNS.filter(([name]) => run.metrics[name]);
  return el(
    "div",
    {class: "scroll tall"},
    el(
      "table",
      {class: "steps"},
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          th("step", {class: "number"}),
          columns.map(([name, head]) => th(head, {class: "number", title: name})),
          th("seconds", {class: "number"}),
          th("stages", {title: STAGES.join(", ")}),
          th("")
        )
      ),
      el("tbody", {}, run.steps.map((step, i) => line(run, step, i, columns)).reverse())
    )
  );
}

function line(run, step, i, columns) {
  const chosen = state.route.step === step;
  const to = run.groups.steps.includes(step) ? address({view: "evidence", run: run.id, step}) : null;
  return el(
    "tr",
    {
      "data-item": true,
      class: chosen ? "chosen" : null,
      "aria-current": chosen ? "true" : null,
      onclick: to
        ? () => {
            location.hash = to;
          }
        : null
    },
    el("th", {scope: "row", class: "number"}, to ? el("a", {href: to}, step + 1) : step + 1),
    columns.map(([name]) => el("td", {class: "number"}, figure(run.metrics[name][i]))),
    el("td", {class: "number"}, run.seconds[i] === null ? "–" : duration(run.seconds[i])),
    el("td", {}, stageBar(run, i)),
    el(
      "td",
      {class: "marks"},
      eventsAt([run], step + 1).map(event =>
        el("span", {class: kind(event).tone, title: event.message}, kind(event).sign)
      )
    )
  );
}

function stageBar(run, i) {
  const parts = STAGES.map(name => ({name, seconds: run.stages[name]?.seconds?.[i] || 0})).filter(part => part.seconds);
  const told = parts.map(part => part.name + " " + duration(part.seconds)).join(", ");
  return el(
    "span",
    {class: "stage-bar", title: told, role: "img", "aria-label": told},
    parts.map(part => el("span", {class: "in-" + part.name, "--part": part.seconds}))
  );
}
