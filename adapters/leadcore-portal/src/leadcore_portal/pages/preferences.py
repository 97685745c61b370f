"""How somebody wants to look at the portal: time zone and theme, remembered by the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.intervals import zone_info
from leadcore_portal.forms import Form
from leadcore_portal.looks import THEMES, ZONES, Looks, keep_looks
from leadcore_portal.routing import Page
from leadcore_portal.visits import local_path

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore_portal.visits import Visit

__all__ = ["PAGES"]


def show(visit: Visit) -> Response:
    """Show what holds now."""
    offered = {zone for zone, _ in ZONES}
    looks = visit.looks
    form = Form.of(
        {
            "zone": looks.zone if looks.zone in offered else "other",
            "other": None if looks.zone in offered else looks.zone,
            "theme": looks.theme,
            "next": local_path(visit.asked("next")),
        }
    )
    return visit.page("pages/preferences.html", form=form)


def keep(visit: Visit) -> Response:
    """Remember it."""
    form = visit.form
    theme, zone = form.one_of("theme", frozenset(THEMES)), form.raw("zone")
    if zone == "other":
        zone = form.text("other")
    try:
        zone_info(zone)
    except ValueError:
        form.wrong("other", "A time zone such as America/New_York.")
    if form.failed:
        return visit.page("pages/preferences.html", status=422)
    response = visit.go(local_path(form.raw("next")), "Time zone and theme are remembered.")
    keep_looks(response, Looks(zone=zone, theme=theme), secure=visit.settings.secure)
    return response


PAGES = (
    Page(path="/preferences", make=show),
    Page(path="/preferences", make=keep, method="POST"),
)
