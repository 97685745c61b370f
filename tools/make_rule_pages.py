"""Writes docs/rules/ from the rulebook: `python -m tools.make_rule_pages`; `--check` compares.

Every fact on these pages is read from `leadcore.rulebooks.US`, or found by asking the engine
(`tools.rule_silence`); the prose is in `tools.rule_prose`. A test compares the pages with what this
makes, so a rule can't change without its page.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from leadcore.rulebooks import NAMES, UNKNOWN_STATE, US, Profile, Purpose, Role, Rule, Status
from leadcore.rulebooks.recording import ALL_PARTY, ONE_PARTY
from leadcore.rulebooks.rule import Cap, ClosedDays, Confidence, Hours, Initiation, Scope
from leadcore.rulebooks.state_days import state_holidays
from leadcore.submissions import Channel
from tools.rule_prose import CHOICES, NOTICE, POLICIES
from tools.rule_silence import silenced_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from enum import Enum

__all__ = ["FOLDER", "main", "pages"]

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "rules"
NOON, DAY = 12, 24 * 60
MONDAY, SATURDAY, SUNDAY = 0, 5, 6
NOTHING = "–"
SURE = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}
MADE = "<!-- Made by tools/make_rule_pages.py from leadcore.rulebooks; edit the rules instead. -->"
WORDS = (
    "A rule that permits is a *basis*, one that forbids a *guard*; a *note* does neither. The "
    "*strict* profile adds the house's caution, the *literal* one reads the rules by their words "
    "and leaves readings of low confidence alone. *Legal* findings follow a legal text, *policy* "
    "findings the house's own caution."
)
STATUS = {
    Status.WAIVED: "waived",
    Status.ADOPTED_PENDING: "adopted, not in force",
    Status.VACATED: "vacated by a court",
}


# ------------------------------------------------------------------------------- words for values


def day(value: date | None) -> str:
    """Write a day as ISO has it."""
    return NOTHING if value is None else value.isoformat()


def clock(minute: int) -> str:
    """Write a minute of the day as people say it."""
    hour, rest = divmod(minute, 60)
    shown = f"{hour % NOON or NOON}{f':{rest:02d}' if rest else ''}"
    if minute % DAY == 0:
        return "midnight"
    return "noon" if minute == NOON * 60 else f"{shown} {'a.m.' if hour < NOON else 'p.m.'}"


def span(hours: tuple[int, int] | None) -> str:
    """Write the hours of a day."""
    if hours is None:
        return "closed"
    # A day that a rule of its own closes is left open here, so that it isn't said twice.
    if hours == (0, DAY):
        return "left to the rule on closed days"
    return f"{clock(hours[0])} to {clock(hours[1])}"


def dates(rule: Rule) -> str:
    """Write when an edition holds."""
    since, until = rule.effective_from, rule.effective_until
    if since is None and until is None:
        told = "always (no date recorded)" if rule.status is Status.IN_FORCE else "no date known"
    elif until is None:
        told = f"from {day(since)} on"
    else:
        last = until - timedelta(days=1)
        told = f"{day(since)} to {day(last)}" if since else f"to {day(last)}"
    return told


def standing(rule: Rule) -> str:
    """Write whether an edition binds on the rulebook's day."""
    if rule.status is not Status.IN_FORCE:
        return STATUS[rule.status]
    if rule.effective_from is not None and rule.effective_from > US.as_of:
        return "not yet in force"
    if rule.effective_until is not None and rule.effective_until <= US.as_of:
        return "no longer in force"
    return "in force"


def names(values: Iterable[Enum], every: type[Enum]) -> str:
    """Write members of an enumeration, in the order they are declared in."""
    chosen = set(values)
    if chosen == set(every):
        return "any"
    return ", ".join(str(each.value).replace("_", " ") for each in every if each in chosen)


def reach(scope: Scope) -> str:
    """Write to which contacts a rule applies."""
    if not scope.channels:
        return "no contact by itself"
    how = names(scope.initiations, Initiation)
    said = f"{names(scope.channels, Channel)}; {names(scope.purposes, Purpose)}"
    return said if how == "any" else f"{said}; {how}"


def cited(rule: Rule) -> str:
    """Write the citation, as a link where the source is known."""
    return f"[{rule.citation}]({rule.source})" if rule.source else rule.citation


def terms(rule: Rule) -> Iterator[str]:
    """Write what is peculiar to a rule: its hours, closed days or cap."""
    held = rule.terms
    if isinstance(held, Hours):
        week = held.week.days
        told = f"Monday to Friday {span(week[MONDAY])}, Saturday {span(week[SATURDAY])}, "
        yield f"{told}Sunday {span(week[SUNDAY])}"
        if held.clock:
            yield f"the clock of `{held.clock}` must be open too"
    elif isinstance(held, ClosedDays):
        yield from closed(held)
    elif isinstance(held, Cap):
        yield f"{held.limit} within {held.hours} hours"
        if held.prerecorded_only:
            yield "recorded and artificial voices count, whatever the subject"


