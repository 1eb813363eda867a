// What happened during a run, drawn on its curves and told beside them.

export const KINDS = {
  guard: {sign: "▲", name: "warning", tone: "warn", line: true},
  best: {sign: "★", name: "best checkpoint", tone: "good", line: true},
  checkpoint: {sign: "●", name: "checkpoint", tone: "quiet", line: false},
  resumed: {sign: "↻", name: "resumed", tone: "info", line: true},
  interrupted: {sign: "‖", name: "interrupted", tone: "info", line: true},
  stopped: {sign: "■", name: "stopped", tone: "bad", line: true},
  empty: {sign: "○", name: "nothing to learn", tone: "warn", line: false},
  judge: {sign: "?", name: "judge", tone: "warn", line: false}
};

/** How a kind of event is shown; an unknown one by its name. */
export function kind(event) {
  return KINDS[event.kind] || {sign: "•", name: event.kind, tone: "quiet", line: false};
}

/** The steps done at an event: a checkpoint after N steps and a warning in step N stand at N. */
export function at(event) {
  return event.step + 1;
}

/** The events of runs at a number of steps done. */
export function eventsAt(runs, step) {
  return runs.flatMap(run => run.events.filter(event => at(event) === step));
}
