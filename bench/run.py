"""Measures: `python -m bench.run [--only NAME]`, or `make bench ONLY=NAME`.

It runs every figure that a `bench/bench_*.py` registers, writes `bench/results.json` and the table
in `docs/benchmarks.md`. With a name (of a figure, or of a module: `import` finds
`bench_import.py`), the other figures stay as they were measured before.

A module registers a figure with a generator that prepares, yields a `Contest` once, checks the
result and cleans up:

    from bench.run import Contest, Goal, figure

    @figure("balance_at_1e6", unit="look-ups/s", conditions="SQLite, WAL, synchronous=FULL")
    def balance_at_1e6() -> Generator[Contest]:
        store = prepare()
        yield Contest(
            ours=lambda: look_up(store, 10_000),        # gives how many operations it did
            floor=("the same SELECT through sqlite3", lambda: select(store, 10_000)),
            peers={"beancount": (version, lambda: ...)},
            goal=Goal("at least 40 % of the floor", lambda ours, floor: ours >= 0.4 * floor),
        )
        assert store.sums_to_zero()

A contestant is called once a round and gives the number of operations it did, which are timed from
outside; or a `Sample`, where it did its own timing (a peer in a process of its own). A unit that
ends in `/s` counts operations a second; `s`, `ms`, `µs` and `ns` give the time of one.

After a warm-up, five rounds of ours, floor, peer, peer, ours, floor … : whatever else the machine
does meets all of them. Quoted is the median with minimum and maximum. `ratio` says how many times
as good ours is (1 is equal, more is better), whichever way the unit runs.

Peers come from `peer()`: an environment of their own under `bench/peers/`, never the project's.
PostgreSQL comes from `tools.postgres.serve()`, durable as it comes out of the box.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["FIGURES", "Contest", "Figure", "Goal", "Sample", "figure", "in_peer", "peer"]

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.json"
TABLE = ROOT / "docs" / "benchmarks.md"
PEERS = ROOT / "bench" / "peers"
ROUNDS = 5
PER_SECOND = {"s": 1.0, "ms": 1e3, "µs": 1e6, "ns": 1e9}
START, STOP = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"


@dataclass(frozen=True)
class Sample:
    """What one contestant did in one round."""

    operations: int
    seconds: float


Run = Callable[[], int | Sample]


@dataclass(frozen=True)
class Goal:
    """What we hold ourselves to.

    Attributes:
        what: a sentence.
        met: whether ours, beside the floor, reaches it.
        times: per peer, how many times as good ours must be as well.
    """

    what: str
    met: Callable[[float, float], bool] = lambda _ours, _floor: True
    times: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, kw_only=True)
class Contest:
    """Who is measured against whom.

    Attributes:
        ours: the real thing.
        floor: what it is and how to run it: the least work that could do the same.
        peers: per name, its version and how to run it.
        goal: what ours should reach.
        rounds: how many are counted, where five would take too long or say too little.
    """

    ours: Run
    floor: tuple[str, Run] | None = None
    peers: Mapping[str, tuple[str, Run]] = field(default_factory=dict[str, tuple[str, Run]])
    goal: Goal | None = None
    rounds: int = ROUNDS


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A registered figure."""

    name: str
    unit: str
    conditions: str
    module: str
    prepare: Callable[[], Generator[Contest]]


FIGURES: dict[str, Figure] = {}


def figure(
    name: str, *, unit: str, conditions: str = ""
) -> Callable[[Callable[[], Generator[Contest]]], Callable[[], Generator[Contest]]]:
    """Register a figure; the conditions (durability, sizes) are said in the table."""
    if not unit.endswith("/s") and unit not in PER_SECOND:
        message = f"unit {unit!r}: neither `…/s` nor one of {', '.join(PER_SECOND)}"
        raise ValueError(message)

    def register(prepare: Callable[[], Generator[Contest]]) -> Callable[[], Generator[Contest]]:
        module = prepare.__module__.rpartition(".")[2]
        FIGURES[name] = Figure(
            name=name, unit=unit, conditions=conditions, module=module, prepare=prepare
        )
        return prepare

    return register


