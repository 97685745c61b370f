"""What somebody prefers to look at: zone and theme, kept in one cookie of this browser."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from attrs import frozen

from leadcore.intervals import zone_info

if TYPE_CHECKING:
    from starlette.responses import Response

__all__ = ["LOOKS", "THEMES", "ZONES", "Looks", "keep_looks", "looks_of"]

LOOKS = "leadcore-looks"
"""The cookie."""
THEMES = ("auto", "light", "dark")
"""As the machine says, or always one of them."""
ZONES: tuple[tuple[str, str], ...] = (
    ("America/New_York", "Eastern"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Atlantic"),
    ("UTC", "UTC"),
)
"""The zones people are offered; any other IANA zone can be typed."""
_YEAR = 365 * 24 * 3_600


@frozen(kw_only=True)
class Looks:
    """What somebody prefers to look at.

    Attributes:
        zone: the IANA zone in which instants are shown.
        theme: one of `THEMES`.
    """

    zone: str
    theme: str = "auto"


def looks_of(cookie: str | None, zone: str) -> Looks:
    """Read the cookie; what can't be read is as if nobody had said anything.

    Args:
        cookie: its value.
        zone: where nobody said: the seller's.
    """
    theme, _, wanted = (cookie or "").partition("|")
    return Looks(zone=_known(wanted) or zone, theme=theme if theme in THEMES else "auto")


def _known(zone: str) -> str | None:
    if not zone or zone not in available_timezones():
        return None
    try:
        zone_info(zone)
    except ValueError:
        return None
    return zone


def keep_looks(response: Response, looks: Looks, *, secure: bool) -> None:
    """Let the browser remember."""
    response.set_cookie(
        LOOKS,
        f"{looks.theme}|{looks.zone}",
        max_age=_YEAR,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
