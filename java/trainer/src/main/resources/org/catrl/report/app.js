// The page: its head, its views, and the clock that asks for news while a run is written.
import {button, el, replace} from "./dom.js";
import {closeCurves, curvesView, redrawCurves} from "./curves.js";
import {evidenceView, moveStep} from "./evidence.js";
import {moment} from "./format.js";
import {listenToKeys, moveItem, showKeys} from "./keys.js";
import {runsView, stateOf} from "./runs.js";
import {applyTheme, keep, nextTheme, settings} from "./settings.js";
import {VIEWS, address, go, place, state} from "./state.js";
import {stepsView} from "./steps.js";
import {openStore} from "./store.js";

const ASK_MILLIS = 3000;
const MOST_SHOWN = 8;
const store = openStore();
const main = document.getElementById("main");

function head() {
  const {view, run} = state.route;
  replace(
    document.getElementById("top"),
    el("a", {class: "mark", href: address({view: "runs", run})}, "catrl"),
    el(
      "nav",
      {"aria-label": "views"},
      VIEWS.map(name =>
        el("a", {href: address({view: name, run}), "aria-current": view === name ? "page" : null}, name)
      )
    ),
    el("span", {class: "space"}),
    runChoice(),
    el(
      "span",
      {class: "note source", role: "status"},
      state.error
        ? el("span", {class: "bad-text"}, state.error)
        : store.live
          ? "live"
          : "report of " + moment(store.made)
    ),
    button(themeSign(), theme, {
      class: "icon",
      title: "theme: " + settings.theme + " (t)",
      "aria-label": "theme: " + settings.theme
    }),
    button("?", showKeys, {class: "icon", title: "keys (?)", "aria-label": "keys"})
  );
}

function themeSign() {
  return {auto: "◐", light: "○", dark: "●"}[settings.theme];
}

/** Which run is shown; a word where there is one alone. */
function runChoice() {
  const row = state.rows.find(found => found.id === state.route.run);
  if (!row) {
    return null;
  }
  const choice =
    state.rows.length < 2
      ? el("strong", {class: "run-name"}, row.id)
      : el(
          "select",
          {
            "aria-label": "run",
            class: "run-name",
            onchange: event => go({view: state.route.view, run: event.target.value})
          },
          state.rows.map(other => el("option", {value: other.id, selected: other.id === row.id}, other.id))
        );
  return el("span", {class: "run-choice"}, choice, stateOf(row));
}

function theme() {
  keep({theme: nextTheme()});
  applyTheme();
  head();
  redrawCurves();
}

/** Draws the view that the address names. */
function draw() {
  closeCurves();
  head();
  document.title = [state.route.run, state.route.view, "catrl"].filter(word => word).join(" · ");
  main.dataset.view = state.route.view;
  replace(
    main,
    {runs: () => runsView(follow), curves: curvesView, steps: stepsView, evidence: () => evidenceView(store)}[
      state.route.view
    ]()
  );
}

/** Goes where the address leads; a run that is not there, or no view, is mended. */
async function follow() {
  const to = place(location.hash);
  const known = state.rows.some(row => row.id === to.run);
  state.route = {
    ...to,
    view: to.view || (state.rows.length === 1 ? "curves" : "runs"),
    run: known ? to.run : state.rows[0]?.id || ""
  };
  draw();
  if (await readMissing()) {
    draw();
  }
}

/** Reads the runs that are shown and not there yet; true where there were any. */
async function readMissing() {
  const missing = [...new Set([state.route.run, ...state.shown])].filter(
    id => id && !state.runs.has(id) && readable(id)
  );
  await Promise.all(missing.map(async id => state.runs.set(id, await store.run(id))));
  return missing.length > 0;
}

function readable(id) {
  return state.rows.some(row => row.id === id && row.state !== "unreadable");
}

/** Asks for news: the table, and of the runs that are shown what has changed since. */
async function refresh() {
  const before = new Map(state.rows.map(row => [row.id, row.changed]));
  state.rows = await store.runs();
  const news = state.rows.filter(row => before.get(row.id) !== row.changed);
  await Promise.all(
    news
      .filter(row => state.runs.has(row.id) && readable(row.id))
      .map(async row => state.runs.set(row.id, await store.run(row.id)))
  );
  return news.length > 0;
}

async function watch() {
  const told = state.error;
  try {
    const news = !document.hidden && (await refresh());
    state.error = "";
    if (news && state.route.view !== "evidence" && !busy()) {
      keepPlace(draw);
    } else if (news || told) {
      head();
    }
  } catch (error) {
    state.error = error instanceof TypeError ? "the server is gone" : error.message;
    head();
  }
  setTimeout(watch, ASK_MILLIS);
}

/** Nobody is interrupted: not while something is chosen, typed or drawn out. */
function busy() {
  return (
    document.activeElement?.matches("input, select, textarea") ||
    document.querySelector("dialog[open]") ||
    getSelection().toString() !== ""
  );
}

function keepPlace(change) {
  const top = scrollY;
  change();
  scrollTo(0, top);
}

async function begin() {
  applyTheme();
  try {
    state.rows = await store.runs();
    state.rows.slice(0, MOST_SHOWN).forEach(row => state.shown.add(row.id));
    await follow();
  } catch (error) {
    replace(main, el("p", {class: "bad-text"}, error.message));
  }
  addEventListener("hashchange", follow);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawCurves);
  listenToKeys({
    next: moveOrFollow,
    step: by => (state.route.view === "evidence" ? moveStep(by) : false),
    differing: nextDiffering,
    view: number => go({view: VIEWS[number]}),
    theme
  });
  if (store.live) {
    setTimeout(watch, ASK_MILLIS);
  }
}

/** In evidence the next prompt is shown at once; elsewhere it is marked, and Enter opens it. */
function moveOrFollow(by) {
  if (!moveItem(by)) {
    return false;
  }
  if (state.route.view === "evidence" || state.route.view === "runs") {
    document.activeElement?.click();
  }
  return true;
}

function nextDiffering() {
  const items = [...document.querySelectorAll(".prompts [data-item]")];
  const at = items.findIndex(item => item.hasAttribute("aria-current"));
  items
    .slice(at + 1)
    .find(item => item.querySelector(".badge.warn"))
    ?.click();
}

begin();
