from __future__ import annotations

import ast

import pytest

from tools.mutations import mutations


def faulty(text: str) -> set[str]:
    """Give what a text becomes, one fault at a time."""
    found = set()
    for number in range(len(list(mutations(ast.parse(text))))):
        tree = ast.parse(text)
        list(mutations(tree))[number].put()
        found.add(ast.unparse(tree))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b", {"a <= b", "a >= b", "pass"}),
        ("a == b", {"a != b", "pass"}),
        ("a is b", {"a is not b", "pass"}),
        ("x = a in b", {"x = a not in b"}),
        (
            "x = 0 < a <= b",
            {
                f"x = {each}"
                for each in (
                    "1 < a <= b",
                    "-1 < a <= b",
                    "0 <= a <= b",
                    "0 >= a <= b",
                    "0 < a < b",
                    "0 < a > b",
                )
            },
        ),
        ("x = a and b", {"x = a or b"}),
        ("x = not a", {"x = a"}),
        ("x = 7", {"x = 8", "x = 6"}),
        ("x = True", {"x = False"}),
        ("x = 'a'", {"x = 'XXa'"}),
        ("x = a // b", {"x = a * b"}),
        ("x = -a", {"x = a"}),
        ("x += a", {"x -= a"}),
        ("x = a if b else c", {"x = c if b else a"}),
        ("x = min(a)", {"x = max(a)"}),
        ("x = [Hit.DENY, Hit.WARN]", {"x = [Hit.WARN, Hit.WARN]", "x = [Hit.DENY, Hit.DENY]"}),
    ],
)
def test_what_is_changed(text: str, expected: set[str]) -> None:
    assert faulty(text) == expected


def test_statements() -> None:
    text = "def f():\n    while a:\n        g()\n        continue\n    return b"
    assert faulty(text) == {
        text.replace("while a", "while not a"),
        text.replace("g()", "pass"),
        text.replace("continue", "pass"),
        text.replace("return b", "pass"),
        text.replace("return b", "return not b"),
    }


@pytest.mark.parametrize(
    "text",
    [
        '"""Words."""',
        "import a",
        "__all__ = ['a']",
        "if TYPE_CHECKING:\n    x = 1",
        "x: Literal[1] = a",
        "def f(a: Literal[1]) -> Literal[2]:\n    pass",
        "@cache(1)\ndef f():\n    pass",
        "x = f'{a} is 1'",
        "message = 'no'",
        "x = f(sentence='no')",
        "x = f('It is no use.')",
        "def f():\n    return None",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert faulty(text) == set()


def test_a_fault_says_where_it_is() -> None:
    (fault, *_) = mutations(ast.parse("\n\nx = (a <\n  b)"))
    assert (fault.line, fault.was, fault.now) == (3, "a < b", "a <= b")


def test_nothing_changes_before_it_is_put() -> None:
    tree = ast.parse("x = a < 1")
    assert len(list(mutations(tree))) == 4
    assert ast.unparse(tree) == "x = a < 1"