def closed(held: ClosedDays) -> Iterator[str]:
    """Write what closes."""
    if held.weekdays:
        known = (
            "Mondays",
            "Tuesdays",
            "Wednesdays",
            "Thursdays",
            "Fridays",
            "Saturdays",
            "Sundays",
        )
        yield ", ".join(known[weekday] for weekday in sorted(held.weekdays)) + " are closed"
    if held.holidays:
        yield "legal holidays are closed"
    if held.literal_weekdays != frozenset(range(7)):
        yield "by the words, holidays on Monday to Friday only"
    if held.clock:
        yield f"so is what is such a day by the clock of `{held.clock}`"


# -------------------------------------------------------------------------------------- one rule


def lifted(rule: Rule) -> Iterator[tuple[str, str]]:
    """Give, for each profile, what makes a guard fall silent."""
    for profile in Profile:
        found = silenced_by(rule, profile, as_of=US.as_of)
        timed = isinstance(rule.terms, (Hours, ClosedDays))
        if found is None:
            words = "does not speak"
        elif found:
            words = "; ".join((*found, *(["another time"] if timed else [])))
        else:
            words = "another time only" if timed else "nothing"
        yield f"Falls silent, {profile.value}", words


def facts(rule: Rule) -> Iterator[tuple[str, str]]:
    """Give what there is to know about one edition, row by row."""
    yield "Says", rule.sentence
    if rule.caution:
        yield "Where we are stricter", rule.caution
    if rule.untold:
        yield "Where nobody knows", rule.untold
    yield "Source", cited(rule)
    yield "Holds", f"{dates(rule)}: {standing(rule)} on {day(US.as_of)}"
    yield "How sure", SURE[rule.confidence]
    yield "Kind", f"{rule.role.value}, {rule.severity.value}"
    for words in terms(rule):
        yield "Terms", words
    if rule.role is Role.NOTE:
        return
    yield "Reaches, strict", reach(rule.scope_in(Profile.STRICT))
    if rule.literal is not None:
        yield "Reaches, literal", reach(rule.literal)
    if rule.role is Role.GUARD and rule.scope.channels:
        yield from lifted(rule)
    if rule.evidence:
        yield "Looks at", ", ".join(f"`{name}`" for name in rule.evidence)


def section(rule_id: str, editions: list[Rule], *, level: str = "##") -> Iterator[str]:
    """Write one rule with all its editions."""
    yield f"{level} {rule_id}"
    yield ""
    for number, rule in enumerate(editions, 1):
        if len(editions) > 1:
            yield f"Entry {number} of {len(editions)}:"
            yield ""
        yield "| | |"
        yield "| --- | --- |"
        for name, words in facts(rule):
            yield f"| {name} | {words.replace('|', '/')} |"
        yield ""


