// The metrics: which come first, what they belong to, what they say; and curves made smooth.

const FIRST = [
  "reward",
  "guard/score",
  "loss",
  "eval_loss",
  "cat/majority_ratio",
  "cat/teacher_student_gap",
  "frac_reward_zero_std",
  "entropy",
  "completions/mean_length",
  "clip_ratio/region_mean",
  "kl",
  "grad_norm",
  "rubric/yes_rate",
  "judge/failures"
];

const SECTIONS = [
  ["At a glance", name => FIRST.includes(name)],
  ["Guards", name => name.startsWith("guard/")],
  ["Evaluations", name => name.startsWith("eval")],
  ["Rewards", name => /^reward|^frac_reward/.test(name)],
  ["Aggregation", name => name.startsWith("cat/")],
  ["Rubrics", name => name.startsWith("rubric/")],
  ["Judge", name => name.startsWith("judge/")],
  ["Completions", name => name.startsWith("completions/")],
  [
    "Update",
    name => /^(policy_loss|loss|kl|entropy|grad_norm|learning_rate|clip_ratio\/|sampling\/|num_tokens)/.test(name)
  ],
  ["Time", name => /^(timing_s\/|step_time|perf\/)/.test(name)],
  ["Memory", name => name.startsWith("memory/")],
  ["Other", () => true]
];

const SAYS = {
  reward: "mean reward of the step's rollouts",
  reward_std: "spread of the rewards within a group, on the mean",
  frac_reward_zero_std: "share of groups whose rollouts all got the same reward: nothing is learned from them",
  entropy: "of the distribution that tokens are drawn from; falls as the policy grows sure",
  kl: "distance from the reference policy",
  grad_norm: "length of the gradient before it is clipped",
  loss: "mean loss of the step's tokens",
  "clip_ratio/region_mean": "share of tokens whose ratio left the clip range",
  "completions/mean_length": "tokens of a rollout, on the mean",
  "completions/clipped_ratio": "share of rollouts cut off at the greatest length",
  "cat/majority_ratio": "share of a group's rollouts that give its commonest answer",
  "cat/majority_disagreement": "share of references whose answer is not the vote's",
  "cat/outside_rollouts": "share of references whose answer no rollout gave",
  "cat/teacher_student_gap": "how much more often the reference than a rollout gives the taught answer",
  "cat/answer_entropy": "of the answers within a group",
  "cat/distinct_answers": "different answers within a group, on the mean",
  "cat/parse_failures": "share of rollouts from which no answer can be read",
  "cat/abstained": "groups for which there is no reference",
  "guard/score": "reward of fixed prompts against the references of step 0: falls when policy and teacher drift",
  "guard/bound": "the score below which the guard warns",
  "guard/best_step": "the step whose checkpoint is the best so far",
  "guard/hacking_gap": "the step's reward less the guard's score",
  "rubric/yes_rate": "share of verdicts that say: met",
  "rubric/uninformative": "share of criteria that all rollouts meet, or none",
  "sampling/token_mult_prob_error": "1 = sampler and trainer agree to the bit",
  num_tokens: "tokens that have been learned from so far"
};

const SMOOTHED_AT = 100;

/** What a metric says, in a sentence; empty where its name says it. */
export function meaning(name) {
  return SAYS[name] || "";
}

/** All metrics of some runs by section, each with its names in order; those without a number anywhere are left out. */
export function sections(runs, query) {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word);
  const names = [...new Set(runs.flatMap(run => [...Object.keys(run.metrics), ...evaluated(run)]))]
    .filter(name => words.every(word => name.toLowerCase().includes(word)))
    .filter(name => runs.some(run => points(run, name).ys.some(value => value !== null)))
    .sort((a, b) => rank(a) - rank(b));
  const left = new Set(names);
  return SECTIONS.map(([title, holds]) => {
    const own = names.filter(name => left.has(name) && holds(name));
    own.forEach(name => left.delete(name));
    return [title, own];
  }).filter(([, own]) => own.length);
}

function rank(name) {
  const place = FIRST.indexOf(name);
  return place < 0 ? FIRST.length : place;
}

/** The names of the curves that evaluations make. */
function evaluated(run) {
  return run.evaluations.flatMap(evaluation => figures(evaluation).map(name => curveOf(evaluation, name)));
}

/** The figures of an evaluation; their errors are told beside them and make no curves. */
export function figures(evaluation) {
  const all = evaluation.metrics || {};
  const errors = Object.keys(all).map(errorOf);
  return Object.keys(all).filter(name => typeof all[name] === "number" && !errors.includes(name));
}

/** The name of a figure's standard error. */
export function errorOf(name) {
  return name.replace(/_score$/, "") + "_error";
}

/** Before, during and after are one curve; an evaluation of another name has its own. */
function curveOf(evaluation, name) {
  const own = name.startsWith("eval") ? name : "eval_" + name;
  return /^(before|after|eval|step.*)$/.test(evaluation.name) ? own : own + " (" + evaluation.name + ")";
}

/** A curve: steps done and values, in order of steps. */
export function points(run, name) {
  if (run.metrics[name]) {
    return {xs: run.steps.map(step => step + 1), ys: run.metrics[name]};
  }
  const found = run.evaluations.flatMap(evaluation =>
    figures(evaluation)
      .filter(own => curveOf(evaluation, own) === name)
      .map(own => [done(run, evaluation), evaluation.metrics[own]])
  );
  const last = [...new Map(found)].sort((a, b) => a[0] - b[0]);
  return {xs: last.map(([step]) => step), ys: last.map(([, value]) => value), sparse: true};
}

/** The steps that were done when an evaluation was made. */
export function done(run, evaluation) {
  return Math.min(evaluation.step + 1, run.steps.length ? run.steps[run.steps.length - 1] + 1 : evaluation.step + 1);
}

/** Seconds of training at each number of steps done. */
export function clock(run) {
  const seconds = new Map([[0, 0]]);
  let sum = 0;
  run.steps.forEach((step, i) => {
    sum += run.seconds[i] || 0;
    seconds.set(step + 1, sum);
  });
  return seconds;
}

/**
 * An exponential mean without its bias towards the first value; what is missing stays so. strength in [0, 1): the
 * weight of the past at up to 100 values; of more values the mean is over as large a share.
 */
export function smoothed(values, strength) {
  const weight = 1 - (1 - strength) / Math.max(1, values.length / SMOOTHED_AT);
  let mean = 0;
  let mass = 0;
  return values.map(value => {
    if (value === null || value === undefined) {
      return value;
    }
    mean = weight * mean + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return mean / mass;
  });
}
