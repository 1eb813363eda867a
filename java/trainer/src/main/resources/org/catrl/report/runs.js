// The table of runs.
import {el, th} from "./dom.js";
import {counted, duration, figure, moment} from "./format.js";
import {colour, go, state} from "./state.js";
import {runDetails} from "./run.js";

const STATES = {
  running: ["running", "good"],
  finished: ["finished", "quiet"],
  stopped: ["stopped itself", "bad"],
  interrupted: ["paused", "info"],
  ended: ["ended without a word", "warn"],
  unreadable: ["unreadable", "bad"]
};
const SPARK_WIDTH = 84;
const SPARK_HEIGHT = 20;

/** A run's state as a word with a dot. */
export function stateOf(row) {
  const [word, tone] = STATES[row.state] || [row.state, "quiet"];
  return el("span", {class: "state " + tone, title: row.why || null}, word);
}

/** The view: all runs, below them more of the one that is chosen. */
export function runsView(change) {
  if (!state.rows.length) {
    return el(
      "div",
      {class: "empty"},
      el("h2", {}, "No runs here yet"),
      el("p", {}, "A run appears as soon as its first step is recorded: ./catrl train RECIPE --out runs/NAME")
    );
  }
  const table = el(
    "table",
    {class: "runs"},
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        th("", {class: "pick"}),
        th("run"),
        th("state"),
        th("step", {class: "number"}),
        th("reward"),
        th("", {class: "number"}),
        th("entropy", {class: "number wide"}),
        th("agree", {class: "number wide", title: "share of a group's rollouts that give its commonest answer"}),
        th("length", {class: "number wide"}),
        th("warnings", {class: "number wide"}),
        th("training", {class: "number wide"}),
        th("begun", {class: "wide"}),
        th("seed", {class: "number wide"})
      )
    ),
    el(
      "tbody",
      {},
      state.rows.map(row => line(row, change))
    )
  );
  return el("div", {}, el("div", {class: "scroll"}, table), runDetails());
}

function line(row, change) {
  const chosen = row.id === state.route.run;
  const last = row.last || {};
  const box = el("input", {
    type: "checkbox",
    "aria-label": "show the curves of " + row.id,
    onchange: event => {
      state.shown[event.target.checked ? "add" : "delete"](row.id);
      change();
    }
  });
  box.checked = state.shown.has(row.id);
  return el(
    "tr",
    {
      class: chosen ? "chosen" : null,
      "aria-current": chosen ? "true" : null,
      "data-item": true,
      onclick: () => choose(row)
    },
    el("td", {class: "pick", "--run": colour(row.id), onclick: event => event.stopPropagation()}, box),
    el(
      "td",
      {class: "name"},
      el("a", {href: "#runs/" + encodeURIComponent(row.id)}, row.id),
      el("span", {class: "kind"}, [row.kind, row.name !== row.id ? row.name : ""].filter(word => word).join(" · "))
    ),
    el("td", {}, stateOf(row)),
    el("td", {class: "number"}, progress(row)),
    el("td", {}, row.spark ? spark(row) : null),
    el(
      "td",
      {class: "number strong", title: last.loss !== undefined && last.reward === undefined ? "loss" : "reward"},
      figure(last.reward ?? last.loss)
    ),
    el("td", {class: "number wide"}, figure(last.entropy)),
    el("td", {class: "number wide"}, figure(last["cat/majority_ratio"])),
    el("td", {class: "number wide"}, figure(last["completions/mean_length"])),
    el("td", {class: "number wide" + (row.warnings ? " warn-text" : "")}, row.warnings ? row.warnings : "–"),
    el(
      "td",
      {class: "number wide", title: row.processes > 1 ? counted(row.processes, "process") + "es worked on it" : null},
      duration(row.training_seconds)
    ),
    el("td", {class: "wide"}, moment(row.begun)),
    el("td", {class: "number wide"}, row.seed ?? "–")
  );
}

function choose(row) {
  go({view: "runs", run: row.id});
}

function progress(row) {
  const done = (row.done ?? 0).toLocaleString("en");
  return row.max_steps ? [done, el("span", {class: "of"}, " / " + row.max_steps.toLocaleString("en"))] : done;
}

/** The reward's course at a glance. */
function spark(row) {
  const values = row.spark.filter(value => value !== null);
  if (values.length < 2) {
    return null;
  }
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const points = values
    .map(
      (value, i) =>
        (2 + (i * (SPARK_WIDTH - 4)) / (values.length - 1)).toFixed(1) +
        "," +
        (SPARK_HEIGHT - 2 - ((value - low) / span) * (SPARK_HEIGHT - 4)).toFixed(1)
    )
    .join(" ");
  const drawing = svg(
    "svg",
    {
      viewBox: "0 0 " + SPARK_WIDTH + " " + SPARK_HEIGHT,
      width: SPARK_WIDTH,
      height: SPARK_HEIGHT,
      role: "img",
      "aria-label": "from " + figure(values[0]) + " to " + figure(values[values.length - 1])
    },
    svg("polyline", {points, fill: "none", "stroke-width": 1.5, "stroke-linejoin": "round"})
  );
  drawing.style.stroke = colour(row.id);
  return drawing;
}

function svg(tag, attributes, ...content) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...content);
  return element;
}
