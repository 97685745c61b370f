"""The house rules ruff has no word for: `python -m tools.check_style`.

* core: no function over 40 lines of code (its docstring and comments don't count), no module over
  500 lines (tables of rules and places excepted), `__all__` in every public module;
* adapters into somebody else's application: so many lines of code at most, docstrings, comments,
  blank lines and migrations apart (`--sizes` says how many each adapter has);
* tests: every test asserts something;
* everywhere: every `type: ignore`, `pyright: ignore`, `noqa` and `pragma` names what it silences
  and says why.

That `__all__` is sorted is ruff's RUF022.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "src" / "leadcore"
TREES = ("src", "adapters", "tests", "tools", "typing_tests", "bench", "examples")
TABLES = {"places", "rulebooks"}
LONGEST_FUNCTION = 40
LONGEST_MODULE = 500
SHORTEST_REASON = 8
MOST_LINES = {"leadcore-django": 600, "leadcore-tryton": 600}
"""How much an adapter into a host may be: what is more is of use elsewhere, and belongs there."""

Function = ast.FunctionDef | ast.AsyncFunctionDef

ASSERTING = re.compile(r"(assert|check|expect|verify|raises|warns|run_state_machine|fail$)")
SILENCER = re.compile(
    r"#\s*(?P<tool>type:\s*ignore|pyright:\s*ignore|noqa|pragma)"
    r"(?P<code>\[[\w, -]+\]|:\s*(?:no (?:cover|branch)|[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*))?"
    r"(?P<reason>.*)"
)
NOTHING = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}


def sources() -> Iterator[Path]:
    """Give every Python file of the repository."""
    yield from ROOT.glob("*.py")
    for tree in TREES:
        for file in sorted((ROOT / tree).rglob("*.py")):
            # Environments made below bench/ hold other people's code.
            if not {"site-packages", "peers"} & set(file.parts):
                yield file


def tokens(text: str) -> list[tokenize.TokenInfo]:
    """Give the tokens of a file."""
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


def functions(tree: ast.Module) -> Iterator[Function]:
    """Give every function, however deep."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def lines_of_code(text: str) -> set[int]:
    """Give the numbers of the lines that hold more than a comment."""
    found: set[int] = set()
    for token in tokens(text):
        if token.type not in NOTHING:
            found.update(range(token.start[0], token.end[0] + 1))
    return found


def docstring_lines(node: Function) -> set[int]:
    """Give the numbers of the lines a function's docstring takes."""
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is None:
        return set()
    return lines_of(first)


def lines_of(node: ast.stmt) -> set[int]:
    """Give the numbers of the lines a statement takes."""
    return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def size(file: Path) -> int:
    """Give how many lines hold code: neither blank nor comment nor a text that only explains."""
    text = file.read_text("utf-8")
    told: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            told |= lines_of(node)
    code = {token.start[0] for token in tokens(text) if token.type == tokenize.ENDMARKER}
    return len(lines_of_code(text) - told - code)


def size_of(adapter: str) -> int:
    """Give how many lines of code an adapter has, its migrations apart."""
    found = (ROOT / "adapters" / adapter / "src").rglob("*.py")
    return sum(size(file) for file in found if "migrations" not in file.parts)


def grown() -> Iterator[tuple[Path, int, str]]:
    """Find adapters that became too large."""
    for adapter, most in MOST_LINES.items():
        length = size_of(adapter)
        if length >= most:
            yield ROOT / "adapters" / adapter, 1, f"{length} lines of code, not under {most}"


def long_functions(text: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Find functions that do too much."""
    code = lines_of_code(text)
    for node in functions(tree):
        own = set(range(node.lineno, (node.end_lineno or node.lineno) + 1)) & code
        length = len(own - docstring_lines(node))
        if length > LONGEST_FUNCTION:
            yield node.lineno, f"{node.name}: {length} lines of code, over {LONGEST_FUNCTION}"


def declares_names(tree: ast.Module) -> bool:
    """Say whether a module has `__all__`, or nothing to put in it."""
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.append(node.target.id)
    return "__all__" in names or len(tree.body) <= 1


def core_problems(file: Path, text: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Apply what holds for the core only."""
    yield from long_functions(text, tree)
    length = text.count("\n")
    inside = file.relative_to(CORE)
    if length > LONGEST_MODULE and not TABLES & set(inside.parts):
        yield 1, f"{length} lines, over {LONGEST_MODULE}"
    public = not any(part.startswith("_") and part != "__init__.py" for part in inside.parts)
    if public and not declares_names(tree):
        yield 1, "a public module without __all__"


def asserts(node: Function) -> bool:
    """Say whether a test checks anything."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assert):
            return True
        if isinstance(inner, ast.Call):
            called = inner.func
            name = called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)
            if ASSERTING.match(name.lstrip("_")):
                return True
    return False


def idle_tests(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Find tests that can't fail."""
    for node in functions(tree):
        if node.name.startswith("test_") and not asserts(node):
            yield node.lineno, f"{node.name} asserts nothing"


def bare_silencers(text: str) -> Iterator[tuple[int, str]]:
    """Find checks that are silenced wholesale or without a reason."""
    for token in tokens(text):
        found = SILENCER.search(token.string) if token.type == tokenize.COMMENT else None
        if not found:
            continue
        if not found["code"]:
            yield token.start[0], f"{found['tool']} without a code"
        elif len(found["reason"].strip(" #:-")) < SHORTEST_REASON:
            yield token.start[0], f"{found['tool']}{found['code']} without a reason"


def problems(file: Path) -> Iterator[tuple[int, str]]:
    """Apply every rule to one file."""
    text = file.read_text("utf-8")
    tree = ast.parse(text)
    yield from bare_silencers(text)
    if CORE in file.parents:
        yield from core_problems(file, text, tree)
    if file.name.startswith("test_"):
        yield from idle_tests(tree)


def main() -> int:
    """Report every breach with its place."""
    if "--sizes" in sys.argv:
        for folder in sorted((ROOT / "adapters").iterdir()):
            print(f"{folder.name}: {size_of(folder.name)} lines of code")
        return 0
    found = [(file, *problem) for file in sources() for problem in problems(file)] + [*grown()]
    for file, line, sentence in found:
        print(f"{file.relative_to(ROOT)}:{line}: {sentence}")
    if not found:
        print("House rules: nothing found.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
