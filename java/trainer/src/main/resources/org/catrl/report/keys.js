// The keyboard.
import {button, el, takesText} from "./dom.js";

const KEYS = [
  ["j, ↓", "next run, step or prompt"],
  ["k, ↑", "the one before"],
  ["→, ←", "evidence: next step, step before"],
  ["d", "evidence: next prompt where reference and vote differ"],
  ["1 2 3 4", "runs, curves, steps, evidence"],
  ["/", "search"],
  ["Esc", "leave the search, close this"],
  ["t", "light, dark, or as the system has it"],
  ["?", "these keys"]
];

/** Listens; actions: next(by), step(by), differing(), view(number), theme(). */
export function listenToKeys(actions) {
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === "Escape") {
      document.activeElement?.blur();
    } else if (!takesText(document.activeElement) && act(event.key, actions)) {
      event.preventDefault();
    }
  });
}

function act(key, actions) {
  const action = {
    j: () => actions.next(1),
    ArrowDown: () => actions.next(1),
    k: () => actions.next(-1),
    ArrowUp: () => actions.next(-1),
    ArrowRight: () => actions.step(1),
    ArrowLeft: () => actions.step(-1),
    d: () => actions.differing(),
    t: () => actions.theme(),
    1: () => actions.view(0),
    2: () => actions.view(1),
    3: () => actions.view(2),
    4: () => actions.view(3),
    "/": () => document.getElementById("search")?.focus(),
    "?": showKeys
  }[key];
  return action ? action() !== false : false;
}

/** Shows the keys. */
export function showKeys() {
  const dialog = el(
    "dialog",
    {class: "help", "aria-labelledby": "keys-title", onclose: event => event.target.remove()},
    el("h2", {id: "keys-title"}, "Keys"),
    el(
      "dl",
      {},
      KEYS.map(([key, does]) => [
        el(
          "dt",
          {},
          key.split(/(?:, | )/).map(one => el("kbd", {}, one))
        ),
        el("dd", {}, does)
      ])
    ),
    el("p", {class: "note"}, "On curves: drag zooms, double-click shows all again, a click opens the step's evidence."),
    button("close", event => event.target.closest("dialog").close(), {autofocus: true})
  );
  document.getElementById("dialogs").append(dialog);
  dialog.showModal();
}

/** Moves to the next of the items on the screen, along their order; true where there are any. */
export function moveItem(by) {
  const items = [...document.querySelectorAll("[data-item]")];
  const at = items.findIndex(item => item.hasAttribute("aria-current") || item.contains(document.activeElement));
  const to = items[Math.max(0, Math.min(items.length - 1, at < 0 ? 0 : at + by))];
  const link = to?.matches("a") ? to : to?.querySelector("a");
  link?.focus();
  to?.scrollIntoView({block: "nearest"});
  return items.length > 0;
}
