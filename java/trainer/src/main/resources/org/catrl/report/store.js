// Where the page's data come from: from within a report, or from the server that sent the page.

/** The source of this page's data. */
export function openStore() {
  const embedded = document.getElementById("data").textContent;
  return embedded ? new HeldStore(JSON.parse(embedded)) : new LiveStore();
}

/** A report: all data stand in the page. */
class HeldStore {
  live = false;

  constructor(data) {
    this.data = data;
    this.made = data.made;
  }

  async runs() {
    return this.data.runs;
  }

  async run(id) {
    return this.data.runs.find(run => run.id === id);
  }

  async groups(id, step) {
    return this.held(id).filter(group => group.step === step);
  }

  async group(id, number) {
    return this.held(id).find(group => group.id === number);
  }

  async search(id, text) {
    const wanted = text.toLowerCase();
    return this.held(id)
      .filter(group => said(group).some(words => words.toLowerCase().includes(wanted)))
      .reverse();
  }

  held(id) {
    return this.data.runs.find(run => run.id === id).held;
  }
}

function said(group) {
  return [
    group.prompt,
    group.reference,
    ...group.attempts.map(attempt => attempt.text),
    ...group.criteria.map(criterion => criterion.text)
  ].filter(text => text);
}

/** The server: asked again while a run is written; of a run only what is new. */
class LiveStore {
  live = true;

  constructor() {
    this.known = new Map();
  }

  async runs() {
    return (await this.ask("runs", {})).runs;
  }

  async run(id) {
    const old = this.known.get(id);
    const after = old && old.steps.length ? old.steps[old.steps.length - 1] : -1;
    const fresh = await this.ask("run", {run: id, after, processes: old ? old.processes : 0});
    const run = old && fresh.after >= 0 ? joined(old, fresh) : fresh;
    this.known.set(id, run);
    return run;
  }

  groups(id, step) {
    return this.ask("groups", {run: id, step});
  }

  group(id, number) {
    return this.ask("group", {run: id, group: number});
  }

  search(id, text) {
    return this.ask("search", {run: id, text});
  }

  async ask(question, parameters) {
    const answer = await fetch("api/" + question + "?" + new URLSearchParams(parameters));
    if (!answer.ok) {
      throw new Error((await answer.text()).trim() || "the server answered " + answer.status);
    }
    return answer.json();
  }
}

/** A run with the figures of its newer steps behind those that were known. */
function joined(old, fresh) {
  const [before, after] = [old.steps.length, fresh.steps.length];
  return {
    ...fresh,
    steps: [...old.steps, ...fresh.steps],
    time: [...padded(old.time, before), ...padded(fresh.time, after)],
    seconds: [...padded(old.seconds, before), ...padded(fresh.seconds, after)],
    metrics: columns(old.metrics, fresh.metrics, before, after),
    stages: Object.fromEntries(
      names(old.stages, fresh.stages).map(stage => [
        stage,
        columns(old.stages[stage] || {}, fresh.stages[stage] || {}, before, after)
      ])
    ),
    groups: {
      steps: [...old.groups.steps, ...fresh.groups.steps],
      counts: [...old.groups.counts, ...fresh.groups.counts]
    }
  };
}

function columns(old, fresh, before, after) {
  return Object.fromEntries(
    names(old, fresh).map(name => [name, [...padded(old[name], before), ...padded(fresh[name], after)]])
  );
}

function padded(values, length) {
  return values && values.length ? values : new Array(length).fill(null);
}

function names(one, other) {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}
