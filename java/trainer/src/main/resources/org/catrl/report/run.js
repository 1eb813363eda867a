// More of one run: its evaluations, what happened, where its time went, what it was made of.
import {el, number, table, terms, th} from "./dom.js";
import {duration, figure, moment, signed} from "./format.js";
import {at, kind} from "./markers.js";
import {done, errorOf, figures} from "./metrics.js";
import {address, current} from "./state.js";

const MOST_EVENTS = 40;
const HASH = "sha256/";
const STAGES = ["rollout", "aggregate", "reward", "reference", "update"];

/** The details of the chosen run. */
export function runDetails() {
  const run = current();
  if (!run) {
    return el("p", {class: "empty"}, "reading the run ...");
  }
  return el(
    "div",
    {class: "details"},
    el("h2", {}, run.id),
    el("div", {class: "columns"}, evaluations(run), events(run), time(run), facts(run)),
    run.recipe
      ? el("details", {class: "recipe"}, el("summary", {}, "recipe.yaml, as in force"), el("pre", {}, run.recipe))
      : null
  );
}

function panel(title, ...content) {
  return el("section", {class: "panel"}, el("h3", {}, title), content);
}

/** Rows are figures, columns the first evaluation and the newest; the change between the ends stands last. */
function evaluations(run) {
  if (!run.evaluations.length) {
    return null;
  }
  const all = run.evaluations.slice(0, 1).concat(run.evaluations.slice(1).slice(-3));
  const names = [...new Set(all.flatMap(figures))];
  const heads = all.map(one => th(one.name, {class: "number", title: "after step " + done(run, one)}));
  const more = all.length > 1;
  const lines = names.map(name => {
    const values = all.map(one => number([figure(one.metrics[name]), error(one, name)]));
    const by = more ? number(change(all[0].metrics[name], all.at(-1).metrics[name])) : null;
    return el("tr", {}, el("th", {scope: "row"}, name.replace(/^eval_/, "").replaceAll("_", " ")), values, by);
  });
  const shown = table({}, [th(""), heads, more ? th("change", {class: "number"}) : null], lines);
  return panel("Held out", el("div", {class: "scroll"}, shown));
}

/** The standard error of a figure, where the evaluation tells it. */
function error(evaluation, name) {
  const value = evaluation.metrics[errorOf(name)];
  return typeof value === "number" ? el("span", {class: "by", title: "standard error"}, "± " + figure(value)) : null;
}

function change(before, after) {
  return typeof before === "number" && typeof after === "number" ? signed(after - before) : "";
}

function events(run) {
  const told = run.events.slice(-MOST_EVENTS).reverse();
  const list = el(
    "ol",
    {class: "events"},
    told.map(event => el("li", {class: kind(event).tone}, happened(run, event)))
  );
  return panel("What happened", told.length ? list : el("p", {class: "none"}, "nothing out of the ordinary"));
}

function happened(run, event) {
  const step = "step " + at(event);
  const to = address({view: "evidence", run: run.id, step: event.step});
  const where = run.groups.steps.includes(event.step) ? el("a", {href: to}, step) : step;
  return [el("span", {class: "sign", title: kind(event).name}, kind(event).sign), where, " ", event.message];
}

/** Seconds by stage over the whole run, with what was asked of models in it. */
function time(run) {
  const rows = STAGES.filter(name => run.stages[name]).map(name => ({name, ...sums(run.stages[name])}));
  const all = rows.reduce((sum, row) => sum + row.seconds, 0);
  const heads = ["time", "calls", "tokens read", "written"].map(head => th(head, {class: "number"}));
  const lines = rows.map(row => stageLine(row, all));
  const shown = table({class: "stages"}, [th("stage"), th(""), heads], lines);
  return all ? panel("Where its time went", el("div", {class: "scroll"}, shown)) : null;
}

function stageLine(row, all) {
  const counts = [row.calls, row.tokens_read, row.tokens_written].map(count => number(count ? figure(count) : "–"));
  const bar = el("td", {}, el("span", {class: "bar", "--share": row.seconds / all}));
  return el("tr", {}, el("th", {scope: "row"}, row.name), bar, number(duration(row.seconds)), counts);
}

function sums(stage) {
  return Object.fromEntries(
    Object.entries(stage).map(([name, values]) => [name, values.reduce((sum, value) => sum + (value || 0), 0)])
  );
}

function facts(run) {
  const [hashes, others] = [true, false].map(hash =>
    Object.entries(run.facts).filter(([name]) => name.startsWith(HASH) === hash && name !== "name")
  );
  const groups = run.groups.counts.reduce((sum, count) => sum + count, 0);
  return panel(
    "What it is made of",
    terms([
      ...others,
      ["backend", run.starts.at(-1)?.backend],
      ["groups", groups ? groups.toLocaleString("en") : ""],
      ...run.starts.map((start, i) => [i ? "resumed" : "begun", began(start)]),
      ...hashes.map(([name, hash]) => [name.slice(HASH.length), el("code", {title: hash, class: "hash"}, hash)])
    ])
  );
}

function began(start) {
  return [moment(start.time), start.host, "at step " + (start.step + 1)].filter(word => word).join(", ");
}
