"""Pages of templates: Jinja2 that escapes everything and knows no unknown name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from markupsafe import Markup
from starlette.responses import HTMLResponse

from leadcore_portal import formats
from leadcore_portal.icons import ICONS
from leadcore_portal.looks import THEMES, ZONES
from leadcore_portal.navigation import tabs_for

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2.runtime import Context
    from starlette.responses import Response

    from leadcore_portal.statics import Statics
    from leadcore_portal.visits import Call

__all__ = ["SAID", "Views"]

SAID = "leadcore-said"
"""The cookie with what is said once on the next page."""


@pass_context
def _moment(context: Context, value: datetime | None, *, seconds: bool = False) -> str:
    """Write an instant on the viewer's clock, with its zone; nothing is a dash."""
    if value is None:
        return "–"
    told = formats.moment(value, context["visit"].zone, seconds=seconds)
    return Markup('<time datetime="{}">{}</time>').format(f"{value:%Y-%m-%dT%H:%M:%SZ}", told)


@pass_context
def _brief(context: Context, value: datetime | None) -> str:
    """Write an instant for lists: without the year where it is this one."""
    if value is None:
        return "–"
    told = formats.brief(value, context["visit"].zone, context["visit"].at)
    return Markup('<time datetime="{}">{}</time>').format(f"{value:%Y-%m-%dT%H:%M:%SZ}", told)


@pass_context
def _in_zone(_context: Context, value: datetime, zone: str) -> str:
    """Write an instant on the clock of another zone than the viewer's."""
    told = formats.moment(value, zone)
    return Markup('<time datetime="{}">{}</time>').format(f"{value:%Y-%m-%dT%H:%M:%SZ}", told)


@pass_context
def _since(context: Context, value: datetime) -> str:
    """Write how long ago; the instant itself stands in the title."""
    visit = context["visit"]
    exact = formats.moment(value, visit.zone)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        f"{value:%Y-%m-%dT%H:%M:%SZ}", exact, formats.since(value, visit.at)
    )


def _icon(name: str) -> Markup:
    """Give an icon: a drawing beside words, so readers skip it."""
    # Ours, and no part of it comes from elsewhere.
    return Markup(  # noqa: S704 - see above
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" '
        f'focusable="false">{ICONS[name]}</svg>'
    )


class Views:
    """Makes pages of templates."""

    def __init__(self, statics: Statics) -> None:
        """Make it; `statics` tells the addresses of style sheet and scripts."""
        self._environment = Environment(
            loader=PackageLoader("leadcore_portal"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        filters: dict[str, Any] = {
            "money": formats.money,
            "moment": _moment,
            "brief": _brief,
            "in_zone": _in_zone,
            "since": _since,
            "day": formats.day,
            "span": formats.span,
            "size": formats.size,
            "number": formats.number,
            "short": formats.short,
            "telephone": formats.telephone,
            "words": formats.words,
        }
        known: dict[str, Any] = {
            "icon": _icon,
            "percent": formats.percent,
            "static": statics.address,
            "tabs_for": tabs_for,
            "themes": THEMES,
            "zones": ZONES,
        }
        self._environment.filters.update(filters)
        self._environment.globals.update(known)

    def render(self, template: str, values: dict[str, Any]) -> str:
        """Give the text of a template."""
        return self._environment.get_template(template).render(values)

    def page(self, call: Call, template: str, status: int, values: dict[str, Any]) -> Response:
        """Give a page, and let it be the last that says what was to be said once."""
        text = self.render(template, {"visit": call, **values})
        response = HTMLResponse(text, status_code=status)
        if call.said is not None and not call.partial:
            response.delete_cookie(SAID, path="/")
        return response
