// The evidence browser: a step, its prompts, and of the chosen prompt all that made its rewards.
import {button, el, replace} from "./dom.js";
import {counted, figure} from "./format.js";
import {matrixView} from "./matrix.js";
import {differs, referenceView} from "./reference.js";
import {Rollouts} from "./rollouts.js";
import {address, current, go, state} from "./state.js";
import {modelText, visible} from "./text.js";

const QUIET_MILLIS = 250;
let found = null;
let asked = "";

/** The view; it fills itself as the evidence arrives. */
export function evidenceView(store) {
  const run = current();
  if (!run) {
    return el("p", {class: "empty"}, "reading the run ...");
  }
  const steps = stepsOf(run);
  if (!steps.length) {
    return el(
      "div",
      {class: "empty"},
      el("h2", {}, "No groups"),
      el(
        "p",
        {},
        run.kind === "sft"
          ? "This run learned from given completions; there are no rollouts to look at."
          : run.groups.steps.length
            ? "The report holds figures alone; catrl report --groups N holds the evidence of N groups."
            : "No group of rollouts has been recorded yet."
      )
    );
  }
  const list = el("nav", {class: "prompts", "aria-label": "prompts"});
  const whole = el("div", {class: "group"});
  show(store, run, steps, list, whole).catch(error => replace(whole, el("p", {class: "bad-text"}, error.message)));
  return el("div", {class: "evidence"}, el("aside", {}, search(store, run, list, whole), stepper(steps), list), whole);
}

/** The steps that have evidence in this page. */
function stepsOf(run) {
  return run.held ? [...new Set(run.held.map(group => group.step))] : run.groups.steps;
}

/** The step that is shown: the one asked for, or the nearest before it that has evidence, or the newest. */
export function shownStep(steps) {
  const wanted = state.route.step;
  return wanted === null ? steps[steps.length - 1] : (steps.filter(step => step <= wanted).pop() ?? steps[0]);
}

async function show(store, run, steps, list, whole) {
  const step = shownStep(steps);
  const groups = found || (await store.groups(run.id, step));
  const chosen =
    groups.find(group => group.step === step && group.position === state.route.position) ||
    (found ? groups.find(group => group.step === step) : null) ||
    groups[0];
  replace(
    list,
    found ? el("p", {class: "note"}, counted(found.length, "group") + " with “" + asked + "”") : null,
    el(
      "ol",
      {},
      groups.map(group => promptLine(run, group, group === chosen))
    )
  );
  list.querySelector("[aria-current]")?.scrollIntoView({block: "nearest"});
  if (chosen) {
    groupView(whole, run, await store.group(run.id, chosen.id));
  } else {
    replace(whole, el("p", {class: "empty"}, "nothing found"));
  }
}

function promptLine(run, group, chosen) {
  const rewards = group.attempts ? rewardsOf(group) : group;
  return el(
    "li",
    {},
    el(
      "a",
      {
        href: address({view: "evidence", run: run.id, step: group.step, position: group.position}),
        "data-item": true,
        "aria-current": chosen ? "true" : null
      },
      el("span", {class: "prompt-beginning"}, visible(group.prompt.slice(0, 160))),
      el(
        "span",
        {class: "of-prompt"},
        found ? "step " + (group.step + 1) + " · " : "",
        rewards.reward === null ? "no reward" : figure(rewards.reward),
        rewards.reward !== null ? range(rewards) : null,
        differs(group)
          ? el("span", {class: "badge warn", title: "the reference teaches another answer than the vote"}, "≠ vote")
          : null,
        group.abstained !== null ? el("span", {class: "badge"}, "abstained") : null,
        group.whole ? null : el("span", {class: "badge"}, "in short")
      )
    )
  );
}

function rewardsOf(group) {
  const all = group.attempts.map(attempt => attempt.reward).filter(reward => reward !== null);
  return all.length
    ? {
        reward: all.reduce((sum, reward) => sum + reward, 0) / all.length,
        reward_min: Math.min(...all),
        reward_max: Math.max(...all)
      }
    : {reward: null};
}

function range({reward_min: low, reward_max: high}) {
  return el("span", {class: "by"}, low === high ? "no spread" : figure(low) + " to " + figure(high));
}

function stepper(steps) {
  const at = steps.indexOf(shownStep(steps));
  const to = i => go({view: "evidence", step: steps[i], position: state.route.position});
  const choice = el(
    "select",
    {"aria-label": "step", onchange: event => to(Number(event.target.value))},
    steps.map((step, i) => el("option", {value: i, selected: i === at}, "step " + (step + 1)))
  );
  return el(
    "div",
    {class: "stepper"},
    button("‹", () => to(at - 1), {"aria-label": "step before", disabled: at === 0}),
    choice,
    button("›", () => to(at + 1), {"aria-label": "step after", disabled: at === steps.length - 1})
  );
}

/** Goes so many steps on among those with evidence. */
export function moveStep(by) {
  const run = current();
  const steps = run ? stepsOf(run) : [];
  const to = steps[steps.indexOf(shownStep(steps)) + by];
  if (to !== undefined) {
    go({view: "evidence", step: to, position: state.route.position});
  }
}

function search(store, run, list, whole) {
  let timer = 0;
  return el("input", {
    type: "search",
    id: "search",
    placeholder: "search prompts and rollouts",
    "aria-label": "search prompts and rollouts",
    value: asked,
    oninput: event => {
      asked = event.target.value.trim();
      clearTimeout(timer);
      timer = setTimeout(async () => {
        found = asked ? await store.search(run.id, asked) : null;
        if (found?.length) {
          state.route = {...state.route, step: found[0].step, position: found[0].position};
        }
        await show(store, run, stepsOf(run), list, whole);
      }, QUIET_MILLIS);
    }
  });
}

function groupView(whole, run, group) {
  const marks = asked ? [{find: asked, kind: "found"}] : [];
  const rollouts = new Rollouts(group, marks);
  replace(
    whole,
    el(
      "header",
      {class: "group-head"},
      el(
        "h2",
        {},
        "Step " + (group.step + 1),
        el("span", {class: "of"}, " of " + (run.max_steps || run.steps.length)),
        ", prompt " + (group.position + 1)
      ),
      el(
        "span",
        {class: "by"},
        "id " +
          group.prompt_id +
          (group.weights_version !== null ? ", weights after " + counted(group.weights_version, "update") : "")
      ),
      differs(group) ? el("span", {class: "badge warn"}, "reference and vote differ") : null
    ),
    el(
      "section",
      {class: "panel prompt"},
      el("h3", {}, "Prompt"),
      modelText(group.prompt, {marks, whole: group.cut?.prompt, label: "prompt"})
    ),
    referenceView(group, marks, answer => rollouts.pick(answer)),
    el(
      "section",
      {class: "panel"},
      el("h3", {}, group.criteria.length ? "Criteria and rewards" : "Rewards"),
      matrixView(group)
    ),
    group.attempts.length ? rollouts.area : null
  );
}
