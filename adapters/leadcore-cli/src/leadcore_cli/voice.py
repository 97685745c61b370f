"""How the demo speaks: in sentences for people, in JSON Lines for programs."""

from __future__ import annotations

from attrs import define

from leadcore_cli import show

__all__ = ["Voice"]


@define(kw_only=True)
class Voice:
    """Tells a story in chapters.

    Attributes:
        as_json: a line of JSON for each thing said, with its chapter.
        title: the chapter that is being told.
    """

    as_json: bool = False
    title: str = ""

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self.title = title
        if not self.as_json:
            show.line("")
            show.line(f"[bold]{show.clean(title)}[/]")

    def say(self, sentence: str, *, colour: str | None = None, outcome: str = "") -> None:
        """Say what happens, and what comes of it.

        Args:
            sentence: in plain words.
            colour: of the outcome.
            outcome: said last.
        """
        if self.as_json:
            self._json(f"{sentence} {outcome}".strip())
            return
        ended = f" [{colour}]{show.clean(outcome)}[/]" if colour else show.clean(outcome)
        show.line(show.clean(sentence) + ended, first="  ", rest="    ")

    def aside(self, sentence: str) -> None:
        """Say why."""
        if self.as_json:
            self._json(sentence)
        else:
            show.line(f"[dim]{show.clean(sentence)}[/]", first="      ")

    def note(self, sentence: str) -> None:
        """Say something that is no part of the story."""
        if self.as_json:
            self._json(sentence)
        else:
            show.line(f"[dim]{show.clean(sentence)}[/]")

    def command(self, words: str, what: str) -> None:
        """Name a command to try."""
        if self.as_json:
            self._json(words)
        else:
            # Never wrapped: it is there to be copied.
            show.console().print(f"  {show.clean(words)}", soft_wrap=True)
            show.line(f"[dim]{show.clean(what)}[/]", first="      ")

    def _json(self, text: str) -> None:
        show.print_json({"chapter": self.title or None, "says": text})
