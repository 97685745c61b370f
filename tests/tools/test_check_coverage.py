from __future__ import annotations

import pytest

from tools.check_coverage import CORE, arrows, complaint, own_tests, spans


@pytest.mark.parametrize(
    ("module", "tests"),
    [
        ("orders.py", ["tests/test_orders.py"]),
        ("places/zones.py", ["tests/places/test_zones.py"]),
        ("places/_table.py", ["tests/places/test_table.py"]),
        ("places/__init__.py", ["tests/test_places.py", "tests/places/test_init.py"]),
        ("__init__.py", ["tests/test_init.py", "tests/test_exports.py"]),
    ],
)
def test_each_module_has_its_own_tests(module: str, tests: list[str]) -> None:
    assert own_tests(CORE / module) == tests


def test_gaps_are_written_shortly() -> None:
    assert spans([3, 5, 4, 9]) == "3-5, 9"
    assert arrows([(4, -1), (3, 5)]) == "3→5, 4→exit"


def test_branches_of_lines_never_run_are_left_out() -> None:
    said = complaint(CORE / "x.py", {"missing_lines": [4], "missing_branches": [(4, 5), (7, 9)]})
    assert said
    assert said.endswith("lines 4; branches 7→9")
    assert complaint(CORE / "x.py", {"missing_lines": [], "missing_branches": []}) is None
