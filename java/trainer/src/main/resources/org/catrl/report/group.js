// All that made the rewards of one group.
import {el} from "./dom.js";
import {counted} from "./format.js";
import {matrixView} from "./matrix.js";
import {differs, referenceView} from "./reference.js";
import {Rollouts} from "./rollouts.js";
import {modelText} from "./text.js";

/** The blocks of a group, from the prompt to its rollouts; asked: what is searched for, marked in every text. */
export function groupView(run, group, asked) {
  const marks = asked ? [{find: asked, kind: "found"}] : [];
  const rollouts = new Rollouts(group, marks);
  const prompt = modelText(group.prompt, {marks, whole: group.cut?.prompt, label: "prompt"});
  const short =
    "Of this group the record keeps its rewards and answers alone; record.groups_per_step keeps more whole.";
  return [
    head(run, group),
    el("section", {class: "panel prompt"}, el("h3", {}, "Prompt"), prompt),
    referenceView(group, marks, answer => rollouts.pick(answer)),
    el("section", {class: "panel"}, el("h3", {}, rewardsTitle(group)), matrixView(group)),
    group.whole ? rollouts.area : el("p", {class: "note"}, short)
  ];
}

function rewardsTitle(group) {
  return group.criteria.length ? "Criteria and rewards" : "Rewards";
}

function head(run, group) {
  const steps = run.max_steps || run.steps.length;
  const of = steps ? el("span", {class: "of"}, " of " + steps) : null;
  const weights = group.weights_version === null ? "" : ", weights after " + counted(group.weights_version, "update");
  return el(
    "header",
    {class: "group-head"},
    el("h2", {}, "Step " + (group.step + 1), of, ", prompt " + (group.position + 1)),
    el("span", {class: "by"}, "id " + group.prompt_id + weights),
    differs(group) ? el("span", {class: "badge warn"}, "reference and vote differ") : null
  );
}
