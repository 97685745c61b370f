"""Posts of Salesforce web-to-lead forms: urlencoded, with `oid` and custom fields `00N…`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.errors import Problem
from leadcore_intake.columns import guess
from leadcore_intake.form import pairs, read_as
from leadcore_intake.options import DEFAULT, Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadcore_intake.results import Intake

__all__ = ["looks_like_web_to_lead", "read"]

_FIELDS = {
    "first_name": "first_name",
    "last_name": "last_name",
    "salutation": "prefix",
    "email": "email",
    "phone": "phone",
    "mobile": "cell",
    "street": "street",
    "city": "city",
    "state": "state",
    "state_code": "state",
    "zip": "zip",
    "country": "country",
    "country_code": "country",
    "description": "comments",
    "lead_source": "source_name",
    "Campaign_ID": "campaign",
    "emailOptOut": "opt_out",
    "faxOptOut": "opt_out",
    "doNotCall": "opt_out",
}
_NOT_OURS = frozenset({"oid", "retURL", "debug", "debugEmail", "recordType", "encoding", "title"})


def looks_like_web_to_lead(names: frozenset[str]) -> bool:
    """Tell whether a form with these field names is a web-to-lead post."""
    return "oid" in names and bool(names & {"retURL", "last_name", "lead_source", "email"})


def read(data: bytes, options: Options = DEFAULT) -> Intake:
    """Read one web-to-lead post.

    `debug` only makes Salesforce show what it did; the lead is a real one, with a warning.

    Raises:
        Malformed: it is too large, or has too many fields.
    """
    given, _ = pairs(data, options)
    debug = any(name == "debug" and value.strip() == "1" for name, value in given)
    note = Problem("field 'debug'", "is on; the lead is still taken as a real one")
    return read_as("salesforce", data, options, _target(options), (note,) if debug else ())


def _target(options: Options) -> Callable[[str], str | None]:
    def target(name: str) -> str | None:
        if name in options.mapping:
            return options.mapping[name]
        if name in _NOT_OURS or name.startswith("00N"):
            return None
        return _FIELDS.get(name) or guess(name)

    return target
