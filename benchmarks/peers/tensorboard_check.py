#!/usr/bin/env python3
"""The event files of a run, read by TensorBoard, against the run's record.

    python3 benchmarks/peers/tensorboard_check.py RUN

RUN is a run's folder. Every scalar that TensorBoard shows, as its library reads the files and as its server answers
(tensorboard --logdir), is held against run.db and, where there is one, metrics.csv: the same steps, the same values in
single precision, and nothing more. Needs the package tensorboard. Exits 1 when anything differs.
"""
import argparse
import csv
import json
import pathlib
import socket
import sqlite3
import struct
import subprocess
import sys
import time
import urllib.parse
import urllib.request

from tensorboard.backend.event_processing import event_accumulator

SERVER_SECONDS = 60


def tag(name):
    for ours, theirs in (("eval_", "eval/"), ("test_", "test/")):
        if name.startswith(ours):
            return theirs + name[len(ours):]
    return "train/" + name


def single(value):
    """The value in single precision; None where it is not finite."""
    number = float("nan") if value in (None, "") else float(value)
    try:
        rounded = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        return None
    return rounded if abs(rounded) < float("inf") else None


def of_database(run):
    """{(tag, steps done): value} of run.db, whose steps are counted from 0; -1 is before the first."""
    connection = sqlite3.connect(f"file:{run / 'run.db'}?mode=ro", uri=True)
    found = {(tag(name), step + 1): single(value)
             for step, name, value in connection.execute("SELECT step, name, value FROM metric")}
    for step, metrics in connection.execute("SELECT step, metrics FROM evaluation WHERE name != 'probe'"):
        for name, value in json.loads(metrics).items():
            found[tag("test_" + name.removeprefix("eval_")), max(step, 0)] = single(value)
    return found


def of_table(run):
    with open(run / "metrics.csv", newline="", encoding="utf-8") as file:
        return {(tag(row["name"]), int(row["step"])): single(row["value"]) for row in csv.DictReader(file)}


def of_library(run):
    events = event_accumulator.EventAccumulator(str(run), size_guidance={event_accumulator.SCALARS: 0}).Reload()
    return {(name, event.step): single(event.value)
            for name in events.Tags()["scalars"] for event in events.Scalars(name)}


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/data/{path}", timeout=10) as answer:
        return json.load(answer)


def wait(server, port, expected):
    """The runs with their tags, once as many tags have been read as there are."""
    end = time.monotonic() + SERVER_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            tags = get(port, "plugin/scalars/tags")
            if sum(map(len, tags.values())) >= expected:
                return tags
        except OSError:
            pass  # not up yet
        time.sleep(0.5)
    return {}


def of_server(run, expected):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "tensorboard.main", "--logdir", str(run), "--port", str(port),
                               "--host", "127.0.0.1", "--samples_per_plugin", "scalars=1000000"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        found = {}
        for name, tags in wait(server, port, expected).items():
            for each in tags:
                query = urllib.parse.urlencode({"run": name, "tag": each})
                for _, step, value in get(port, "plugin/scalars/scalars?" + query):
                    found[each, step] = single(value)
        return found
    finally:
        server.terminate()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=pathlib.Path)
    run = parser.parse_args().run
    record = of_database(run)
    readings = {"TensorBoard's library": of_library(run),
                "TensorBoard's server": of_server(run, len({name for name, _ in record}))}
    if (run / "metrics.csv").exists():
        readings["metrics.csv"] = of_table(run)
    failed = False
    for reader, found in readings.items():
        wrong = sorted(key for key in record.keys() | found.keys()
                       if key not in record or key not in found or record[key] != found[key])
        print(f"{'FAIL' if wrong else 'ok  '}  {reader}: {len(found)} values of {len({name for name, _ in found})} "
              f"metrics" + (f", {len(wrong)} differ from run.db, e.g. {wrong[0]}: {found.get(wrong[0], 'absent')} against "
                            f"{record.get(wrong[0], 'absent')}" if wrong else ", as in run.db"))
        failed |= bool(wrong)
    print(f"{len(list(run.glob('events.out.tfevents.*')))} event files, {max(step for _, step in record)} steps")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
