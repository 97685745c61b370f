"""What can go wrong, split by who is at fault.

Four families, and nothing else is raised on purpose:

* `Refused`: the rules said no. Carries the decision, so the caller can tell why.
* `WrongState`: the command does not fit the state the thing is in.
* `Malformed`: the input could not be read. Carries every problem, each with its path.
* `Conflict`: somebody else was faster; run the use case again on fresh facts.

`LeadcoreError` is their common base and is never raised itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.decisions import Decision

__all__ = [
    "Conflict",
    "LeadcoreError",
    "Malformed",
    "NotFound",
    "Problem",
    "Refused",
    "WrongState",
]


class LeadcoreError(Exception):
    """The base of all errors raised here; it can't be raised itself."""

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        """Refuse to make the bare base: a caller could not tell whose fault it is."""
        if cls is LeadcoreError:
            message = "LeadcoreError is a base; raise one of its families"
            raise TypeError(message)
        return super().__new__(cls, *args, **kwargs)


class Refused(LeadcoreError):
    """The rules said no; `decision` names every rule that did."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__(decision)

    def __str__(self) -> str:
        """Give the determining findings, one sentence each."""
        found = "; ".join(f"{f.rule}: {f.sentence}" for f in self.decision.determining)
        return f"{self.decision.verdict.value}: {found}"


class WrongState(LeadcoreError):
    """The command does not fit the present state.

    Attributes:
        command: the command's name.
        state: the state it met, in words a person understands.
    """

    def __init__(self, command: str, state: str) -> None:
        self.command = command
        self.state = state
        super().__init__(command, state)

    def __str__(self) -> str:
        """Say which command met which state."""
        return f"{self.command} is not possible: {self.state}"


class NotFound(LeadcoreError):
    """There is no such thing, or the asker may not know that there is.

    Attributes:
        kind: what was looked for (`lead`, `order` …).
        key: the id it was looked for by.
    """

    def __init__(self, kind: str, key: str) -> None:
        self.kind = kind
        self.key = key
        super().__init__(kind, key)

    def __str__(self) -> str:
        """Name what was not found."""
        return f"there is no {self.kind} {self.key!r}"


@frozen
class Problem:
    """One thing wrong with an input: where, and what."""

    path: str
    message: str

    def __str__(self) -> str:
        """Give `path: message`."""
        return f"{self.path}: {self.message}"


class Malformed(LeadcoreError):
    """The input could not be read; `problems` has every reason, each with its path."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    @classmethod
    def at(cls, path: str, message: str) -> Malformed:
        """Make the error of a single problem."""
        return cls((Problem(path, message),))

    def __str__(self) -> str:
        """Give every problem, separated by semicolons."""
        return "; ".join(str(problem) for problem in self.problems)


class Conflict(LeadcoreError):
    """The facts moved while the answer was made; run the use case again.

    Attributes:
        what: the guard that failed, for logs.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)
