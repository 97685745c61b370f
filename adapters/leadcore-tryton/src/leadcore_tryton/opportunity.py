"""The host's opportunities as leads that were sold to a company."""

from __future__ import annotations

from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.pool import PoolMeta
from trytond.pyson import Bool, Eval

from leadcore.refunds import window

from . import facts, instants
from .exceptions import KeptForever

__all__ = ["Opportunity"]

_SOLD = {"readonly": Bool(Eval("sold_at")) & (Eval("id", -1) >= 0)}
_FIXED = ("sold_at", "lead_kind", "party", "company")
"""What a return is judged by, or whom it concerns; with a sale they are as they are."""


class Opportunity(metaclass=PoolMeta):
    """An opportunity that may be a lead somebody sold."""

    __name__ = "sale.opportunity"
    sold_at = fields.Timestamp(
        "Sold at", states=_SOLD, help="The exact instant of sale (UTC): the return window's start."
    )
    return_closes_at = fields.Function(
        fields.Timestamp("Return until", help="The last instant (UTC) for asking a return."),
        "on_change_with_return_closes_at",
    )
    lead_kind = fields.Selection(
        [("web", "Web lead"), ("live_call", "Live call")],
        "Kind of Lead",
        required=True,
        sort=False,
        states=_SOLD,
    )
    area = fields.Char("Area", help="As `Personal injury`; some reasons hold in some areas only.")
    recording = fields.Selection(
        [("unknown", "Unknown"), ("yes", "At hand"), ("no", "None")],
        "Recording",
        required=True,
        sort=False,
    )
    attempts = fields.One2Many("leadcore.attempt", "opportunity", "Contacts", readonly=True)
    returns = fields.One2Many("leadcore.return", "opportunity", "Returns", readonly=True)

    @classmethod
    def __setup__(cls):
        """Offer the two wizards as buttons."""
        super().__setup__()
        cls._buttons.update(
            may_contact={"invisible": ~Eval("party"), "depends": ["party"]},
            request_return={"invisible": ~Eval("sold_at"), "depends": ["sold_at"]},
        )

    @staticmethod
    def default_lead_kind():
        """Give the usual kind."""
        return "web"

    @staticmethod
    def default_recording():
        """Give what is true where nobody looked."""
        return "unknown"

    @fields.depends("sold_at", "company")
    def on_change_with_return_closes_at(self, _name=None):
        """Give the last instant at which a return may be asked for."""
        if not self.sold_at or not self.company:
            return None
        span = window(facts.terms_of(self.company), instants.aware(self.sold_at))
        return instants.naive(span.closes_at)

    @classmethod
    @ModelView.button_action("leadcore.wizard_may_contact")
    def may_contact(cls, opportunities):
        """Open the wizard that answers."""

    @classmethod
    @ModelView.button_action("leadcore.wizard_request_return")
    def request_return(cls, opportunities):
        """Open the wizard that asks for a return."""

    @classmethod
    def check_modification(cls, mode, opportunities, values=None, external=False):  # noqa: FBT002 - the host's signature
        """Refuse to change a sale: another one is another lead."""
        super().check_modification(mode, opportunities, values=values, external=external)
        if mode != "write":
            return
        for name in set(_FIXED) & set(values or ()):
            for row in opportunities:
                old = getattr(row, name)
                if row.sold_at and old is not None and getattr(old, "id", old) != values[name]:
                    message = gettext("leadcore.msg_sale_kept", opportunity=row.rec_name)
                    raise KeptForever(message)

    @classmethod
    def copy(cls, opportunities, default=None):
        """Copy neither the sale nor what came of it."""
        default = {} if default is None else default.copy()
        for name in ("sold_at", "attempts", "returns"):
            default.setdefault(name, None)
        return super().copy(opportunities, default=default)
