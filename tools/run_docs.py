"""Runs what the documentation shows: `python -m tools.run_docs [FILE …]`.

In README.md and docs/**/*.md, per file, in order, in one new folder:

* a ```python block is executed; all blocks of a file share their names. A block with `>>>` in it is
  run as a doctest (`...` in the expected output stands for anything);
* a ```console block is a dialogue: each `$ …` line is run by the shell with the project's commands
  on PATH, must succeed, and must print the lines that follow it, if any follow;
* a block whose fence names a file after the language (```csv leads.csv) is written to that file;
* any other language (```sh, ```text) is only shown.
"""

from __future__ import annotations

import contextlib
import doctest
import os
import re
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools import warm

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[\w-]+)?(?:[ \t]+(?P<file>[\w./-]+\.\w+))?")
LIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Block:
    """One fenced block.

    Attributes:
        language: what stands behind the opening fence.
        file: the name of a file to write, if one is given.
        line: where its first line of text stands, from 1.
        text: what it says.
    """

    language: str
    file: str | None
    line: int
    text: str


def blocks(text: str) -> Iterator[Block]:
    """Give the fenced blocks of a document."""
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        opened = FENCE.match(line)
        if not opened:
            continue
        inside: list[str] = []
        for _, held in lines:
            if held.strip() == "```":
                break
            inside.append(held.removeprefix(opened["indent"]))
        yield Block(
            language=opened["language"] or "",
            file=opened["file"],
            line=number + 1,
            text="\n".join(inside) + "\n",
        )


def run_doctest(block: Block, names: dict[str, object], path: str) -> str | None:
    """Run a Python dialogue; give what differed."""
    said: list[str] = []
    test = doctest.DocTestParser().get_doctest(block.text, names, path, path, block.line - 1)
    # The runner clears the names it was given when it is done, unless told otherwise.
    doctest.DocTestRunner(optionflags=LIKE).run(test, out=said.append, clear_globs=False)
    names.update(test.globs)
    return "".join(said) or None


def run_python(block: Block, names: dict[str, object], path: str) -> str | None:
    """Run a piece of a program; give the traceback if it fails."""
    try:
        # Empty lines in front make the traceback name the document's own line.
        code = compile("\n" * (block.line - 1) + block.text, path, "exec")
        exec(code, names)  # noqa: S102 # running the documentation is what this file is for
    except Exception:  # noqa: BLE001 # whatever an example raises is reported the same way
        return traceback.format_exc()
    return None


def dialogue(text: str) -> Iterator[tuple[str, str]]:
    """Give each command of a console block with the output it is shown to have."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        # A command goes on after a line that ends in a backslash, as in the shell.
        command = re.match(r"(?:.*\\\n)*.*", part)
        said = command[0] if command else part
        yield said, part[len(said) :].strip("\n")


def run_console(block: Block, environment: dict[str, str]) -> str | None:
    """Run the commands of a console block; give the first surprise."""
    for command, expected in dialogue(block.text):
        done = subprocess.run(
            ["sh", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode:
            return f"$ {command}\nended with {done.returncode}:\n{done.stdout}"
        if expected and not alike(expected, done.stdout):
            return f"$ {command}\nexpected:\n{expected}\n\ngot:\n{done.stdout}"
    return None


def alike(expected: str, got: str) -> bool:
    """Compare output, but for white space and where the document says `...`."""
    return doctest.OutputChecker().check_output(f"{expected}\n", f"{got.strip()}\n", LIKE)


def surroundings(home: str, first: Path | None = None) -> dict[str, str]:
    """Give the environment commands run in: ours first on PATH, plain output, an empty home.

    Args:
        home: the home.
        first: a folder of commands to be found before all others.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEADCORE_")}
    ours = [str(first)] if first else []
    ours += [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    path = os.pathsep.join(ours)
    plain = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    return kept | plain | {"HOME": home, "PATH": path}


def run_block(
    block: Block, names: dict[str, object], path: str, environment: dict[str, str]
) -> str | None:
    """Run one block; give what went wrong, if something did."""
    if block.file:
        Path(block.file).parent.mkdir(parents=True, exist_ok=True)
        Path(block.file).write_text(block.text, "utf-8")
        return None
    if block.language == "python":
        run = run_doctest if ">>> " in block.text else run_python
        return run(block, names, path)
    if block.language == "console":
        return run_console(block, environment)
    return None


def run_file(document: Path, first: Path | None = None) -> tuple[int, list[str]]:
    """Run one document; give the number of blocks run and what went wrong.

    Args:
        document: the document.
        first: a folder of commands to be found before all others.
    """
    path = str(document.relative_to(ROOT))
    names: dict[str, object] = {"__name__": "__main__"}
    count = 0
    wrong: list[str] = []
    with (
        tempfile.TemporaryDirectory() as home,
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
    ):
        for block in blocks(document.read_text("utf-8")):
            count += block.language in {"python", "console"} and not block.file
            said = run_block(block, names, path, surroundings(home, first))
            if said:
                wrong.append(f"{path}:{block.line}\n{said}")
    return count, wrong


def main(arguments: list[str]) -> int:
    """Run the documents named, or all."""
    # On a build machine some libraries print more; shown is what a person sees.
    os.environ.pop("CI", None)
    chosen = [Path(name).resolve() for name in arguments]
    documents = chosen or [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    failed = 0
    with warm.command(surroundings("")) as first:
        for document in documents:
            count, wrong = run_file(document, first)
            failed += len(wrong)
            print(f"{document.relative_to(ROOT)}: {count} examples run, {len(wrong)} wrong")
            for said in wrong:
                print(said, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
