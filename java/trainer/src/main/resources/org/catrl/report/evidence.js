// The evidence browser: a step, its prompts, and of the chosen prompt all that made its rewards.
import {button, el, replace} from "./dom.js";
import {counted, figure} from "./format.js";
import {groupView} from "./group.js";
import {differs} from "./reference.js";
import {address, current, go, state} from "./state.js";

const QUIET_MILLIS = 250;
const BEGINNING = 160;
/** What is searched for, in which run, and the groups it was found in; no groups: the step's are shown. */
const search = {run: "", text: "", groups: null};

/** The view; it fills itself as the evidence arrives. */
export function evidenceView(store) {
  const run = current();
  if (!run) {
    return el("p", {class: "empty"}, "reading the run ...");
  }
  if (search.run !== run.id) {
    endSearch(run);
  }
  const steps = stepsOf(run);
  if (!steps.length) {
    return el("div", {class: "empty"}, el("h2", {}, "No groups"), el("p", {}, whyNone(run)));
  }
  const list = el("nav", {class: "prompts", "aria-label": "prompts"});
  const whole = el("div", {class: "group"});
  const fresh = () =>
    show(store, run, list, whole).catch(error => replace(whole, el("p", {class: "bad-text"}, error.message)));
  fresh();
  return el(
    "div",
    {class: "evidence"},
    el("aside", {}, searchField(store, run, fresh), stepper(run, steps), list),
    whole
  );
}

function whyNone(run) {
  if (run.kind === "sft") {
    return "This run learned from given completions; there are no rollouts to look at.";
  }
  return run.groups.steps.length
    ? "The report holds figures alone; catrl report --groups N holds the evidence of N groups."
    : "No group of rollouts has been recorded yet.";
}

function endSearch(run) {
  Object.assign(search, {run: run.id, text: "", groups: null});
}

/** The steps that have evidence in this page. */
function stepsOf(run) {
  return run.held ? [...new Set(run.held.map(group => group.step))] : run.groups.steps;
}

/** The step that is shown: the one asked for, or the nearest before it that has evidence, or the newest. */
function shownStep(steps) {
  const wanted = state.route.step;
  return wanted === null ? steps.at(-1) : (steps.filter(step => step <= wanted).at(-1) ?? steps[0]);
}

async function show(store, run, list, whole) {
  const asked = search.text;
  const step = shownStep(stepsOf(run));
  const groups = search.groups || (await store.groups(run.id, step));
  const chosen = groups.find(group => group.step === step && group.position === state.route.position) || groups[0];
  const group = chosen ? await store.group(run.id, chosen.id) : null;
  if (asked !== search.text) {
    return; // meanwhile something else is asked for
  }
  const lines = groups.map(each => promptLine(run, each, each === chosen));
  replace(list, search.groups ? foundNote() : heldNote(run, step, groups), el("ol", {}, lines));
  list.parentElement?.classList.toggle("searching", search.groups !== null);
  list.querySelector("[aria-current]")?.scrollIntoView({block: "nearest"});
  replace(whole, group ? groupView(run, group, asked) : el("p", {class: "empty"}, "nothing found"));
}

function foundNote() {
  return el("p", {class: "note"}, counted(search.groups.length, "group") + " with “" + search.text + "”");
}

/** A report holds some of a step's groups; the page says so. */
function heldNote(run, step, groups) {
  const all = run.groups.counts[run.groups.steps.indexOf(step)] || 0;
  return groups.length < all
    ? el("p", {class: "note"}, groups.length + " of " + all + " prompts are in this report")
    : null;
}

function promptLine(run, group, chosen) {
  const to = address({view: "evidence", run: run.id, step: group.step, position: group.position});
  return el(
    "li",
    {},
    el(
      "a",
      {href: to, "data-item": true, "aria-current": chosen ? "true" : null},
      el("span", {class: "prompt-beginning"}, group.prompt.slice(0, BEGINNING)),
      el("span", {class: "of-prompt"}, search.groups ? "step " + (group.step + 1) + " · " : "", inShort(group))
    )
  );
}

function inShort(group) {
  const {reward, reward_min: low, reward_max: high} = group.attempts ? rewardsOf(group) : group;
  const range = low === high ? "no spread" : figure(low) + " to " + figure(high);
  const rival = {class: "badge warn", title: "the reference teaches another answer than the vote"};
  return [
    reward === null ? "no reward" : [figure(reward), el("span", {class: "by"}, range)],
    differs(group) ? el("span", rival, "≠ vote") : null,
    group.abstained !== null ? el("span", {class: "badge", title: group.abstained}, "abstained") : null,
    group.whole ? null : el("span", {class: "badge"}, "in short")
  ];
}

function rewardsOf(group) {
  const all = group.attempts.map(attempt => attempt.reward).filter(reward => reward !== null);
  const sum = all.reduce((total, reward) => total + reward, 0);
  return {reward: all.length ? sum / all.length : null, reward_min: Math.min(...all), reward_max: Math.max(...all)};
}

function stepper(run, steps) {
  const at = steps.indexOf(shownStep(steps));
  const options = steps.map((step, i) => el("option", {value: i, selected: i === at}, "step " + (step + 1)));
  const choose = event => toStep(run, steps[Number(event.target.value)]);
  return el(
    "div",
    {class: "stepper"},
    button("‹", () => toStep(run, steps[at - 1]), {"aria-label": "step before", disabled: at === 0}),
    el("select", {"aria-label": "step", onchange: choose}, options),
    button("›", () => toStep(run, steps[at + 1]), {"aria-label": "step after", disabled: at === steps.length - 1})
  );
}

function toStep(run, step) {
  endSearch(run);
  go({view: "evidence", step, position: state.route.position});
}

/** Goes so many steps on among those with evidence. */
export function moveStep(by) {
  const run = current();
  const steps = run ? stepsOf(run) : [];
  const to = steps[steps.indexOf(shownStep(steps)) + by];
  if (to !== undefined) {
    toStep(run, to);
  }
}

function searchField(store, run, fresh) {
  let timer = 0;
  const find = async text => {
    search.text = text;
    const groups = text ? await store.search(run.id, text) : null;
    if (search.text === text) {
      search.groups = groups;
      state.route = groups?.length ? {...state.route, step: groups[0].step, position: groups[0].position} : state.route;
      await fresh();
    }
  };
  const typed = event => {
    clearTimeout(timer);
    timer = setTimeout(find, QUIET_MILLIS, event.target.value.trim());
  };
  const told = "search prompts and rollouts";
  const attributes = {type: "search", id: "search", placeholder: told, "aria-label": told, value: search.text};
  return el("input", {...attributes, oninput: typed});
}
