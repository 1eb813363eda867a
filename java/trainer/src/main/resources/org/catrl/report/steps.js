// The steps of a run as a table.
import {el, number, table, th} from "./dom.js";
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
  if (!run || !run.steps.length) {
    return el("p", {class: "empty"}, run ? "no step has been recorded yet" : "reading the run ...");
  }
  const columns = COLUMNS.filter(([name]) => run.metrics[name]);
  const heads = columns.map(([name, head]) => th(head, {class: "number", title: name}));
  const last = [th("seconds", {class: "number"}), th("stages", {title: STAGES.join(", ")}), th("")];
  const lines = run.steps.map((step, i) => line(run, step, i, columns)).reverse();
  return el(
    "div",
    {class: "scroll tall"},
    table({class: "steps"}, [th("step", {class: "number"}), heads, last], lines)
  );
}

function line(run, step, i, columns) {
  const chosen = state.route.step === step;
  const to = run.groups.steps.includes(step) ? address({view: "evidence", run: run.id, step}) : null;
  const open = to ? () => void (location.hash = to) : () => {};
  return el(
    "tr",
    {"data-item": true, class: chosen ? "chosen" : null, "aria-current": chosen ? "true" : null, onclick: open},
    el("th", {scope: "row", class: "number"}, to ? el("a", {href: to}, step + 1) : step + 1),
    columns.map(([name]) => number(figure(run.metrics[name][i]))),
    number(duration(run.seconds[i])),
    el("td", {}, stageBar(run, i)),
    el("td", {class: "marks"}, marksOf(run, step))
  );
}

function marksOf(run, step) {
  return eventsAt([run], step + 1).map(event =>
    el("span", {class: kind(event).tone, title: event.message}, kind(event).sign)
  );
}

function stageBar(run, i) {
  const parts = STAGES.map(name => ({name, seconds: run.stages[name]?.seconds?.[i] || 0})).filter(part => part.seconds);
  const told = parts.map(part => part.name + " " + duration(part.seconds)).join(", ");
  const bars = parts.map(part => el("span", {class: "in-" + part.name, "--part": part.seconds}));
  return el("span", {class: "stage-bar", title: told, role: "img", "aria-label": told}, bars);
}
