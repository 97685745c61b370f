"""The way from the host to the core and back: choices, values, instants, refusals.

Instants are aware and in UTC for the core, without a zone and in UTC in the host's columns.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime

from trytond.exceptions import UserError
from trytond.i18n import gettext
from trytond.model import fields
from trytond.pool import Pool

from leadcore import host_leads
from leadcore.errors import LeadcoreError

__all__ = ["aware", "choice", "columns", "naive", "now", "refusal", "refusing", "told", "usual"]


def now() -> datetime:
    """Give the present instant, in UTC."""
    return datetime.now(UTC)


def aware(value: datetime | None) -> datetime | None:
    """Give what a column of the host holds as an instant."""
    return value and value.replace(tzinfo=UTC)


def naive(value: datetime) -> datetime:
    """Give an instant as a column of the host holds it."""
    return value.astimezone(UTC).replace(tzinfo=None)


def choice(kind, label, **more):
    """Make a field that offers the core's choices, in the core's words."""
    words = [*host_leads.choices(kind)]
    return fields.Selection(words, label, required=True, sort=False, **more)


def usual(value):
    """Make the default of a field; of a function that gives it, or of what it is."""
    return staticmethod(value if callable(value) else lambda: value)


def told(kind, row, **more):
    """Give the core's value that a record or a form tells of, by the names both use."""
    names = host_leads.parts(kind).keys() & row._fields.keys()
    found = {name: getattr(row, name, None) for name in names}
    return host_leads.read(kind, found | more, zone=UTC)


def columns(value, model):
    """Give what a record or a form holds of a value of the core, by the names both use."""
    return host_leads.shown(value, Pool().get(model)._fields, zone=UTC)


def refusal(message, reasons="", **words):
    """Give a refusal as the host's own user error."""
    return UserError(gettext(message, **words), reasons)


@contextmanager
def refusing(message, **words):
    """Tell what the core refuses as the host's own user error, with every reason."""
    try:
        yield
    except LeadcoreError as error:
        raise refusal(message, host_leads.why(error), **words) from error
