// Where the reader stands: the view, the run, the step and the prompt are in the address, so that it can be passed on.

export const VIEWS = ["runs", "curves", "steps", "evidence"];

/** The page's state: its runs in short, those that are read, those that are shown. */
export const state = {
  rows: [],
  runs: new Map(),
  shown: new Set(),
  route: {view: "", run: "", step: null, position: null},
  error: ""
};

/** The address of a place. */
export function address({view, run = "", step = null, position = null}) {
  const parts = [view, encodeURIComponent(run)];
  if (step !== null) {
    parts.push(step + 1); // people count from 1
    if (position !== null) {
      parts.push(position + 1);
    }
  }
  return "#" + parts.join("/");
}

/** The place that an address names. */
export function place(hash) {
  const [view = "", run = "", step, position] = hash.replace(/^#/, "").split("/");
  return {view: VIEWS.includes(view) ? view : "", run: decoded(run), step: index(step), position: index(position)};
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function index(text) {
  return /^\d{1,9}$/.test(text || "") ? Number(text) - 1 : null;
}

/** Goes to a place, keeping the run unless another is named. */
export function go(to) {
  location.hash = address({run: state.route.run, ...to});
}

/** The run that steps and evidence are shown of; undefined before it is read. */
export function current() {
  return state.runs.get(state.route.run);
}

/** The runs that curves are drawn of, as far as they are read. */
export function shownRuns() {
  return state.rows
    .filter(row => state.shown.has(row.id))
    .map(row => state.runs.get(row.id))
    .filter(run => run);
}

/** The colour of a run, the same everywhere: its place in the table. */
export function colour(id) {
  const place = state.rows.findIndex(row => row.id === id);
  return "var(--run-" + ((place % 8) + 1) + ")";
}
