// More of one run: its evaluations, what happened, where its time went, what it was made of.
import {el, terms, th} from "./dom.js";
import {counted, duration, figure, moment, signed} from "./format.js";
import {at, kind} from "./markers.js";
import {done} from "./metrics.js";
import {address, current} from "./state.js";

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

/** Rows are figures, columns the evaluations in order; the change from the first to the last stands at the end. */
function evaluations(run) {
  if (!run.evaluations.length) {
    return null;
  }
  const all = run.evaluations.slice(0, 1).concat(run.evaluations.slice(1).slice(-3));
  const names = [...new Set(all.flatMap(evaluation => Object.keys(evaluation.metrics || {})))];
  const table = el(
    "table",
    {},
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        th(""),
        all.map(evaluation => th(evaluation.name, {class: "number", title: "after step " + done(run, evaluation)})),
        all.length > 1 ? th("change", {class: "number"}) : null
      )
    ),
    el(
      "tbody",
      {},
      names.map(name =>
        el(
          "tr",
          {},
          el("th", {scope: "row"}, name.replaceAll("_", " ")),
          all.map(evaluation => el("td", {class: "number"}, figure(evaluation.metrics[name]))),
          all.length > 1
            ? el("td", {class: "number"}, change(all[0].metrics[name], all[all.length - 1].metrics[name]))
            : null
        )
      )
    )
  );
  return panel("Held out", el("div", {class: "scroll"}, table));
}

function change(before, after) {
  return typeof before === "number" && typeof after === "number" ? signed(after - before) : "";
}

function events(run) {
  const told = run.events.slice(-40).reverse();
  return panel(
    "What happened",
    told.length
      ? el(
          "ol",
          {class: "events"},
          told.map(event =>
            el(
              "li",
              {class: kind(event).tone},
              el("span", {class: "sign", title: kind(event).name}, kind(event).sign),
              run.groups.steps.includes(event.step)
                ? el("a", {href: address({view: "evidence", run: run.id, step: event.step})}, "step " + at(event))
                : "step " + at(event),
              " ",
              event.message
            )
          )
        )
      : el("p", {class: "none"}, "nothing out of the ordinary")
  );
}

/** Seconds by stage over the whole run, with what was asked of models in it. */
function time(run) {
  const rows = STAGES.filter(name => run.stages[name]).map(name => ({name, ...sums(run.stages[name])}));
  const all = rows.reduce((sum, row) => sum + row.seconds, 0);
  if (!all) {
    return null;
  }
  return panel(
    "Where its time went",
    el(
      "table",
      {class: "stages"},
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          th("stage"),
          th(""),
          th("time", {class: "number"}),
          th("calls", {class: "number"}),
          th("tokens read", {class: "number"}),
          th("written", {class: "number"})
        )
      ),
      el(
        "tbody",
        {},
        rows.map(row =>
          el(
            "tr",
            {},
            el("th", {scope: "row"}, row.name),
            el("td", {}, el("span", {class: "bar", "--share": row.seconds / all})),
            el("td", {class: "number"}, duration(row.seconds)),
            [row.calls, row.tokens_read, row.tokens_written].map(count =>
              el("td", {class: "number"}, count ? figure(count) : "–")
            )
          )
        )
      )
    )
  );
}

function sums(stage) {
  return Object.fromEntries(
    Object.entries(stage).map(([name, values]) => [name, values.reduce((sum, value) => sum + (value || 0), 0)])
  );
}

function facts(run) {
  const hashes = Object.entries(run.facts).filter(([name]) => name.startsWith("sha256/"));
  const others = Object.entries(run.facts).filter(([name]) => !name.startsWith("sha256/") && name !== "name");
  return panel(
    "What it is made of",
    terms([
      ...others,
      [
        "groups",
        run.groups.steps.length
          ? counted(
              run.groups.counts.reduce((sum, count) => sum + count, 0),
              "group"
            )
          : ""
      ],
      ...run.starts.map((start, i) => [
        i ? "resumed" : "begun",
        [moment(start.time), start.host].filter(word => word).join(", ") + ", at step " + (start.step + 1)
      ]),
      ...hashes.map(([name, hash]) => [name.replace("sha256/", ""), el("code", {title: hash, class: "hash"}, hash)])
    ])
  );
}
