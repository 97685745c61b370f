from __future__ import annotations

import json

import pytest

from bench import run as bench


@pytest.fixture
def written(tmp_path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "benchmarks.md").write_text(
        f"# B\n\nprose\n\n{bench.START}\nold\n{bench.STOP}\nend\n"
    )
    monkeypatch.setattr(bench, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(bench, "TABLE", tmp_path / "benchmarks.md")
    return tmp_path


def sample(seconds: float, log: list[str], name: str):
    def once() -> bench.Sample:
        log.append(name)
        return bench.Sample(10, seconds)

    return once


def contest(log: list[str]) -> bench.Contest:
    return bench.Contest(
        ours=sample(2.0, log, "ours"),
        floor=("bare", sample(1.0, log, "floor")),
        peers={"other": ("1.2", sample(4.0, log, "other"))},
        goal=bench.Goal("half the floor", lambda ours, floor: ours >= 0.5 * floor),
    )


@pytest.mark.parametrize(("unit", "value"), [("sales/s", 5.0), ("ms", 200.0)])
def test_contestants_take_turns_and_better_is_above_one(
    unit: str, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Before each turn all garbage of the process is collected; that of a test run is much.
    monkeypatch.setattr(bench.gc, "collect", int)
    log: list[str] = []
    registered = bench.Figure(
        name="x", unit=unit, conditions="", module="x", prepare=lambda: iter(())
    )
    fight = contest(log)
    result = bench.report(registered, fight, bench.measure(fight, unit))
    assert log == ["ours", "floor", "other"] * (1 + bench.ROUNDS)
    assert result["value"] == value
    assert len(result["runs"]) == bench.ROUNDS
    assert (result["ratio"], result["peers"]["other"]["ratio"]) == (0.5, 2.0)


def test_missed_goal_is_shown(written) -> None:
    missed = {"what": "fast", "met": False}
    result = {"value": 1.0, "minimum": 1.0, "maximum": 2.0, "unit": "ms", "conditions": "",
              "runs": [1.0], "peers": {}, "goal": missed}  # fmt: skip
    bench.write({"machine": "m", "commit": "c", "figures": {"x": result}})
    table = (written / "benchmarks.md").read_text()
    assert table.startswith("# B\n\nprose\n\n")
    assert table.endswith("end\n")
    assert "fast: **missed**" in table
    assert "old" not in table
    assert json.loads((written / "results.json").read_text())["figures"]["x"]["goal"] == missed


def test_wrong_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnights"):
        bench.figure("x", unit="fortnights")
