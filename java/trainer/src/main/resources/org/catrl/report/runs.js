// The table of runs.
import {el, number, table, th} from "./dom.js";
import {duration, figure, moment} from "./format.js";
import {address, colour, go, state} from "./state.js";
import {runDetails} from "./run.js";
import {spark} from "./spark.js";

const STATES = {
  running: ["running", "good"],
  finished: ["finished", "quiet"],
  stopped: ["stopped itself", "bad"],
  interrupted: ["paused", "info"],
  ended: ["no end recorded", "warn"],
  unreadable: ["unreadable", "bad"]
};

/** The columns that a narrow screen leaves out. */
const WIDE = {
  entropy: row => figure(row.last?.entropy),
  agree: row => figure(row.last?.["cat/majority_ratio"]),
  length: row => figure(row.last?.["completions/mean_length"]),
  warnings: row => (row.warnings ? el("span", {class: "warn-text"}, row.warnings) : "–"),
  training: row => duration(row.training_seconds),
  seed: row => row.seed ?? "–"
};

/** A run's state as a word with a dot. */
export function stateOf(row) {
  const [word, tone] = STATES[row.state] || [row.state, "quiet"];
  return el("span", {class: "state " + tone, title: row.why || null}, word);
}

/** The view: all runs, below them more of the one that is chosen. */
export function runsView(change) {
  if (!state.rows.length) {
    const how = "A run appears as soon as its first step is recorded: ./catrl train RECIPE --out runs/NAME";
    return el("div", {class: "empty"}, el("h2", {}, "No runs here yet"), el("p", {}, how));
  }
  const heads = [
    [th("", {class: "pick"}), th("run"), th("state"), th("step", {class: "number"}), th("reward"), th("")],
    Object.keys(WIDE).map(name => th(name, {class: "number wide"})),
    th("begun", {class: "wide"})
  ];
  const lines = state.rows.map(row => line(row, change));
  return el("div", {}, el("div", {class: "scroll"}, table({class: "runs"}, heads, lines)), runDetails());
}

function line(row, change) {
  const chosen = row.id === state.route.run;
  const open = () => go({view: "runs", run: row.id});
  const wide = Object.values(WIDE).map(value => number(value(row), {class: "wide"}));
  const sft = row.last?.reward === undefined && row.last?.loss !== undefined;
  const attributes = {class: chosen ? "chosen" : null, "aria-current": chosen ? "true" : null, "data-item": true};
  return el(
    "tr",
    {...attributes, onclick: open},
    el("td", {class: "pick", "--run": colour(row.id), onclick: event => event.stopPropagation()}, picker(row, change)),
    el("td", {class: "name"}, name(row)),
    el("td", {}, stateOf(row)),
    number(progress(row)),
    el("td", {}, row.spark ? spark(row) : null),
    number([sft ? el("span", {class: "by"}, "loss ") : null, figure(row.last?.reward ?? row.last?.loss)], {
      class: "strong"
    }),
    wide,
    el("td", {class: "wide"}, moment(row.begun))
  );
}

/** Whether the run's curves are drawn. */
function picker(row, change) {
  const choose = event => {
    state.shown[event.target.checked ? "add" : "delete"](row.id);
    change();
  };
  const box = el("input", {type: "checkbox", "aria-label": "show the curves of " + row.id, onchange: choose});
  box.checked = state.shown.has(row.id);
  return box;
}

function name(row) {
  const kind = [row.kind, row.name !== row.id ? row.name : ""].filter(word => word).join(" · ");
  return [el("a", {href: address({view: "runs", run: row.id})}, row.id), el("span", {class: "kind"}, kind)];
}

function progress(row) {
  if (!["train", "sft"].includes(row.kind)) {
    return "–"; // it makes no steps
  }
  const done = (row.done ?? 0).toLocaleString("en");
  return row.max_steps ? [done, el("span", {class: "of"}, " / " + row.max_steps.toLocaleString("en"))] : done;
}