def grouped(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """Put the entries of each rule together: permitting ones first, then by date."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        found[rule.id].append(rule)
    for entries in found.values():
        entries.sort(key=lambda rule: (rule.role.value, rule.effective_from or date.min))
    return dict(found)


# ---------------------------------------------------------------------------------------- pages


def page(title: str, intro: str, body: Iterable[str]) -> str:
    """Write a page with its notice."""
    lines = [f"# {title}", "", MADE, "", NOTICE, "", intro, "", *body]
    return "\n".join(lines).rstrip() + "\n"


def listing(chosen: Callable[[Rule], bool]) -> list[str]:
    """Write every rule that is chosen: a table of contents, then a section each."""
    found = grouped(rule for rule in US.rules if chosen(rule))
    lines = ["| rule | says | holds | how sure |", "| --- | --- | --- | --- |"]
    for rule_id, entries in found.items():
        last = entries[-1]
        status = "" if standing(last) == "in force" else f" ({standing(last)})"
        lines.append(
            f"| [{rule_id}](#{rule_id.lower()}) | {last.sentence} | {dates(last)}{status} "
            f"| {SURE[last.confidence]} |"
        )
    lines.append("")
    for rule_id, entries in found.items():
        lines += section(rule_id, entries)
    return lines


def now(state: str, kind: type) -> list[Rule]:
    """Give a state's rules of a kind that are in force on the rulebook's day."""
    return [
        rule
        for rule in US.in_force(US.as_of)
        if rule.state == state and isinstance(rule.terms, kind)
    ]


def week_of(state: str) -> tuple[str, str, str, str]:
    """Give what a state's table row says of hours: weekdays, Saturday, Sunday, holidays."""
    hours = [rule for rule in now(state, Hours) if rule.id.endswith("-QH")]
    days = [rule.terms for rule in now(state, ClosedDays) if isinstance(rule.terms, ClosedDays)]
    holidays = "closed" if any(each.holidays for each in days) else "open"
    if not hours or not isinstance(hours[0].terms, Hours):
        return ("federal", "federal", "federal", holidays)
    week = hours[0].terms.week.days
    shut = {weekday for each in days for weekday in each.weekdays}
    told = [
        "closed" if weekday in shut else span(week[weekday])
        for weekday in (MONDAY, SATURDAY, SUNDAY)
    ]
    return (told[0], told[1], told[2], holidays)


def cap_of(state: str) -> str:
    """Give what a state's table row says of caps."""
    found = [rule.terms for rule in now(state, Cap) if rule.id.endswith("-CAP")]
    return ", ".join(f"{each.limit} in {each.hours} h" for each in found if isinstance(each, Cap))


def state_row(state: str) -> str:
    """Write a state's row of the table."""
    rules = [rule for rule in US.in_force(US.as_of) if rule.state == state]
    basic = {f"S-{state}-QH", f"S-{state}-DAY", f"S-{state}-CAP"}
    gates = ", ".join(dict.fromkeys(rule.id for rule in rules if rule.id not in basic))
    recording = "everybody" if state in ALL_PARTY or state == UNKNOWN_STATE else "one party"
    least = min((rule.confidence for rule in rules), default=None)
    sure = NOTHING if least is None else SURE[least]
    name = NAMES[state].removeprefix("the ")
    told = " | ".join((*week_of(state), cap_of(state) or NOTHING, gates or NOTHING))
    return f"| [{state}](#{anchor(state)}) | {name} | {told} | {recording} | {sure} |"


def anchor(state: str) -> str:
    """Give the anchor of a state's section."""
    return "".join(
        char if char.isalnum() else "-" if char == " " else "" for char in heading(state).lower()
    )


def heading(state: str) -> str:
    """Give the heading of a state's section."""
    name = NAMES[state].removeprefix("the ")
    return "A state that is not known" if state == UNKNOWN_STATE else f"{name} ({state})"


def state_section(state: str) -> Iterator[str]:
    """Write a state's section: holidays of its own, recording, and every rule."""
    yield f"## {heading(state)}"
    yield ""
    own = [rule for rule in US.rules if rule.state == state]
    if not own:
        yield "No hours, closed days, caps or bans of its own here: the federal rules apply."
        yield ""
    if any(isinstance(rule.terms, ClosedDays) and rule.terms.state for rule in own):
        year = US.as_of.year + 1
        kept = [
            f"{name} {on.isoformat()}" for on, name in sorted(state_holidays(state, year).items())
        ]
        told = f", and of its own in {year}: {', '.join(kept)}" if kept else ""
        yield f"Closed holidays: the federal ones{told}."
        yield ""
    if state in ALL_PARTY:
        citation, sure = ALL_PARTY[state]
        yield f"Recording a call needs everybody's consent: {citation} (how sure: {SURE[sure]})."
        yield ""
    elif state in ONE_PARTY:
        yield "Recording a call needs one party's consent."
        yield ""
    for rule_id, entries in grouped(own).items():
        yield from section(rule_id, entries, level="###")


def states() -> str:
    """Write the page of all states."""
    order = [
        *sorted(
            (s for s in NAMES if s != UNKNOWN_STATE), key=lambda s: NAMES[s].removeprefix("the ")
        ),
        UNKNOWN_STATE,
    ]
    head = (
        "",
        "state",
        "Mon–Fri",
        "Sat",
        "Sun",
        "holidays",
        "cap",
        "other rules",
        "recording needs",
        "how sure",
    )
    body = ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|", *map(state_row, order), ""]
    for state in order:
        body += state_section(state)
    intro = (
        f"Sales calls and texts as of {day(US.as_of)}, on the person's own clock. Hours end before "
        'the full hour. "Federal" means 8 a.m. to 9 p.m. every day (`F-QH`), which holds '
        "everywhere beside the state's own hours. Each state's section has all editions of its "
        "rules with their dates."
    )
    return page("The states", intro, body)


def unsure(sure: Confidence) -> Iterator[str]:
    """Write the readings of one confidence."""
    yield f"## Readings of {SURE[sure]} confidence"
    yield ""
    yield "| rule | says | source | holds |"
    yield "| --- | --- | --- | --- |"
    for rule in US.rules:
        if rule.confidence is sure:
            yield f"| {rule.id} | {rule.sentence} | {cited(rule)} | {dates(rule)} |"
    for state, (citation, how) in sorted(ALL_PARTY.items()):
        if how is sure:
            said = f"{NAMES[state]}: everybody must agree to a recording."
            yield f"| R-ALLPARTY | {said} | {citation} | {NOTHING} |"
    yield ""


def doubts() -> Iterator[str]:
    """Write which readings are not sure, and the choices made where the sources are silent."""
    yield from unsure(Confidence.LOW)
    yield from unsure(Confidence.MEDIUM)
    yield "## What is not in force"
    yield ""
    for rule in US.rules:
        if rule.status is not Status.IN_FORCE:
            held = f"{STATUS[rule.status]}; {dates(rule)}"
            yield f"- **{rule.id}** ({held}): {rule.sentence} {cited(rule)}"
    yield ""
    yield "## Choices made where the sources are silent"
    yield ""
    for question, choice in CHOICES:
        yield f"- **{question}** {choice}"


def policies() -> Iterator[str]:
    """Write the engine's policies."""
    for number, title, words in POLICIES:
        yield f"## {number}. {title}"
        yield ""
        yield words
        yield ""


def index(made: dict[str, str]) -> str:
    """Write the front page."""
    kinds = (
        ("federal.md", "the FCC's rules under the telephone act", by("F-", "Z-")),
        ("ftc.md", "the FTC's Telemarketing Sales Rule", by("T-")),
        ("states.md", "hours, closed days, caps and bans of every state", by("S-")),
        ("email.md", "e-mail", by("E-")),
        ("recording.md", "recording calls, sharing recordings, keeping evidence", recordings),
        ("house.md", "the seller's own help articles, made precise", by("H-")),
    )
    body = ["| page | what | rules |", "| --- | --- | --- |"]
    for name, what, chosen in kinds:
        count = len({rule.id for rule in US.rules if chosen(rule)})
        body.append(f"| [{made[name]}]({name}) | {what} | {count} |")
    body += [
        "",
        "- [How the engine goes about them](policies.md)",
        "- [How sure we are](how-sure.md)",
        "",
        WORDS,
    ]
    intro = (
        f"Every rule of the rulebook `{US.id}`, which describes the law as of {day(US.as_of)}. "
        "What lifts a rule was found by asking the engine, so these pages can't say otherwise "
        "than it answers."
    )
    return page("The rules", intro, body)


def by(*prefixes: str) -> Callable[[Rule], bool]:
    """Choose rules by how their ids begin."""
    return lambda rule: rule.id.startswith(prefixes)


def recordings(rule: Rule) -> bool:
    """Choose the rules on recordings and evidence."""
    return rule.id.startswith(("R-", "EV-"))


def pages() -> dict[str, str]:
    """Give every page by its file name."""
    plain = {
        "federal.md": (
            "Federal rules",
            "The telephone act, 47 USC 227, and the FCC's rules under it, 47 CFR 64.1200.",
            by("F-", "Z-"),
        ),
        "ftc.md": ("The FTC's sales rule", "The Telemarketing Sales Rule, 16 CFR 310.", by("T-")),
        "email.md": ("E-mail", "The CAN-SPAM act and the rules made under it.", by("E-")),
        "recording.md": (
            "Recordings and evidence",
            "Who must agree to a recording stands with each [state](states.md).",
            recordings,
        ),
        "house.md": (
            "House rules",
            "Stricter than the law in places; their findings say so (`policy`), but for one.",
            by("H-"),
        ),
    }
    made = {name: page(title, intro, listing(c)) for name, (title, intro, c) in plain.items()}
    made["states.md"] = states()
    made["policies.md"] = page(
        "How the engine goes about the rules",
        "Fifteen policies that hold for every contact question, whichever rules speak.",
        policies(),
    )
    made["how-sure.md"] = page(
        "How sure we are",
        "A rule's confidence is *high* where its primary text was read, *medium* where one "
        "secondary source stands behind it or its application is debated, *low* where it is "
        "contested. Whatever is not listed here is high. The literal profile leaves readings of "
        "low confidence alone.",
        doubts(),
    )
    titles = {name: text.splitlines()[0].removeprefix("# ") for name, text in made.items()}
    made["README.md"] = index(titles)
    return made


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them with what is there."""
    made = pages()
    there = {file.name: file.read_text("utf-8") for file in FOLDER.glob("*.md")}
    if "--check" in arguments:
        wrong = sorted(name for name in {*made, *there} if made.get(name) != there.get(name))
        for name in wrong:
            print(f"docs/rules/{name} is not what the rules say")
        return 1 if wrong else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in {*there} - {*made}:
        (FOLDER / name).unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, "utf-8")
    print(f"wrote {len(made)} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
