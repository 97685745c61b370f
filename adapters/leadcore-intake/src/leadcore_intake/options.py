"""What a caller may tell the readers beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import field, frozen

from leadcore_intake.columns import TARGETS
from leadcore_intake.limits import Limits

__all__ = ["DEFAULT", "Options"]


def _mapping(given: Mapping[str, str]) -> Mapping[str, str]:
    unknown = sorted({target for target in given.values() if target not in TARGETS})
    if unknown:
        message = f"a column can't be mapped to {', '.join(unknown)}; targets: {', '.join(TARGETS)}"
        raise ValueError(message)
    return MappingProxyType(dict(given))


def _known_zone(_instance: object, _attribute: object, value: str | None) -> None:
    try:
        ZoneInfo(value or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = f"{value!r} is no zone (an IANA name such as America/New_York)"
        raise ValueError(message) from error


def _no_columns() -> Mapping[str, str]:
    return {}


@frozen(kw_only=True)
class Options:
    """What a caller may tell the readers beforehand; every part has a sensible default.

    Attributes:
        limits: the sizes taken.
        region: the country (ISO 3166, two letters) national phone numbers are read in.
        zone: the zone (IANA name) times without an offset are read in; None leaves them unread.
        source: the source's name, where the record does not tell it. It also scopes the ids of
            formats whose ids are unique within one source only (ADF, CSV, JSON, form).
        vertical: the vertical, where the record does not tell it.
        area: the area, where the record does not tell it.
        mapping: column or field name to target (`columns.TARGETS`) for CSV, JSON and forms; what
            it does not name is guessed. Map a column to `answer` to keep it from being guessed.
        delimiter: the CSV delimiter; None detects it.
        encoding: the CSV encoding; None detects it.
        google_key: the key Google must send; None checks nothing.
    """

    limits: Limits = field(factory=Limits)
    region: str = "US"
    zone: str | None = field(default=None, validator=_known_zone)
    source: str | None = None
    vertical: str | None = None
    area: str | None = None
    mapping: Mapping[str, str] = field(factory=_no_columns, converter=_mapping)
    delimiter: str | None = None
    encoding: str | None = None
    google_key: str | None = field(default=None, repr=False)


DEFAULT = Options()
"""Nothing told beforehand."""