def peer(name: str, *requirements: str, alone: tuple[str, ...] = ()) -> Path:
    """Install a peer into an environment of its own and give that environment's Python.

    Args:
        name: the environment's.
        requirements: what goes in, with what it requires itself.
        alone: what goes in without that, where it requires what can't be had.
    """
    python = PEERS / name / "bin" / "python"
    stamp = PEERS / name / "installed"
    wanted = "\n".join([*requirements, *alone])
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        uv = [sys.executable, "-m", "uv"]
        subprocess.run(
            [*uv, "venv", "-q", "--clear", "-p", sys.executable, PEERS / name], check=True
        )
        into = [*uv, "pip", "install", "-q", "-p", str(python)]
        subprocess.run([*into, *requirements], check=True)
        if alone:
            subprocess.run([*into, "--no-deps", *alone], check=True)
        stamp.write_text(wanted, "utf-8")
    return python


def in_peer(python: Path, script: Path, *arguments: str) -> Sample:
    """Run a peer's script, whose last line is JSON: `{"operations": …, "seconds": …}`."""
    command = [str(python), str(script), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Sample(**json.loads(done.stdout.strip().splitlines()[-1]))


def timed(run: Run) -> Sample:
    """Run one contestant once."""
    gc.collect()
    start = time.perf_counter()
    done = run()
    seconds = time.perf_counter() - start
    return done if isinstance(done, Sample) else Sample(done, seconds)


def value(sample: Sample, unit: str) -> float:
    """Give a sample in the figure's unit."""
    if unit.endswith("/s"):
        return sample.operations / sample.seconds
    return sample.seconds / sample.operations * PER_SECOND[unit]


def measure(contest: Contest, unit: str) -> dict[str, list[float]]:
    """Give each contestant's values, all of them run in turn."""
    runs: dict[str, Run] = {"ours": contest.ours}
    if contest.floor:
        runs["floor"] = contest.floor[1]
    runs |= {f"peer {name}": run for name, (_, run) in contest.peers.items()}
    for run in runs.values():
        timed(run)
    values: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(contest.rounds):
        for name, run in runs.items():
            values[name].append(value(timed(run), unit))
    return values


def short(number: float) -> float:
    """Keep four figures; more would pretend."""
    return float(f"{number:.4g}")


def summary(values: list[float]) -> dict[str, Any]:
    """Give the median with its spread."""
    return {
        "value": short(statistics.median(values)),
        "minimum": short(min(values)),
        "maximum": short(max(values)),
        "runs": [short(item) for item in values],
    }


def ratio(ours: float, other: float, unit: str) -> float:
    """Say how many times as good ours is."""
    return short(ours / other if unit.endswith("/s") else other / ours)


def verdict(
    goal: Goal, ours: float, floor: float, peers: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Say whether a goal was reached."""
    beaten = all(peers[name]["ratio"] >= times for name, times in goal.times.items())
    return {"what": goal.what, "met": bool(goal.met(ours, floor)) and beaten}


def report(registered: Figure, contest: Contest, values: dict[str, list[float]]) -> dict[str, Any]:
    """Write one figure as it goes into the results."""
    unit = registered.unit
    result: dict[str, Any] = {
        **summary(values["ours"]),
        "unit": unit,
        "conditions": registered.conditions,
    }
    ours, floor = statistics.median(values["ours"]), 0.0
    if contest.floor:
        floor = statistics.median(values["floor"])
        result["floor"] = {**summary(values["floor"]), "what": contest.floor[0]}
        result["ratio"] = ratio(ours, floor, unit)
    peers: dict[str, dict[str, Any]] = {}
    for name, (version, _) in contest.peers.items():
        theirs = values[f"peer {name}"]
        better = ratio(ours, statistics.median(theirs), unit)
        peers[name] = {**summary(theirs), "version": version, "ratio": better}
    result["peers"] = peers
    result["goal"] = verdict(contest.goal, ours, floor, peers) if contest.goal else None
    return result


@contextmanager
def prepared(registered: Figure) -> Generator[Contest]:
    """Prepare a figure; afterwards let it check its result, which may raise."""
    steps = registered.prepare()
    try:
        yield next(steps)
        if next(steps, None) is not None:
            message = f"{registered.name} yields more than one contest"
            raise RuntimeError(message)
    finally:
        steps.close()


def machine() -> str:
    """Say what was measured on, without a name that would identify it."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text("utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        model = names[0] if names else model
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, {python}"


def commit() -> str:
    """Give the commit measured, with `+` where the tree had changes beside it."""

    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--", "src", "adapters", "bench/*.py")
    return (git("rev-parse", "--short=12", "HEAD") or "none") + ("+" if changed else "")


def pretty(number: float) -> str:
    """Write 1234567 as 1,234,567 and 0.01234 as 0.01234."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.4g}"  # noqa: PLR2004 # four figures


def against(result: Mapping[str, Any]) -> str:
    """Write the floor's and the peers' cells."""
    cells = [f"{name} {item['version']}: {pretty(item['value'])} ({pretty(item['ratio'])} ×)"
             for name, item in result["peers"].items()]  # fmt: skip
    return "; ".join(cells) or "–"


def row(name: str, result: Mapping[str, Any]) -> str:
    """Write one line of the table."""
    floor, goal = result.get("floor"), result["goal"]
    cells = [
        f"`{name}`",
        f"{pretty(result['value'])} {result['unit']}",
        f"{pretty(result['minimum'])} to {pretty(result['maximum'])}",
        f"{pretty(floor['value'])} ({floor['what']})" if floor else "–",
        f"{pretty(result['ratio'])}" if floor else "–",
        against(result),
        f"{goal['what']}: {'met' if goal['met'] else '**missed**'}" if goal else "–",
        result["conditions"] or "–",
    ]
    return f"| {' | '.join(cells)} |"


def table(results: Mapping[str, Any]) -> str:
    """Write the table."""
    heads = ["figure", "median", "range", "floor", "of the floor", "peers", "goal", "conditions"]
    lines = [
        START,
        "",
        f"Measured on {results['machine']}, at commit `{results['commit']}`.",
        "",
        f"| {' | '.join(heads)} |",
        f"|{' --- |' * len(heads)}",
        *(row(name, result) for name, result in sorted(results["figures"].items())),
        "",
        STOP,
    ]
    return "\n".join(lines)


def write(results: Mapping[str, Any]) -> None:
    """Write the results and put the table between its marks, leaving the prose alone."""
    text = json.dumps(results, indent=2, ensure_ascii=False) + "\n"
    RESULTS.write_text(text, "utf-8")
    prose = TABLE.read_text("utf-8") if TABLE.exists() else f"# Benchmarks\n\n{START}\n{STOP}\n"
    before, _, rest = prose.partition(START)
    after = rest.partition(STOP)[2]
    TABLE.write_text(f"{before}{table(results)}{after}", "utf-8")


def load() -> None:
    """Import every module that registers figures."""
    for file in sorted((ROOT / "bench").glob("bench_*.py")):
        importlib.import_module(f"bench.{file.stem}")


def chosen(only: str | None) -> list[Figure]:
    """Give the figures to measure."""
    found = [
        item for item in FIGURES.values() if only in {None, item.name, item.module[6:], item.module}
    ]
    if not found:
        sys.exit(f"no figure {only!r}; there are {', '.join(sorted(FIGURES))}")
    return found


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description="Measures, beside floors and peers.")
    parser.add_argument("--only", help="one figure, or one module's figures")
    only = parser.parse_args().only
    load()
    wanted = chosen(only)
    kept: dict[str, Any] = {}
    if only and RESULTS.exists():
        kept = json.loads(RESULTS.read_text("utf-8"))["figures"]
    for registered in wanted:
        with prepared(registered) as contest:
            values = measure(contest, registered.unit)
        kept[registered.name] = report(registered, contest, values)
        print(row(registered.name, kept[registered.name]), flush=True)
        write({"machine": machine(), "commit": commit(), "figures": kept})


if __name__ == "__main__":
    # Under `python -m` this file is `__main__`; the figures register in `bench.run`.
    importlib.import_module("bench.run").main()
