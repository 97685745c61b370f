"""The host's opportunities as leads that were sold to a company, and the contacts they led to.

What a row leaves open stays unknown, and what is unknown is not allowed.
"""

from __future__ import annotations

from attrs import evolve
from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, fields
from trytond.model.exceptions import AccessError
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Bool, Eval

from leadcore import host_leads
from leadcore.contact import TouchKind
from leadcore.refunds import window
from leadcore.submissions import LeadKind, Recording, Source, Submission, Tcpa

from . import bridge
from .records import Kept, OfLead

__all__ = ["Attempt", "Opportunity"]

_SOLD = {"readonly": Bool(Eval("sold_at")) & (Eval("id", -1) >= 0)}
_FIXED = {"sold_at", "lead_kind", "party", "company"}
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
    lead_kind = bridge.choice(LeadKind, "Kind of Lead", states=_SOLD)
    area = fields.Char("Area", help="As `Personal injury`; some reasons hold in some areas only.")
    recorded = fields.Boolean("Recording at Hand")
    attempts = fields.One2Many("leadcore.attempt", "opportunity", "Contacts", readonly=True)
    returns = fields.One2Many("leadcore.return", "opportunity", "Returns", readonly=True)
    default_lead_kind = bridge.usual("web")

    @classmethod
    def __setup__(cls):
        """Offer the two wizards as buttons."""
        super().__setup__()
        cls._buttons.update(
            may_contact={"invisible": ~Eval("party"), "depends": ["party"]},
            request_return={"invisible": ~Eval("sold_at"), "depends": ["sold_at"]},
        )

    @property
    def return_terms(self):
        """The terms its return is judged by."""
        return Pool().get("leadcore.return").terms(self.company)

    @fields.depends("sold_at", "company")
    def on_change_with_return_closes_at(self, _name=None):
        """Give the last instant at which a return may be asked for."""
        if not self.sold_at or not self.company:
            return None
        return bridge.naive(window(self.return_terms, bridge.aware(self.sold_at)).closes_at)

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
        changed = _FIXED & (values or {}).keys() if mode == "write" else ()
        for row in opportunities:
            old = {name: getattr(getattr(row, name), "id", getattr(row, name)) for name in changed}
            if row.sold_at and any(old[name] not in {None, values[name]} for name in changed):
                raise AccessError(gettext("leadcore.msg_sale_kept", opportunity=row.rec_name))

    @classmethod
    def copy(cls, opportunities, default=None):
        """Copy no sale."""
        return super().copy(opportunities, default={"sold_at": None} | (default or {}))

    def told(self, *phones, **more):
        """Give it as a lead that its company bought, as the core knows it.

        Args:
            phones: the person's numbers that it is about.
            more: what else is told, such as of the person.
        """
        company, recording = str(self.company.id), Recording(reference=self.rec_name)
        return host_leads.HostLead(
            id=str(self.id),
            seller_id=company,
            submission=Submission(
                source=Source(format="tryton"),
                kind=LeadKind(self.lead_kind),
                phones=phones,
                recording=recording if self.recorded else None,
            ),
            tcpa=Tcpa(self.party.tcpa if self.party else "unknown"),
            area=self.area or None,
            received_at=bridge.aware(self.create_date),
            sold_at=bridge.aware(self.sold_at),
            account_id=company,
            user_id=str(self.employee),
            contacts=tuple(each.told for each in self.attempts),
            refunds=tuple(each.refund for each in self.returns),
            **more,
        )

    def contact_decision(self, number, asked, *, at):
        """Answer whether the person may be contacted.

        Args:
            number: the host's row of the number that would be called or texted, or None.
            asked: how.
            at: the instant asked about.
        """
        party, company = self.party, self.company
        addresses = [self.address] if self.address else party.addresses
        person = host_leads.HostPerson(
            facts=tuple(each.told for each in party.facts),
            contacts=tuple(each.told for each in party.attempts if each.company == company),
            places=tuple(
                (one.postal_code, one.subdivision and one.subdivision.code) for one in addresses
            ),
        )
        emergencies = Pool().get("leadcore.configuration").declared(at)
        asked = evolve(asked, declared_emergencies=emergencies)
        phones = (number.phone,) if number else ()
        return host_leads.may_contact(self.told(*phones, person=person), asked, at=at)


class Attempt(Kept, OfLead, ModelSQL, ModelView):
    """Somebody called, texted or mailed the person of an opportunity."""

    __name__ = "leadcore.attempt"
    party = fields.Many2One("party.party", "Party", required=True, ondelete="RESTRICT")
    company = fields.Many2One("company.company", "Company", required=True)
    kind = bridge.choice(TouchKind, "Kind")
    at = fields.Timestamp("At", required=True)
    reached = fields.Boolean("Reached")
    note = fields.Text("Note")
    default_at = bridge.usual(lambda: bridge.naive(bridge.now()))

    @classmethod
    def preprocess_values(cls, mode, values):
        """Take whom it concerns from the opportunity: caps count by person and company."""
        values = super().preprocess_values(mode, values)
        if mode == "create" and values.get("opportunity"):
            lead = Pool().get("sale.opportunity")(values["opportunity"])
            values = {**values, "party": lead.party and lead.party.id, "company": lead.company.id}
        return values

    @property
    def told(self):
        """It as the core knows it."""
        return bridge.told(host_leads.HostContact, self)
