"""Normal forms: what can surely be made of a value as it was given.

Every function gives the normal form and, where there is none or it needed a guess, a note that
says why. The raw value is always kept beside it; unknown is not wrong.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from leadcore.values import Email, Phone, PhoneKind, instant

__all__ = ["emails", "moment", "phones", "state", "yes_no", "zip_code"]

_EXCEL_FLOAT = re.compile(r"([0-9]{10,11})\.0+")
_EXPONENT = re.compile(r"[0-9][0-9.,]*[eE]\+?[0-9]+")
_NANP = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}")
_PHONE_SPLIT = re.compile(r"[/;,|\n]|\bor\b|\band\b", re.IGNORECASE)
_EMAIL_SPLIT = re.compile(r"[;,\s]+")
_ZIP = re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?")
_LONGEST_EMAIL = 1000
_LONGEST_PHONES = 1000
_NANP_CODE = 1

_YES = frozenset(
    [
        "y",
        "yes",
        "true",
        "t",
        "1",
        "on",
        "checked",
        "x",
        "agree",
        "agreed",
        "accept",
        "accepted",
        "consent",
        "consented",
        "granted",
        "opt-in",
        "opted-in",
        "optin",
        "i-agree",
        "i-consent",
        "yes-i-agree",
    ]
)
_NO = frozenset(
    [
        "n",
        "no",
        "false",
        "f",
        "0",
        "off",
        "unchecked",
        "disagree",
        "declined",
        "denied",
        "refused",
        "opt-out",
        "opted-out",
        "optout",
        "none",
    ]
)

_STATES = {
    "AL": "alabama ala", "AK": "alaska", "AZ": "arizona ariz", "AR": "arkansas ark",
    "CA": "california calif cal", "CO": "colorado colo", "CT": "connecticut conn",
    "DE": "delaware del", "DC": "districtofcolumbia washingtondc", "FL": "florida fla",
    "GA": "georgia", "HI": "hawaii", "ID": "idaho", "IL": "illinois ill", "IN": "indiana ind",
    "IA": "iowa", "KS": "kansas kans", "KY": "kentucky", "LA": "louisiana", "ME": "maine",
    "MD": "maryland", "MA": "massachusetts mass", "MI": "michigan mich", "MN": "minnesota minn",
    "MS": "mississippi miss", "MO": "missouri", "MT": "montana mont", "NE": "nebraska nebr neb",
    "NV": "nevada nev", "NH": "newhampshire", "NJ": "newjersey", "NM": "newmexico nmex",
    "NY": "newyork newyorkstate", "NC": "northcarolina", "ND": "northdakota ndak", "OH": "ohio",
    "OK": "oklahoma okla", "OR": "oregon ore", "PA": "pennsylvania penn penna",
    "RI": "rhodeisland", "SC": "southcarolina", "SD": "southdakota sdak",
    "TN": "tennessee tenn", "TX": "texas tex", "UT": "utah", "VT": "vermont",
    "VA": "virginia", "WA": "washington washingtonstate wash", "WV": "westvirginia wva",
    "WI": "wisconsin wisc wis", "WY": "wyoming wyo", "PR": "puertorico", "GU": "guam",
    "VI": "virginislands usvirginislands", "AS": "americansamoa",
    "MP": "northernmarianaislands", "AA": "armedforcesamericas", "AE": "armedforceseurope",
    "AP": "armedforcespacific",
}  # fmt: skip
_STATE_BY_NAME = {name: code for code, names in _STATES.items() for name in names.split()} | {
    code.lower(): code for code in _STATES
}


def phones(
    raw: str, *, kind: PhoneKind = PhoneKind.UNKNOWN, region: str = "US"
) -> tuple[tuple[Phone, ...], str | None]:
    """Read one field of a form that holds a telephone number, or several.

    An extension is read and left out of the E.164 form, which has no place for it; `raw` keeps
    it. In North America fixed and mobile lines look alike, so the kind stays what the form says.

    Args:
        raw: the field as given.
        kind: what the form says of the line.
        region: the country a national number is read in.

    Returns:
        At least one phone, and a note where the number could not be read or is doubtful.
    """
    one, doubt = _phone(raw, kind, region)
    if one.normal is not None:
        return (one,), doubt
    parts = [part for part in _PHONE_SPLIT.split(raw[:_LONGEST_PHONES]) if part.strip()]
    read = [_phone(part, kind, region)[0] for part in parts] if len(parts) > 1 else []
    several = tuple(Phone(raw=raw, normal=p.normal, kind=p.kind) for p in read if p.normal)
    if several:
        return several, f"was read as {len(several)} number(s): the field holds several parts"
    return (one,), "is not a telephone number we can read; it is kept as given"


def _phone(raw: str, kind: PhoneKind, region: str) -> tuple[Phone, str | None]:
    text = raw.strip()
    spreadsheet = _EXCEL_FLOAT.fullmatch(text)
    text = spreadsheet[1] if spreadsheet else text.removeprefix("p:")
    unread = Phone(raw=raw, kind=kind)
    if _EXPONENT.fullmatch(text):
        return unread, None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return unread, None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE or not _dialable(number):
        return unread, None
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    line = phonenumbers.number_type(number)
    doubt = None if line != phonenumbers.PhoneNumberType.UNKNOWN else _UNASSIGNED
    return Phone(raw=raw, normal=normal, kind=_KINDS.get(line, kind)), doubt


_KINDS = {
    phonenumbers.PhoneNumberType.TOLL_FREE: PhoneKind.TOLL_FREE,
    phonenumbers.PhoneNumberType.MOBILE: PhoneKind.WIRELESS,
    phonenumbers.PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE,
}
_UNASSIGNED = "has the form of a telephone number, but no such range is assigned"


def _dialable(number: phonenumbers.PhoneNumber) -> bool:
    # "Possible" looks at the length only: 000-000-0000 would be possible, and one person for all.
    national = phonenumbers.national_significant_number(number)
    if len(set(national)) == 1:
        return False
    return number.country_code != _NANP_CODE or _NANP.fullmatch(national) is not None


def emails(raw: str, *, test: bool = False) -> tuple[tuple[Email, ...], str | None]:
    """Read one field of a form that holds an e-mail address, or several.

    Only the syntax is checked, never the network. `example.com` is taken; the reserved `.test`
    only for test leads.

    Returns:
        At least one e-mail, and a note where it could not be read.
    """
    normal, trouble = _email(raw, test=test)
    if normal is not None:
        return (Email(raw=raw, normal=normal),), None
    parts = [part for part in _EMAIL_SPLIT.split(raw[:_LONGEST_EMAIL]) if "@" in part]
    found = [_email(part, test=test)[0] for part in parts] if len(parts) > 1 else []
    several = tuple(Email(raw=raw, normal=address) for address in found if address)
    if several:
        return several, f"was read as {len(several)} address(es): the field holds several parts"
    return (Email(raw=raw),), f"is not an e-mail address we can read: {trouble}"


def _email(raw: str, *, test: bool) -> tuple[str | None, str]:
    text = raw.strip().removeprefix("mailto:")
    if len(text) > _LONGEST_EMAIL:
        return None, "It is too long."
    try:
        checked = validate_email(
            text, check_deliverability=False, test_environment=test, allow_display_name=True
        )
    except EmailNotValidError as error:
        return None, str(error)
    except ValueError:  # the IDNA tables refuse some labels with errors of their own
        return None, "The part after the @-sign is not a domain name."
    return checked.normalized, ""


def zip_code(raw: str) -> str | None:
    """Give the five digits of a ZIP or ZIP+4 code, or None.

    >>> zip_code("33101-1234"), zip_code("2134")
    ('33101', None)
    """
    found = _ZIP.fullmatch(raw.strip())
    return found[1] if found else None


def state(raw: str) -> str | None:
    """Give the two-letter code of a state by its code, name or usual abbreviation, or None.

    >>> state("Fla."), state("new york"), state("US-CA"), state("Ontario")
    ('FL', 'NY', 'CA', None)
    """
    letters = re.sub(r"[\s.,_-]+", "", raw).lower()
    return _STATE_BY_NAME.get(letters) or _STATE_BY_NAME.get(letters.removeprefix("us"))


def yes_no(raw: str) -> bool | None:
    """Read a box or flag: True, False, or None where the words say neither.

    >>> yes_no("Yes"), yes_no("0"), yes_no("I agree"), yes_no("maybe"), yes_no("")
    (True, False, True, None, None)
    """
    word = re.sub(r"[\s_,.]+", "-", raw.strip().casefold()).strip("-")
    if word in _YES:
        return True
    return False if word in _NO else None


_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})[Tt ]+([0-9]{1,2}):([0-9]{2})"
    r"(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?\s*(.*)"
)
_OFFSET = re.compile(r"([+-])([0-9]{1,2}):?([0-9]{0,2})")
_EPOCH = re.compile(r"[0-9]{9,10}(?:\.0+)?|[0-9]{12,13}")
_LONGEST_MOMENT = 64
_MILLISECONDS = 11
_FAR_OFFSET = 14
_HOUR = 60


def moment(raw: str, *, zone: str | None = None) -> tuple[datetime | None, str | None]:
    """Read when something was sent: ISO 8601, RFC 5322, or seconds or milliseconds since 1970.

    Args:
        raw: the time as given.
        zone: the zone for a time that says none; without it such a time names no instant.

    Returns:
        The instant (UTC) or None, and a note where there is none or the offset was mended.
    """
    text = raw.strip()
    if len(text) > _LONGEST_MOMENT:
        return None, "is not a time we can read"
    try:
        found, note = _moment(text)
        if found is None:
            return None, note or "is not a time we can read; ISO 8601 with an offset is best"
        if found.tzinfo is None:
            return _in_zone(found, zone)
        return instant(found), note
    except (ValueError, OverflowError):
        return None, "is not a time we can read; ISO 8601 with an offset is best"


def _moment(text: str) -> tuple[datetime | None, str | None]:
    if _EPOCH.fullmatch(text):
        whole = int(text.partition(".")[0])
        unit = "milliseconds" if len(text.partition(".")[0]) > _MILLISECONDS else "seconds"
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(**{unit: whole}), None
    parts = _MOMENT.fullmatch(text)
    if parts is not None:
        return _iso(parts)
    if re.fullmatch(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}", text):
        return None, "is a day without a time, so it names no instant"
    try:
        return datetime.fromisoformat(text), None
    except ValueError:
        return _rfc5322(text), None


def _rfc5322(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def _iso(parts: re.Match[str]) -> tuple[datetime | None, str | None]:
    year, month, day, hour, minute = (int(parts[index]) for index in range(1, 6))
    micro = int((parts[7] or "0").ljust(6, "0")[:6])
    zone, note = _offset(parts[8].strip())
    if zone is None and note is not None:
        return None, note
    return (
        datetime(year, month, day, hour, minute, int(parts[6] or 0), micro, tzinfo=zone),
        note,
    )


def _offset(text: str) -> tuple[timezone | None, str | None]:
    if not text:
        return None, None
    if text.upper() in {"Z", "UTC", "GMT"}:
        return UTC, None
    parts = _OFFSET.fullmatch(text)
    if parts is None:
        return None, f"has an offset we can't read: {text!r}"
    # A minute of one digit is a cut one: ":0" was ":00" and ":3" was ":30", as offsets go.
    hours, minutes = int(parts[2]), int(parts[3].ljust(2, "0"))
    if hours > _FAR_OFFSET or minutes >= _HOUR:
        return None, f"has an offset that no place has: {text!r}"
    sign = -1 if parts[1] == "-" else 1
    mended = f"{parts[1]}{hours:02d}:{minutes:02d}"
    usual = text in {mended, mended.replace(":", ""), mended[:3]}
    note = None if usual else f"has the offset {text!r}, which was read as {mended}"
    return timezone(sign * timedelta(hours=hours, minutes=minutes)), note


def _in_zone(local: datetime, zone: str | None) -> tuple[datetime | None, str | None]:
    if zone is None:
        return None, "says no offset, so it names no instant; it is kept as given"
    early, late = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if early.utcoffset() != late.utcoffset():
        return None, f"falls into a clock change of {zone}, so it names no one instant"
    return instant(early), f"says no offset; it was read as the time of {zone}"
