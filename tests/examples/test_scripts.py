"""Thirty lines each, run as somebody runs them; and the notebook, cell by cell."""

from __future__ import annotations

import json
import runpy
import sys
from io import StringIO
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
AT = "2026-11-24T17:00:00+00:00"


@pytest.fixture
def run(monkeypatch, capsys):
    def started(name, *arguments, given=""):
        monkeypatch.setattr(sys, "argv", [name, *arguments])
        monkeypatch.setattr(sys, "stdin", StringIO(given))
        runpy.run_path(str(EXAMPLES / "scripts" / name), run_name="__main__")
        return capsys.readouterr().out.splitlines()

    return started


def test_the_gate_before_a_dialer(run):
    rows = (
        "phone,zip,stopped_at,scrubbed_on,asked,on_registry\n"
        "+12125550100,10027,,2026-11-24,yes,no\n"
        "+12125550101,10027,2026-11-23T15:00:00+00:00,2026-11-24,yes,no\n"
    )
    assert run("dialer_gate.py", "2026-11-24T02:30:00+00:00", given=rows) == [
        "+12125550100 denied F-QH 2026-11-24 13:00:00+00:00",
        "+12125550101 denied F-REV-10,F-QH,F-IDNC never",
    ]
    first, second = run("dialer_gate.py", AT, given=rows)
    assert "denied" not in first
    assert second.endswith("never")


def test_the_refund_rules_of_a_marketplace(run):
    sold = "2026-11-20T16:00:00+00:00"
    rows = (
        "sale,sold_at,asked_at,reason,detail,other,earlier\n"
        f"s1,{sold},2026-11-25T23:00:00+00:00,disconnected,Dead line,,\n"
        f"s2,{sold},2026-11-26T07:00:00+00:00,twice,Ours,,\n"
        f"s3,{sold},2026-11-25T23:00:00+00:00,disconnected,Dead line,,denied\n"
    )
    until = "until 2026-11-26 05:59:59.999999+00:00"
    assert run("refund_rules.py", given=rows) == [
        f"s1 permitted  {until}",
        f"s2 denied RET-LATE,RET-DETAIL {until}",
        f"s3 denied RET-ONCE {until}",
    ]


def test_the_wallet_of_an_app(run, tmp_path):
    wallet = ("prepaid_wallet.py", str(tmp_path / "wallet.db"), "ann")
    for _ in range(2):
        assert run(*wallet, "pay", "1000", "p1", AT) == ["1000 cents"]
    for _ in range(2):
        assert run(*wallet, "spend", "700", "c1", AT) == ["300 cents"]
    with pytest.raises(SystemExit, match="insufficient_funds: 300 cents are left"):
        run(*wallet, "spend", "700", "c2", AT)


def test_the_notebook_runs_from_top_to_bottom_and_is_kept_without_outputs(capsys):
    text = (EXAMPLES / "notebook" / "a_week_of_leads.ipynb").read_text("utf-8")
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells)
    names = {}
    for cell in cells:
        exec(cell["source"], names)  # noqa: S102 - our own cells
    assert names["taken"] == {"three days": 2, "five days": 4, "six days": 5}
    assert "Cy, Provo         65 of 168 hours" in capsys.readouterr().out
