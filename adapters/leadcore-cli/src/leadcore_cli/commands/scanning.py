"""Asking about a whole list: whom may I reach this way at this time, and why not the others?"""

from __future__ import annotations

import io
import json
import sys
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, cast

import typer
from attrs import define, field, frozen

from leadcore import back_office as bo
from leadcore.contact import EmailFacts, Initiation, Profile, Purpose
from leadcore.downline import Scope, Tree, scope
from leadcore.errors import Malformed
from leadcore.intervals import zone_info
from leadcore.places import Trust
from leadcore.rulebooks import US
from leadcore.submissions import Channel
from leadcore_cli import show
from leadcore_cli.commands.importing import parse_mapping
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, Desk, SellerOption, desk, now
from leadcore_cli.parsing import (
    CarrierAddress,
    Emergency,
    Instant,
    ListedFile,
    NotListed,
    OptOut,
    PostalAddress,
    Scrubbed,
    parse_states,
)
from leadcore_cli.progress import reading
from leadcore_cli.running import add
from leadcore_cli.scan.answers import MALFORMED, NEVER, Answer, Tally, answers
from leadcore_cli.scan.numbers import read_addresses
from leadcore_cli.scan.rows import Row, Wish, asks_questions, of_leads, of_questions, of_store
from leadcore_cli.scan.writing import AnswerFile, asked_file, line_of
from leadcore_intake import Options, read_file
from leadcore_intake.lines import Rewound

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    Update = Callable[[], None]

__all__ = ["register"]

QUESTIONS = "questions"
SHOWN, HOURS = 20, 24
_ZONE = "America/New_York"
_HEAD = 64 * 1024
_EVERY = 256
_STDIN = Path("-")


