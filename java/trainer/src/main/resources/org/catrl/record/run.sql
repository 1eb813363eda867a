-- The record of one run. Steps are counted from 0. What is NULL does not apply, or is not a finite number.

-- What holds for the whole run: kind, name, recipe, seed, backend, version, hashes (sha256/weights ...).
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;

-- One row for each process that worked on the run; step is the first that it made, time is ISO-8601.
CREATE TABLE start (id INTEGER PRIMARY KEY, step INTEGER NOT NULL, time TEXT NOT NULL, backend TEXT, why TEXT,
    version TEXT, host TEXT);

-- time: when the step was recorded, in seconds since 1970; seconds: what it took.
CREATE TABLE step (step INTEGER PRIMARY KEY, time REAL NOT NULL, seconds REAL);

CREATE TABLE metric (step INTEGER NOT NULL, name TEXT NOT NULL, value REAL, PRIMARY KEY (step, name)) WITHOUT ROWID;

-- step: -1 before the first step, s where it was made in step s, N after the last of N steps; metrics: a JSON object.
CREATE TABLE evaluation (step INTEGER NOT NULL, name TEXT NOT NULL, metrics TEXT NOT NULL, PRIMARY KEY (step, name));

-- The problems of an evaluation one by one, as JSON objects; these hold gold.
CREATE TABLE problem (id INTEGER PRIMARY KEY, step INTEGER NOT NULL, evaluation TEXT NOT NULL, problem TEXT NOT NULL);

-- rollout, aggregate, reward, reference, update: time, questions put to models, tokens they read and wrote.
CREATE TABLE stage (step INTEGER NOT NULL, name TEXT NOT NULL, seconds REAL, calls INTEGER, tokens_read INTEGER,
    tokens_written INTEGER, PRIMARY KEY (step, name)) WITHOUT ROWID;

-- whole: the texts and tokens of its rollouts are kept, with rubric and verdicts. prompt_ids: int32, little-endian,
-- deflated. weights: a JSON array, one number a rollout. majority: the vote's answer. rubric: a JSON object with raw,
-- written, duplicates, dropped, failed.
CREATE TABLE sampled_group (id INTEGER PRIMARY KEY, step INTEGER NOT NULL, position INTEGER NOT NULL,
    prompt_id INTEGER NOT NULL, prompt TEXT NOT NULL, whole INTEGER NOT NULL, weights_version INTEGER, prompt_ids BLOB,
    reference TEXT, answer TEXT, source TEXT, confidence REAL, abstained TEXT, weights TEXT, majority TEXT, rubric TEXT,
    UNIQUE (step, position));

-- What verdicts are about. part: the reward that asked. used: 0 where the reference itself fails it, so that no rollout
-- was asked. of_reference, reply: the judge on the reference; NULL where it was not asked, or gave no verdict.
CREATE TABLE criterion (group_id INTEGER NOT NULL REFERENCES sampled_group (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, part TEXT NOT NULL, text TEXT NOT NULL, points REAL NOT NULL, veto INTEGER NOT NULL,
    used INTEGER NOT NULL, of_reference INTEGER, reply TEXT, PRIMARY KEY (group_id, position)) WITHOUT ROWID;

-- ids: int32, log_probs: float32, both little-endian and deflated. answer is NULL where none was read (no_answer says
-- why, where it is known), and where text_is_answer is 1. reward is NULL where there is no verdict. used: the update
-- learned from it. evidence: as people read it; NULL of a sum, where it is that of its parts.
CREATE TABLE rollout (group_id INTEGER NOT NULL REFERENCES sampled_group (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, text TEXT, finish TEXT NOT NULL, tokens INTEGER NOT NULL, ids BLOB, log_probs BLOB,
    answer TEXT, text_is_answer INTEGER NOT NULL, no_answer TEXT, reward REAL, advantage REAL NOT NULL,
    used INTEGER NOT NULL, evidence TEXT, PRIMARY KEY (group_id, position)) WITHOUT ROWID;

-- The terms of a weighted sum.
CREATE TABLE part (group_id INTEGER NOT NULL REFERENCES sampled_group (id) ON DELETE CASCADE, rollout INTEGER NOT NULL,
    position INTEGER NOT NULL, name TEXT NOT NULL, weight REAL NOT NULL, value REAL, evidence TEXT,
    PRIMARY KEY (group_id, rollout, position)) WITHOUT ROWID;

-- met is NULL where there is no verdict, and failure says why. calls: questions asked for it; seconds: over a network.
CREATE TABLE verdict (group_id INTEGER NOT NULL REFERENCES sampled_group (id) ON DELETE CASCADE,
    rollout INTEGER NOT NULL, criterion INTEGER NOT NULL, met INTEGER, reply TEXT, failure TEXT, calls INTEGER NOT NULL,
    seconds REAL, PRIMARY KEY (group_id, rollout, criterion)) WITHOUT ROWID;

-- step: the last that was made, -1 before the first; kind: empty, guard, checkpoint, best, interrupted, resumed,
-- stopped, judge; time: in seconds since 1970.
CREATE TABLE event (id INTEGER PRIMARY KEY, step INTEGER NOT NULL, time REAL NOT NULL, kind TEXT NOT NULL,
    message TEXT NOT NULL);
