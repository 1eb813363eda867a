// One metric of several runs, drawn by uPlot; its readout shows the last value, or the one under the pointer.
import {css, mark, padded, resolved, short} from "./canvas.js";
import {el, replace} from "./dom.js";
import {figure, duration} from "./format.js";
import {settings} from "./settings.js";
import {colour} from "./state.js";
import {clock, meaning, points, smoothed} from "./metrics.js";
import {at, eventsAt, kind} from "./markers.js";

const HEIGHT = 150;
const TALL = 340;
const FAINT = 0.25;
const SYNC = uPlot.sync("steps");

/** A card with a metric's curve; it draws itself when it comes into view. */
export class Chart {
  constructor(name, runs, open) {
    this.name = name;
    this.runs = runs;
    this.open = open;
    this.readout = el("div", {class: "readout"});
    this.plot = el("div", {class: "plot", role: "img", "aria-label": this.told()});
    this.card = el(
      "section",
      {class: "chart", title: meaning(name)},
      el(
        "h3",
        {},
        el(
          "button",
          {type: "button", "aria-expanded": false, onclick: event => this.enlarge(event.currentTarget)},
          name
        )
      ),
      this.readout,
      this.plot
    );
    this.plot.chart = this;
    this.rest();
  }

  /** The curve in words, for those who do not see it. */
  told() {
    return (
      this.name +
      ": " +
      this.runs
        .map(run => {
          const ys = points(run, this.name).ys.filter(value => value !== null);
          return ys.length ? run.name + " from " + figure(ys[0]) + " to " + figure(ys[ys.length - 1]) : "";
        })
        .filter(text => text)
        .join("; ")
    );
  }

  enlarge(by) {
    by.setAttribute("aria-expanded", this.card.classList.toggle("large"));
    this.draw();
  }

  draw() {
    this.drawn?.destroy();
    this.width = this.plot.clientWidth;
    const height = this.card.classList.contains("large") ? TALL : HEIGHT;
    this.drawn = new uPlot(this.options(this.width, height), this.data(), this.plot);
  }

  fit() {
    if (this.drawn && this.plot.clientWidth !== this.width) {
      this.width = this.plot.clientWidth;
      this.drawn.setSize({width: this.width, height: this.drawn.height});
    }
  }

  close() {
    this.drawn?.destroy();
    this.drawn = null;
  }

  data() {
    this.curves = this.runs.map(run => {
      const {xs, ys, sparse} = points(run, this.name);
      const seconds = settings.axis === "time" ? clock(run) : null;
      return {run, xs: xs.map(x => (seconds ? (seconds.get(x) ?? null) : x)), steps: xs, ys: this.drawable(ys), sparse};
    });
    const tables = this.curves.flatMap(({xs, ys, sparse}) =>
      settings.smooth > 0 && !sparse
        ? [
            [xs, ys],
            [xs, smoothed(ys, settings.smooth)]
          ]
        : [[xs, ys]]
    );
    return tables.length ? uPlot.join(tables) : [[], []];
  }

  /** On a log axis only what is above 0 has a place. */
  drawable(ys) {
    return settings.log ? ys.map(value => (value > 0 ? value : null)) : ys;
  }

  options(width, height) {
    const ink = () => css("--faint");
    const axis = {
      stroke: ink,
      font: "11px system-ui, sans-serif",
      ticks: {show: false, size: 0},
      grid: {stroke: () => css("--grid"), width: 1}
    };
    return {
      width,
      height,
      legend: {show: false},
      padding: [8, 16, 0, 0],
      cursor: {sync: {key: SYNC.key, setSeries: false}, points: {size: 5}, y: false, drag: {x: true, y: false}},
      scales: {x: {time: false}, y: {distr: settings.log ? 3 : 1, range: settings.log ? undefined : padded}},
      axes: [
        {...axis, size: 20, gap: 2, values: (plot, ticks) => ticks.map(tick => this.tick(tick))},
        {...axis, size: 48, gap: 4, values: (plot, ticks) => ticks.map(tick => (tick === null ? "" : short(tick)))}
      ],
      series: [{}, ...this.series()],
      hooks: {
        setCursor: [plot => this.at(plot.cursor.idx)],
        draw: [plot => this.events(plot)],
        ready: [plot => this.listen(plot)]
      }
    };
  }

  series() {
    return this.runs.flatMap(run => {
      const {ys, sparse} = points(run, this.name);
      const stroke = () => resolved(colour(run.id));
      const few = sparse || ys.filter(value => value !== null).length < 3;
      const line = {stroke, width: 1.5, points: {show: few, size: 6, fill: stroke}};
      return settings.smooth > 0 && !sparse ? [{...line, width: 1, alpha: FAINT}, line] : [line];
    });
  }

  tick(value) {
    return settings.axis === "time" ? duration(value) : Number.isInteger(value) ? String(value) : "";
  }

  /** A click opens the step's evidence; a drag, which zooms, does not. */
  listen(plot) {
    let from = 0;
    plot.over.addEventListener("mousedown", event => {
      from = event.clientX;
    });
    plot.over.addEventListener("click", event => {
      const found = this.nearest(plot.cursor.idx);
      if (found && Math.abs(event.clientX - from) < 3) {
        this.open(found.run, found.step - 1);
      }
    });
  }

  /** The run and the steps done at a place of the drawing. */
  nearest(idx) {
    if (idx === null || idx === undefined) {
      return null;
    }
    const x = this.drawn.data[0][idx];
    return this.curves
      .map(curve => ({run: curve.run, step: curve.steps[curve.xs.indexOf(x)]}))
      .find(({step}) => step !== undefined);
  }

  at(idx) {
    const found = this.drawn ? this.nearest(idx) : null;
    if (!found) {
      this.rest();
      return;
    }
    const x = this.drawn.data[0][idx];
    const values = this.curves.map(({run, xs, ys}) => this.value(run, ys[xs.indexOf(x)]));
    const events = settings.axis === "step" ? eventsAt(this.runs, found.step) : [];
    replace(
      this.readout,
      el("span", {class: "where"}, "step " + found.step),
      values,
      events.map(event => el("span", {class: "event " + kind(event).tone}, kind(event).sign + " " + event.message))
    );
  }

  /** Nothing under the pointer: the last value of each run. */
  rest() {
    replace(
      this.readout,
      this.runs.map(run => {
        const ys = points(run, this.name).ys.filter(value => value !== null);
        return ys.length ? this.value(run, ys[ys.length - 1]) : null;
      })
    );
  }

  value(run, value) {
    return value === undefined ? null : el("span", {class: "value", "--run": colour(run.id)}, figure(value));
  }

  events(plot) {
    if (!settings.marks) {
      return;
    }
    const signs = new Map();
    for (const run of this.runs) {
      const seconds = settings.axis === "time" ? clock(run) : null;
      const own = this.runs.length > 1 ? colour(run.id) : null;
      run.events.forEach(event => mark(plot, seconds ? seconds.get(at(event)) : at(event), kind(event), signs, own));
    }
  }
}