def scan(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Leads in any intake format, or contact questions as JSON Lines; - for standard "
            "input."
        ),
    ] = None,
    from_store: Annotated[
        bool, typer.Option("--store", help="Ask about the leads that accounts hold, instead.")
    ] = False,
    channel: Annotated[
        Channel | None, typer.Option(help="How they would be reached; questions say it themselves.")
    ] = None,
    at: Instant = None,
    initiation: Annotated[
        Initiation | None, typer.Option(help="By hand (if not said), or how automated.")
    ] = None,
    purpose: Annotated[
        Purpose | None, typer.Option(help="What for; telemarketing if not said.")
    ] = None,
    profile: Annotated[
        Profile | None, typer.Option(help="How cautious; strict if not said.")
    ] = None,
    scrubbed: Scrubbed = None,
    listed: ListedFile = None,
    not_listed: NotListed = False,
    own_list: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Numbers and e-mail addresses that asked you not to be contacted."
        ),
    ] = None,
    emergency: Emergency = None,
    trust: Annotated[
        Trust, typer.Option(help="Which evidence of the place counts: both, or the address alone.")
    ] = Trust.UNION,
    postal_address: PostalAddress = None,
    opt_out: OptOut = None,
    carrier_address: CarrierAddress = None,
    format_: Annotated[
        str | None,
        typer.Option("--format", help="The format, or 'questions'; found out if not given."),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="For CSV, once for each column."),
    ] = None,
    on_behalf_of: Annotated[
        str, typer.Option(metavar="NAME", help="The seller, for files of leads.")
    ] = "seller",
    zone: Annotated[
        str | None, typer.Option(help="Whose hours are counted; the seller's, or New York's.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write a line for each row: FILE.csv, or FILE.jsonl for JSON Lines."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an interrupted --out FILE stops.")
    ] = False,
    as_user: Annotated[
        str | None, typer.Option("--as", help="With --store: the leads this user sees.")
    ] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Answer whom of a list you may contact, why not the others, and who opens when.

    Each row is answered; whatever the answers, the exit code is 0. It is 1 if rows could not be
    read: they are told, and the rest goes on. With --json: a line for each row (into --out FILE if
    given), then one with the counts. No legal advice.
    """
    if listed is not None and not_listed:
        message = "--listed says which numbers are listed, --not-listed that none is"
        raise typer.BadParameter(message)
    here = _desk_if(file, db if from_store else None, seller)
    words = {
        name: each
        for name, each in (
            ("channel", channel),
            ("at", at),
            ("initiation", initiation),
            ("purpose", purpose),
            ("profile", profile),
            ("emergency", emergency),
        )
        if each is not None
    }
    wish = Wish(
        contact=bo.LeadContact(
            channel=channel or Channel.CALL,
            initiation=initiation or Initiation.MANUAL,
            purpose=purpose or Purpose.TELEMARKETING,
            profile=profile or Profile.STRICT,
            listed=False if not_listed else None,
            scrubbed_on=scrubbed.date() if scrubbed else None,
            declared_emergencies=parse_states(emergency),
            email=EmailFacts(
                opted_out_at=None,
                physical_address=postal_address,
                optout_mechanism=opt_out,
                gateway_domain=carrier_address,
            ),
        ),
        at=at or _asked_before(out if resume else None) or now(),
        seller=on_behalf_of,
        trust=trust,
        listed=read_addresses(listed, "--listed") if listed else None,
        own_list=read_addresses(own_list, "--own-list") if own_list else None,
        mapping=parse_mapping(mapping or []),
        given=words,
    )
    local = zone or (here.seller.terms.zone if here else _ZONE)
    scanning = _Scan(
        wish=wish,
        source=_Source(file=file, here=here, viewer=as_user, format=format_),
        tally=Tally(zone=_known_zone(local)),
        out=out,
        resume=resume,
        as_json=as_json,
        lists={"listed": str(listed or not_listed), "own_list": str(own_list)},
    )
    scanning.run()
    if scanning.tally.verdicts[MALFORMED]:
        raise typer.Exit(1)


def _desk_if(file: Path | None, db: str | None, seller: str | None) -> Desk | None:
    if (file is None) is (db is None):
        message = "say which list: a FILE, or --store"
        raise typer.BadParameter(message)
    return None if db is None else desk(db, seller)


def _known_zone(zone: str) -> str:
    try:
        zone_info(zone)
    except ValueError as error:
        raise Malformed.at("--zone", str(error)) from None
    return zone


def _asked_before(out: Path | None) -> datetime | None:
    """Give the instant an interrupted scan asked about."""
    if out is None or not asked_file(out).exists():
        return None
    return datetime.fromisoformat(json.loads(asked_file(out).read_text("utf-8"))["at"])


# --------------------------------------------------------------------------------------- sources


@frozen(kw_only=True)
class _Source:
    """Where the rows come from."""

    file: Path | None
    here: Desk | None
    viewer: str | None
    format: str | None

    @property
    def name(self) -> str:
        """What to call it."""
        if self.file is None:
            return f"leads {self.viewer} may see" if self.viewer else "leads that accounts hold"
        return "standard input" if self.file == _STDIN else self.file.name

    @contextmanager
    def rows(self, wish: Wish, *, quiet: bool) -> Generator[tuple[Iterator[Row], Update]]:
        """Open it; gives the rows, and what brings the progress bar up to date."""
        if self.here is not None:
            _need_channel(wish)
            yield (
                of_store(self.here.store, self.here.seller.id, self._scope(self.here), wish),
                _idle,
            )
            return
        with ExitStack() as stack:
            if self.file is None or self.file == _STDIN:
                given, update = cast("BinaryIO", sys.stdin.buffer), _idle
            else:
                given = stack.enter_context(self.file.open("rb"))
                update = stack.enter_context(reading(given, self.file, verb="Asking", quiet=quiet))
            yield self._read(given, wish), update

    def _scope(self, here: Desk) -> Scope | None:
        if self.viewer is None:
            return None
        user = here.user(self.viewer)
        return scope(user, Tree.of(here.store.users(user.account_id)))

    def _read(self, given: BinaryIO, wish: Wish) -> Iterator[Row]:
        head = given.read(_HEAD)
        stream = io.BufferedReader(Rewound(head, given))
        if self.format == QUESTIONS or (self.format is None and asks_questions(head)):
            return of_questions(cast("BinaryIO", stream), wish)
        _need_channel(wish)
        options = Options(mapping=wish.mapping, source=wish.seller)
        records = read_file(
            cast("BinaryIO", stream), format=self.format, options=options, filename=self.name
        )
        return of_leads(records, wish)


def _need_channel(wish: Wish) -> None:
    if "channel" not in wish.given:
        message = "say how these people would be reached: call, text or email"
        raise Malformed.at("--channel", message)


def _idle() -> None:
    """Move nothing: there is no bar."""


# ------------------------------------------------------------------------------------------ scan


@define(kw_only=True)
class _Scan:
    """One run over a list."""

    wish: Wish
    source: _Source
    tally: Tally
    out: Path | None
    resume: bool
    as_json: bool
    lists: dict[str, str]
    unread: list[Answer] = field(factory=list)
    read: bool = False

    def run(self) -> None:
        """Answer every row, then tell the whole."""
        kept = AnswerFile(self.out) if self.out is not None else None
        if kept is None and self.resume:
            raise Malformed.at("--resume", "goes on with a file; name it with --out")
        with ExitStack() as stack:
            if kept is not None:
                stack.enter_context(kept)
                self._open(kept)
            # Whatever ends it, what was answered until then is told.
            stack.callback(self._tell)
            rows, update = stack.enter_context(self.source.rows(self.wish, quiet=self.as_json))
            # What is answered already is read once more, and not asked again.
            rest = islice(rows, kept.done if kept else 0, None)
            for number, answer in enumerate(answers(rest)):
                self._take(answer, kept)
                if number % _EVERY == 0:
                    update()
            self.read = True

    def _open(self, kept: AnswerFile) -> None:
        if self.resume and kept.path.exists():
            kept.go_on(self._question(), self.tally)
        else:
            kept.begin(self._question())

    def _take(self, answer: Answer, kept: AnswerFile | None) -> None:
        self.tally.add(answer)
        if answer.verdict == MALFORMED and len(self.unread) < SHOWN:
            self.unread.append(answer)
        if kept is not None:
            kept.write(answer)
        elif self.as_json:
            show.print_json(line_of(answer))

    def _question(self) -> dict[str, Any]:
        """Give what is asked, as data: what must be the same for an interrupted scan to go on."""
        contact = self.wish.contact
        states = contact.declared_emergencies
        file = self.source.file
        return {
            "list": self.source.name if file is None else str(file.absolute()),
            "at": self.wish.at.isoformat(),
            "channel": contact.channel.value,
            "initiation": contact.initiation.value,
            "purpose": contact.purpose.value,
            "profile": contact.profile.value,
            "scrubbed_on": str(contact.scrubbed_on),
            "emergency": sorted(states) if isinstance(states, frozenset) else None,
            "email": show.as_data(contact.email),
            "trust": self.wish.trust.value,
            "on_behalf_of": self.wish.seller,
            "mapping": dict(self.wish.mapping),
            "said": sorted(self.wish.given),
            "rulebook": US.id,
            **self.lists,
        }

    def _tell(self) -> None:
        if not (self.read or self.tally.rows):
            return
        if self.as_json:
            show.print_json(self._data())
            return
        tally = self.tally
        show.line(f"[bold]{show.clean(self.source.name)}[/]: {show.clean(self._counts())}")
        if self.source.file is not None and tally.rows:
            show.line(f"[dim]{_TAKEN}[/]", first="  ", rest="  ")
        if tally.reasons:
            show.table(
                "Why not, or with which warning (a row may have several reasons)",
                ("rule", "rows", "alone", "says"),
                ((rule, r.count, r.alone, r.sentence) for rule, r in tally.by_count()),
            )
        if tally.opens:
            self._hours()
        if self.out is not None:
            show.line(f"Every row is answered in {show.clean(str(self.out))}.")
        self._unread()
        show.line(f"[dim]rulebook {US.id}; no legal advice[/]", first="  ")

    def _counts(self) -> str:
        contact, tally = self.wish.contact, self.tally
        parts = [
            f"{tally.verdicts[verdict]:,} {words}"
            for verdict, words in _VERDICTS.items()
            if tally.verdicts[verdict]
        ]
        asked = "as each question says"
        if "channel" in self.wish.given:
            how = (contact.channel, contact.initiation, contact.purpose, contact.profile)
            asked = f"{', '.join(each.value for each in how)}, at {show.instant(self.wish.at)}"
        return f"{', '.join(parts) or 'no rows'} ({asked})"

    def _hours(self) -> None:
        hours = self.tally.by_hour()
        shown = [each for each in hours if each[0] != NEVER][:HOURS]
        later = sum(count for hour, count in hours[len(shown) :] if hour != NEVER)
        rows = [
            (f"{hour[:10]} {hour[11:16]} (UTC{hour[16:]})", f"{count:,}") for hour, count in shown
        ]
        rows += [("later", f"{later:,}")] if later else []
        never = self.tally.opens[NEVER]
        rows += [("not by waiting", f"{never:,}")] if never else []
        show.table(f"Who opens when ({self.tally.zone})", ("hour", "rows"), rows)

    def _unread(self) -> None:
        count = self.tally.verdicts[MALFORMED]
        if not count:
            return
        problems = [
            (answer.where if not problem.path.startswith(answer.where) else "", str(problem))
            for answer in self.unread
            for problem in answer.problems
        ]
        more = f" (the first {len(self.unread)} are shown)" if count > len(self.unread) else ""
        show.complain(f"{count:,} rows can't be read{more}:", problems)

    def _data(self) -> dict[str, Any]:
        tally = self.tally
        return {
            "list": self.source.name,
            "at": self.wish.at.isoformat().replace("+00:00", "Z"),
            "rulebook": US.id,
            "rows": tally.rows,
            "counts": dict(sorted(tally.verdicts.items())),
            "reasons": [
                {"rule": rule, "rows": r.count, "alone": r.alone, "sentence": r.sentence}
                for rule, r in tally.by_count()
            ],
            "zone": tally.zone,
            "opens": dict(tally.by_hour()),
            "out": str(self.out) if self.out is not None else None,
        }


_TAKEN = (
    "Each row is taken for a lead that has just come in: the person asked, nobody called before, "
    "and whoever asked not to be contacted is ticked in the file or in --own-list."
)
_VERDICTS = {
    "permitted": "permitted",
    "warn": "permitted with a warning",
    "denied": "denied",
    "no_address": "without a number or address",
    "malformed": "unreadable",
}


def register(app: typer.Typer) -> None:
    """Add this command."""
    add(app, scan, "contact scan")
