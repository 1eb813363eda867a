// What the reader has chosen, kept in this browser where it lets a page keep anything.

const KEY = "catrl";
const DEFAULTS = {theme: "auto", smooth: 0.6, log: false, axis: "step", marks: true};

/** The choices; keep() after a change. */
export const settings = {...DEFAULTS, ...kept()};

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) || {};
  } catch {
    return {}; // a file's page may keep nothing
  }
}

/** Changes some choices and keeps them. */
export function keep(changes) {
  Object.assign(settings, changes);
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // as above
  }
}

/** Sets the theme: auto, light or dark. */
export function applyTheme() {
  if (settings.theme === "auto") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = settings.theme;
  }
}

/** The theme after this one. */
export function nextTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const order = dark ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
  return order[(order.indexOf(settings.theme) + 1) % order.length];
}
