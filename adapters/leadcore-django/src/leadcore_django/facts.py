"""What leadcore says about leads that stay in a host's own table.

`LEADCORE_LEAD_MODEL` names the host's model, as `AUTH_USER_MODEL` names its users, and
`LEADCORE_LEAD_FIELDS` says where it keeps what leadcore asks for. Neither the model nor its table
is changed: consent is recorded about the numbers and addresses (`leadcore.contact_points`), and
what else the host has no column for is one row of ours beside its own (`models.LeadFacts`).

    about(lead).may_contact(LeadContact(channel=Channel.TEXT), at=now)
    about(lead).request_return(question, by="7", at=now)

A host's lead that was sold through leadcore is leadcore's own as well: `lead_id` says which, or it
has the host's key for its id. Then the records speak for it, and a return of it moves the money.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist

from leadcore import wire
from leadcore.errors import Conflict
from leadcore.host_leads import AboutLead, HostLead
from leadcore.leads import ContactAttempt
from leadcore.refunds import Refund
from leadcore.submissions import Source, Submission, Tcpa
from leadcore.values import AccountId, LeadId, Money, SellerId, UserId
from leadcore_django.models import LeadFacts
from leadcore_django.stores import store
from leadcore_intake import read

if TYPE_CHECKING:
    from django.db.models import Model

__all__ = ["About", "LeadMixin", "about", "lead_model", "requests_in"]

_OURS = {"account", "asked_at", "lead_id", "owner", "price", "received_at", "seller", "sold_at"}
"""The fields that are no part of what a person told; all others are read as an intake is."""


def lead_model() -> type[Model]:
    """Give the host's model of leads.

    Raises:
        ImproperlyConfigured: `LEADCORE_LEAD_MODEL` names none.
    """
    named: Any = getattr(settings, "LEADCORE_LEAD_MODEL", None)
    try:
        model: type[Model] = apps.get_model(named)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise ImproperlyConfigured(f"LEADCORE_LEAD_MODEL names no model: {named!r}") from error
    return model


def about(lead: Model) -> About:
    """Give what leadcore says about a host's lead."""
    return About(lead)


class LeadMixin:
    """For a host that owns its model: `lead.leadcore.may_contact(…)`."""

    @property
    def leadcore(self) -> About:
        """What leadcore says about this lead."""
        return About(self)  # type: ignore[arg-type]  # it is mixed into a model


def _told(lead: Any, field: str) -> Any:  # noqa: ANN401 # whatever a host keeps there
    """Follow the host's paths to a field and give the first value that says something."""
    paths = settings.LEADCORE_LEAD_FIELDS.get(field, ())
    for path in (paths,) if isinstance(paths, str) else paths:
        value: Any = lead
        for step in path.split("__"):
            try:
                value = getattr(value, step, None)
            except ObjectDoesNotExist:
                value = None
            if hasattr(value, "get_queryset"):
                value = value.order_by("pk").first()
        if value not in {None, ""}:
            return value
    return None


def requests_in(text: str | None) -> tuple[Refund, ...]:
    """Read the requests that are kept beside a row; one that stands alone is all there were."""
    said: Any = json.loads(text or "[]")
    return tuple(wire.load(Refund, each) for each in ([said] if "id" in said else said))


class About(AboutLead):
    """One lead of a host: its facts, and what the rules say of them.

    Attributes:
        key: the host's model and row (`crm.lead:17`).
        row: what is kept beside it; unsaved where nothing was said yet.
        store: the store of the database the facts are in.
    """

    def __init__(self, lead: Model) -> None:
        self.host = lead
        self.key = f"{lead._meta.label_lower}:{lead.pk}"  # noqa: SLF001 # Django's own interface
        self.store = kept = store()
        self._rows = LeadFacts.objects.using(kept.using)
        facts = self._rows.filter(id=self.key).first()
        seller = _told(lead, "seller") or getattr(settings, "LEADCORE_SELLER", "")
        self.row: Any = facts or LeadFacts(id=self.key, seller_id=str(seller))

    @property
    def told(self) -> HostLead:
        """What the host's row and the one beside it say.

        Raises:
            ImproperlyConfigured: nothing says when the lead was received.
        """
        row, said = self.row, {name: _told(self.host, name) for name in _OURS}
        sold_at, owner = row.sold_at or said["sold_at"], said["owner"]
        received_at = said["received_at"] or sold_at
        if received_at is None:
            raise ImproperlyConfigured("LEADCORE_LEAD_FIELDS does not say when leads were received")
        price = row.price if row.price is not None else said["price"]
        return HostLead(
            id=LeadId(self.key),
            lead_id=LeadId(str(said["lead_id"])) if said["lead_id"] else None,
            seller_id=SellerId(row.seller_id),
            submission=self._submission(),
            received_at=received_at,
            asked_at=said["asked_at"],
            tcpa=Tcpa(row.tcpa),
            area=row.area,
            sold_at=sold_at,
            price=Money(int(price or 0), row.currency),
            account_id=AccountId(str(said["account"] or row.seller_id)),
            user_id=UserId(str(getattr(owner, "pk", owner or ""))),
            attempts=tuple(wire.load(ContactAttempt, each) for each in json.loads(row.attempts)),
            refunds=requests_in(row.refund),
        )

    def _submission(self) -> Submission:
        names = settings.LEADCORE_LEAD_FIELDS.keys() - _OURS
        told = {name: _told(self.host, name) for name in sorted(names)}
        flat = {name: str(value) for name, value in told.items() if value is not None}
        record = read(json.dumps(flat).encode(), format="json").records[0]
        return record.submission or Submission(source=Source(format="json"))

    def flag(self, tcpa: Tcpa) -> None:
        """Set the seller's flag: may automated calls and texts be used?"""
        self._keep("tcpa", tcpa.value)

    def log_attempt(self, attempt: ContactAttempt) -> None:
        """Log an attempt to reach the person; the same one twice is one."""
        kept, told = json.loads(self.row.attempts), wire.dump(attempt)
        if told not in kept:
            self._keep("attempts", json.dumps([*kept, told]))

    def keep_refunds(self, every: tuple[Refund, ...]) -> None:
        """Keep all requests to return the lead beside the host's row, the newest first.

        Raises:
            Conflict: somebody else asked, or decided, at the same time.
        """
        self._keep("refund", json.dumps([wire.dump(each) for each in every]))

    def _keep(self, column: str, value: str) -> None:
        """Write one column, if it still says what was read: nobody overwrites another's."""
        before = getattr(self.row, column)
        self._rows.get_or_create(id=self.key, defaults={"seller_id": self.row.seller_id})
        unchanged = self._rows.filter(id=self.key, **{column: before})
        if unchanged.update(**{column: value}) != 1:
            raise Conflict(f"lead facts {self.key}")
        self.row = self._rows.get(id=self.key)
