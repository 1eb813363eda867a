// The curves of all metrics, in sections; runs are laid over one another.
import {button, el, fill, replace, toggle} from "./dom.js";
import {Chart} from "./chart.js";
import {sections} from "./metrics.js";
import {keep, settings} from "./settings.js";
import {address, colour, shownRuns, state} from "./state.js";

let charts = [];
let query = "";
const seen = new IntersectionObserver(
  entries =>
    entries
      .filter(entry => entry.isIntersecting)
      .forEach(entry => {
        seen.unobserve(entry.target);
        entry.target.chart.draw();
      }),
  {rootMargin: "300px"}
);
const fitting = new ResizeObserver(() => charts.forEach(chart => chart.fit()));

/** The view. */
export function curvesView() {
  const area = el("div", {class: "charts"});
  const view = el(
    "div",
    {},
    controls(() => drawAll(area)),
    runKeys(),
    area
  );
  drawAll(area);
  return view;
}

/** Draws again what is there, as after a change of theme. */
export function redrawCurves() {
  charts.filter(chart => chart.drawn).forEach(chart => chart.draw());
}

/** Lets go of what an earlier view has drawn. */
export function closeCurves() {
  charts.forEach(chart => chart.close());
  charts = [];
  seen.disconnect();
  fitting.disconnect();
}

function controls(draw) {
  const change = changes => {
    keep(changes);
    draw();
  };
  const smooth = el("input", {
    type: "range",
    min: 0,
    max: 0.98,
    step: 0.02,
    value: settings.smooth,
    "aria-label": "smoothing",
    oninput: event => change({smooth: Number(event.target.value)})
  });
  return el(
    "div",
    {class: "controls", role: "toolbar", "aria-label": "curves"},
    el("input", {
      type: "search",
      id: "search",
      placeholder: "metric, e.g. cat/",
      "aria-label": "search metrics",
      value: query,
      oninput: event => {
        query = event.target.value;
        draw();
      }
    }),
    el("label", {class: "slider"}, "smoothing", smooth),
    axisChoice(change),
    toggle("log", settings.log, log => change({log}), {title: "logarithmic axis"}),
    toggle("marks", settings.marks, marks => change({marks}), {title: "warnings and checkpoints"}),
    el("span", {class: "hint"}, "drag zooms, double-click shows all, a click opens the step")
  );
}

function axisChoice(change) {
  const group = el("span", {class: "choice", role: "group", "aria-label": "horizontal axis"});
  const fresh = () =>
    replace(
      group,
      ["step", "time"].map(axis =>
        button(
          axis,
          () => {
            change({axis});
            fresh();
          },
          {"aria-pressed": settings.axis === axis, class: "toggle"}
        )
      )
    );
  fresh();
  return group;
}

/** Which colour is which run, where there are several. */
function runKeys() {
  const runs = shownRuns();
  return runs.length < 2
    ? null
    : el(
        "ul",
        {class: "keys"},
        runs.map(run => el("li", {"--run": colour(run.id)}, run.id))
      );
}

function drawAll(area) {
  closeCurves();
  const runs = shownRuns();
  const found = sections(runs, query);
  replace(area);
  if (!found.length) {
    fill(area, [
      el(
        "p",
        {class: "empty"},
        !state.shown.size
          ? "no run is ticked in the table of runs"
          : !runs.length
            ? "reading the runs ..."
            : query
              ? "no metric of that name"
              : "no step has been recorded yet"
      )
    ]);
  }
  found.forEach(([title, names]) => {
    const made = names.map(
      name =>
        new Chart(name, runs, (run, step) => {
          location.hash = address({view: run.groups.steps.length ? "evidence" : "steps", run: run.id, step});
        })
    );
    charts.push(...made);
    fill(area, [
      el("h2", {}, title),
      el(
        "div",
        {class: "cards"},
        made.map(chart => chart.card)
      )
    ]);
  });
  charts.forEach(chart => seen.observe(chart.plot));
  fitting.observe(area);
}
