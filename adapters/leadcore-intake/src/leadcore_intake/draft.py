"""A submission in the making: entries go in, a submission comes out.

What an entry's target can't hold word for word is kept as an answer too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers
from attrs import evolve, frozen

from leadcore.errors import Problem
from leadcore.submissions import (
    Answer,
    ConsentGiven,
    LeadKind,
    Recording,
    Source,
    Submission,
    Tcpa,
)
from leadcore.values import Address, PersonName, PhoneKind
from leadcore_intake import normal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from leadcore.values import Email, Phone
    from leadcore_intake.options import Options

__all__ = ["Draft", "Entry"]

_NAME_PARTS = {
    "name": "full",
    "prefix": "prefix",
    "first_name": "first",
    "middle_name": "middle",
    "last_name": "last",
    "suffix": "suffix",
}
_PHONES = {
    "phone": PhoneKind.UNKNOWN,
    "cell": PhoneKind.WIRELESS,
    "landline": PhoneKind.LANDLINE,
    "toll_free": PhoneKind.TOLL_FREE,
}
_ADDRESS = ("city", "state", "zip", "country")
_TEXTS = ("vertical", "area", "comments", "other_info", "campaign", "form", "source_name")
_KINDS = {
    "web": LeadKind.WEB,
    "web_lead": LeadKind.WEB,
    "form": LeadKind.WEB,
    "live_call": LeadKind.LIVE_CALL,
    "live": LeadKind.LIVE_CALL,
    "call": LeadKind.LIVE_CALL,
    "phone_call": LeadKind.LIVE_CALL,
    "inbound_call": LeadKind.LIVE_CALL,
}
_UUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
_LONGEST_CALL = 7
_US = frozenset({"us", "usa", "united states", "united states of america", "u.s.", "u.s.a."})


@frozen(kw_only=True)
class Entry:
    """One field of a form, with what it stands for.

    Attributes:
        key: the form's name for it; never empty.
        values: every value given, in order, unchanged.
        path: where it is, for people.
        question: the words the person read, if told.
        target: what it stands for (`columns.TARGETS`); None is an answer.
        kept: what to keep as an answer, where `values` were stripped of a mark.
        first: a phone or e-mail address the person prefers.
    """

    key: str
    values: tuple[str, ...]
    path: str
    question: str | None = None
    target: str | None = None
    kept: tuple[str, ...] | None = None
    first: bool = False


class Draft:
    """A submission in the making; mutable, and never seen outside `build`."""

    def __init__(self, options: Options, source: Source, *, test: bool, global_ids: bool) -> None:
        self.options = options
        self.source = source
        self.global_ids = global_ids
        self.test = test
        self.warnings: list[Problem] = []
        self.answers: list[Answer] = []
        self.boxes: list[ConsentGiven] = []
        self.box_texts: list[Entry] = []
        self.flags: list[bool] = []
        self.names: dict[str, str] = {}
        self.address: dict[str, str] = {}
        self.address_paths: dict[str, str] = {}
        self.street: list[str] = []
        self.texts: dict[str, str] = {}
        self.phones: list[tuple[Entry, str]] = []
        self.emails: list[tuple[Entry, str]] = []
        self.key: str | None = None
        self.submitted: tuple[datetime | None, str | None] = (None, None)
        self.kind: LeadKind | None = None
        self.recording: dict[str, str] = {}
        self.announced: bool | None = None
        self.devices: dict[str, str] = {}
        self._handlers = self._special()

    def take(self, entry: Entry) -> None:
        """Put one entry where it belongs; what does not fit there becomes an answer."""
        values = tuple(value for value in entry.values if value.strip())
        if entry.target is None or entry.target == "answer":
            self.answer(entry, entry.values)
            return
        left = tuple(value for value in values if not self._put(entry, value))
        if entry.kept is not None:
            self.answer(entry, entry.kept)
        elif left:
            self.answer(entry, left)

    def answer(self, entry: Entry, values: tuple[str, ...]) -> None:
        """Keep values as an answer, unchanged."""
        self.answers.append(Answer(key=entry.key, question=entry.question, values=values))

    def warn(self, path: str, message: str) -> None:
        """Note a doubt."""
        self.warnings.append(Problem(path, message))

    def _put(self, entry: Entry, value: str) -> bool:
        """Put one value; False asks to keep it among the answers too."""
        target = entry.target or "answer"
        if target in _NAME_PARTS:
            return _once(self.names, _NAME_PARTS[target], value)
        if target in _TEXTS:
            return _once(self.texts, target, value)
        if target in _PHONES:
            self.phones.append((entry, value))
            return True
        if target in _ADDRESS:
            self.address_paths.setdefault(target, entry.path)
            return _once(self.address, target, value)
        return self._handlers[target](entry, value)

    def _special(self) -> dict[str, Callable[[Entry, str], bool]]:
        return {
            "email": self._email,
            "street": self._street,
            "source_key": self._source_key,
            "tcpa": self._tcpa,
            "consent": self._consent,
            "consent_text": self._consent_text,
            "opt_out": self._opt_out,
            "test": self._test,
            "submitted_at": self._submitted_at,
            "kind": self._kind,
            "device": self._device,
            "ip": self._device,
            "recording": self._recording,
            "recording_seconds": self._recording,
            "recording_announced": self._announced,
        }

    def _email(self, entry: Entry, value: str) -> bool:
        self.emails.append((entry, value))
        return True

    def _street(self, _entry: Entry, value: str) -> bool:
        self.street.append(value.strip())
        return True

    def _source_key(self, _entry: Entry, value: str) -> bool:
        if self.key is None:
            self.key = value.strip()
            return self.global_ids
        return False

    def _tcpa(self, entry: Entry, value: str) -> bool:
        flag = normal.yes_no(value)
        if flag is None:
            self.boxes.append(ConsentGiven(key=entry.key, granted=None, text=value))
            self.warn(entry.path, "says neither yes nor no, so the TCPA flag stays unknown")
            return True
        self.flags.append(flag)
        self.boxes.append(ConsentGiven(key=entry.key, granted=flag))
        return False

    def _consent(self, entry: Entry, value: str) -> bool:
        granted = normal.yes_no(value)
        text = value if granted is None else None
        self.boxes.append(ConsentGiven(key=entry.key, granted=granted, text=text))
        return granted is None

    def _consent_text(self, entry: Entry, value: str) -> bool:
        self.box_texts.append(evolve(entry, values=(value,)))
        return True

    def _opt_out(self, entry: Entry, value: str) -> bool:
        # A ticked "do not" box takes consent back; one left alone gives none.
        ticked = normal.yes_no(value) is True
        granted = False if ticked else None
        self.boxes.append(ConsentGiven(key=entry.key, granted=granted, opts_out=ticked))
        return False

    def _test(self, entry: Entry, value: str) -> bool:
        flag = normal.yes_no(value)
        if flag is None:
            self.warn(entry.path, "says neither yes nor no, so it is not taken for a test lead")
            return False
        self.test = self.test or flag
        return False

    def _submitted_at(self, entry: Entry, value: str) -> bool:
        if self.submitted[1] is not None:
            return False
        found, note = normal.moment(value, zone=self.options.zone)
        self.submitted = (found, value)
        if note is not None:
            self.warn(entry.path, note)
        return True

    def _kind(self, entry: Entry, value: str) -> bool:
        found = _KINDS.get("_".join(value.strip().casefold().replace("-", " ").split()))
        if found is None:
            self.warn(entry.path, "is no kind of lead we know (web, live_call)")
        self.kind = self.kind or found
        return False

    def _device(self, entry: Entry, value: str) -> bool:
        return _once(self.devices, entry.target or "ip", value)

    def _recording(self, entry: Entry, value: str) -> bool:
        if entry.target == "recording":
            return _once(self.recording, "reference", value)
        digits = value.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_CALL):
            self.warn(entry.path, "is no whole number of seconds")
            return False
        _once(self.recording, "seconds", digits)
        return False

    def _announced(self, _entry: Entry, value: str) -> bool:
        self.announced = normal.yes_no(value)
        return False

    def submission(self, consents: tuple[ConsentGiven, ...]) -> Submission | None:
        """Give what was made, or None where it names nobody."""
        reached = self.names or self.phones or self.emails or self.street
        if not (reached or "reference" in self.recording):
            return None
        recording = self._finish_recording()
        kind = LeadKind.WEB if recording is None else LeadKind.LIVE_CALL
        return Submission(
            source=self._finish_source(),
            kind=self.kind or kind,
            name=PersonName(**self.names),
            phones=self._finish_phones(),
            emails=self._finish_emails(),
            address=self._finish_address(),
            vertical=self.texts.get("vertical", self.options.vertical),
            area=self.texts.get("area", self.options.area),
            comments=self.texts.get("comments"),
            other_info=self.texts.get("other_info"),
            consents=(*consents, *self._finish_boxes()),
            tcpa=self._finish_tcpa(),
            submitted_at=self.submitted[0],
            submitted_raw=self.submitted[1],
            test=self.test,
            recording=recording,
            device=self._finish_device(),
            answers=tuple(self.answers),
        )

    def _finish_phones(self) -> tuple[Phone, ...]:
        region = self._region()
        found: list[Phone] = []
        for entry, value in sorted(self.phones, key=lambda given: not given[0].first):
            read, note = normal.phones(value, kind=_PHONES[entry.target or "phone"], region=region)
            found.extend(phone for phone in read if phone not in found)
            if note is not None:
                self.warn(entry.path, note)
        return tuple(found)

    def _finish_emails(self) -> tuple[Email, ...]:
        found: list[Email] = []
        for entry, value in sorted(self.emails, key=lambda given: not given[0].first):
            read, note = normal.emails(value, test=self.test)
            found.extend(email for email in read if email not in found)
            if note is not None:
                self.warn(entry.path, note)
        return tuple(found)

    def _region(self) -> str:
        country = self.address.get("country", "").strip().upper()
        known = country in phonenumbers.SUPPORTED_REGIONS
        return country if known else self.options.region

    def _finish_address(self) -> Address:
        zip_raw, state_raw = self.address.get("zip"), self.address.get("state")
        country = self.address.get("country")
        domestic = (
            self.options.region == "US" if country is None else country.strip().casefold() in _US
        )
        zip_code = normal.zip_code(zip_raw) if zip_raw and domestic else None
        state = normal.state(state_raw) if state_raw and domestic else None
        if zip_raw and domestic and zip_code is None:
            self.warn(self.address_paths["zip"], "is not a ZIP code; did it lose a leading zero?")
        if state_raw and domestic and state is None:
            self.warn(self.address_paths["state"], "is not a state we know")
        return Address(
            street=tuple(self.street),
            city=self.address.get("city"),
            state_raw=state_raw,
            state=state,
            zip_raw=zip_raw,
            zip=zip_code,
            country=country,
        )

    def _finish_boxes(self) -> tuple[ConsentGiven, ...]:
        # One box and one text belong together; more of either can't be paired for sure.
        bare = [box for box in self.boxes if box.text is None]
        if len(self.boxes) == len(bare) == len(self.box_texts) == 1:
            return (evolve(bare[0], text=self.box_texts[0].values[0]),)
        texts = (
            ConsentGiven(key=entry.key, granted=None, text=entry.values[0])
            for entry in self.box_texts
        )
        return (*self.boxes, *texts)

    def _finish_tcpa(self) -> Tcpa:
        if not self.flags:
            return Tcpa.UNKNOWN
        if len(set(self.flags)) > 1:
            self.warn("tcpa", "says yes and no at once, so the TCPA flag stays unknown")
            return Tcpa.UNKNOWN
        return Tcpa.YES if self.flags[0] else Tcpa.NO

    def _finish_recording(self) -> Recording | None:
        reference = self.recording.get("reference")
        if reference is None:
            return None
        seconds = self.recording.get("seconds")
        return Recording(
            reference=reference,
            seconds=None if seconds is None else int(seconds),
            announced=self.announced,
        )

    def _finish_device(self) -> str | None:
        if len(self.devices) > 1:
            self.answers.append(Answer(key="ip", values=(self.devices["ip"],)))
        return self.devices.get("device") or self.devices.get("ip")

    def _finish_source(self) -> Source:
        name = self.source.name or self.texts.get("source_name") or self.options.source
        return evolve(
            self.source,
            key=self._scoped(name),
            name=name,
            campaign=self.texts.get("campaign"),
            form=self.texts.get("form"),
        )

    def _scoped(self, name: str | None) -> str | None:
        # Row 1 of one vendor's list is not row 1 of another's: an id that is unique within one
        # source only makes a key together with the source's name, or not at all.
        if self.key is None or self.global_ids or _UUID.fullmatch(self.key):
            return self.key
        return None if name is None else f"{name}/{self.key}"


def _once(store: dict[str, str], key: str, value: str) -> bool:
    if key in store:
        return store[key] == value.strip()
    store[key] = value.strip()
    return True
