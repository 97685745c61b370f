"""Rules that hold at any hour."""

from __future__ import annotations

from leadcore.rulebooks.state_gates import state_gate_rules


def test_each_state_has_its_gates() -> None:
    found: dict[str, set[str]] = {}
    for rule in state_gate_rules():
        assert rule.state is not None
        assert rule.id.startswith(f"S-{rule.state}-")
        found.setdefault(rule.id.rpartition("-")[2], set()).add(rule.state)
    assert found == {
        "ADAD": {"CA", "CT", "FL", "GA", "IL", "IN", "MD", "ME", "NE", "OK", "SD"},
        "WRITTEN": {"CT"},
        "MOBILE": {"AZ", "NJ"},
        "RND": {"ME"},
        "TEXT": {"WA"},
        "EMERGENCY": {"LA", "NY"},
    }
