from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tools import check_style
from tools.check_style import CORE, bare_silencers, core_problems, idle_tests

if TYPE_CHECKING:
    from pathlib import Path

LONG = "def f():\n" + "    print()\n" * 40
SHORT = (
    'def f():\n    """Say.\n\n    More.\n    """\n' + "    # why\n\n" * 30 + "    print()\n" * 39
)


TYPE = "type: " + "ignore"  # in two parts, or it would be one itself


@pytest.mark.parametrize(
    "text",
    [
        f"x = f()  # {TYPE}",
        f"x = f()  # {TYPE}[arg-type]",
        "x = f()  # noqa",
        "x = f()  # noqa: S101",
        "x = f()  # pyright: ignore[reportArgumentType]",
        "x = f()  # pragma: no cover",
    ],
)
def test_bare_silencer_is_found(text: str) -> None:
    assert list(bare_silencers(text))


@pytest.mark.parametrize(
    "text",
    [
        "x = f()  # type: ignore[arg-type]  # the library declares it wrongly",
        "x = f()  # noqa: S101, D103 # the reason is given here",
        "x = f()  # pragma: no cover # only without the library",
        "x = '# noqa'",
    ],
)
def test_explained_silencer_passes(text: str) -> None:
    assert list(bare_silencers(text)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"__all__ = ['f']\n{LONG}", "f: 41 lines of code"),
        (f"__all__ = ['f']\n{SHORT}", ""),
        ("__all__ = ['x']\n" + "\n" * 500, "501 lines"),
        ("x = 1\ny = 2\n", "without __all__"),
        ("'''Only a docstring.'''\n", ""),
    ],
)
def test_core_rules(text: str, found: str) -> None:
    said = [sentence for _, sentence in core_problems(CORE / "x.py", text, ast.parse(text))]
    assert len(said) == bool(found)
    assert not found or found in said[0]


def test_tables_may_be_long() -> None:
    text = "__all__ = ['x']\n" + "\n" * 500
    assert list(core_problems(CORE / "places" / "x.py", text, ast.parse(text))) == []


@pytest.mark.parametrize(
    ("body", "idle"),
    [
        ("f()", True),
        ("assert f()", False),
        ("with pytest.raises(ValueError): f()", False),
        ("check_sums(f())", False),
        ("checker = f()", True),
    ],
)
def test_idle_test_is_found(body: str, idle: bool) -> None:
    assert bool(list(idle_tests(ast.parse(f"def test_it():\n    {body}\n")))) is idle


def test_an_adapters_size_is_its_code_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "adapters" / "host" / "src"
    (source / "migrations").mkdir(parents=True)
    (source / "migrations" / "first.py").write_text("one = 1\n" * 9, "utf-8")
    told = '"""Told."""\n\n# why\none = 1\n"""What it is."""\n\n\n'
    text = f'{told}def f():\n    """Do."""\n    return 2\n'
    (source / "of.py").write_text(text, "utf-8")
    monkeypatch.setattr(check_style, "ROOT", tmp_path)
    assert check_style.size_of("host") == 3
    for most, found in ((3, 1), (4, 0)):
        monkeypatch.setattr(check_style, "MOST_LINES", {"host": most})
        assert len(list(check_style.grown())) == found
