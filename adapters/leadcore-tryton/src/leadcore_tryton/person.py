"""What is recorded of a person, and of the places people live in."""

from __future__ import annotations

from trytond.model import DictSchemaMixin, ModelSingleton, ModelSQL, ModelView, fields
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval
from trytond.transaction import Transaction

from leadcore import host_leads
from leadcore.consent import Evidence
from leadcore.host_leads import FactKind
from leadcore.submissions import Tcpa
from leadcore.values import Phone, PhoneKind

from . import bridge
from .records import Kept, Sound

__all__ = ["NUMBERS", "Configuration", "ContactMechanism", "Detail", "Emergency", "Fact", "Party"]

NUMBERS = [("party", "=", Eval("party", -1)), ("type", "in", ["phone", "mobile"])]


class Party(metaclass=PoolMeta):
    """A person, with what is known of their consent."""

    __name__ = "party.party"
    tcpa = bridge.choice(
        Tcpa, "TCPA", help="May the person be texted, and called by machines? Unknown counts as no."
    )
    facts = fields.One2Many("leadcore.fact", "party", "Consent and Look-ups")
    attempts = fields.One2Many("leadcore.attempt", "party", "Contacts", readonly=True)
    default_tcpa = bridge.usual("unknown")

    @classmethod
    def copy(cls, parties, default=None):
        """Copy no consent: it was given by one person."""
        return super().copy(parties, default={"tcpa": "unknown", "facts": None} | (default or {}))


class ContactMechanism(metaclass=PoolMeta):
    """A number, as the core knows it."""

    __name__ = "party.contact_mechanism"

    @property
    def phone(self):
        """It as a part of what the person told; a mobile is wireless where nobody looked."""
        written = self.value_compact or self.value or ""
        number = host_leads.number_of(written) if self.type in {"phone", "mobile"} else None
        kind = PhoneKind.WIRELESS if self.type == "mobile" else PhoneKind.UNKNOWN
        return Phone(raw=written, normal=number, kind=kind)


class Detail(DictSchemaMixin, ModelSQL, ModelView):
    """A detail that facts of some kind have; its name is the core's."""

    __name__ = "leadcore.detail"


class Fact(Kept, Sound, ModelSQL, ModelView):
    """What a person agreed to, took back or asked for, or what a look-up said of their number."""

    __name__ = "leadcore.fact"
    party = fields.Many2One("party.party", "Party", required=True, ondelete="RESTRICT")
    kind = bridge.choice(FactKind, "Kind")
    company = fields.Many2One(
        "company.company", "Concerns", help="The seller; empty for all: the vendor was told."
    )
    at = fields.Timestamp("At", required=True, help="In UTC.")
    number = fields.Many2One(
        "party.contact_mechanism",
        "Number",
        ondelete="RESTRICT",
        domain=NUMBERS,
        help="Empty for every number of the person.",
    )
    details = fields.Dict("leadcore.detail", "Details")
    text = fields.Text("Words", help="As shown to the person, or as the person said them.")
    text_sha256 = fields.Function(fields.Char("SHA-256 of the Words"), "get_text_sha256")
    default_at = bridge.usual(lambda: bridge.naive(bridge.now()))
    default_company = bridge.usual(lambda: Transaction().context.get("company"))

    @fields.depends("kind", "at")
    def on_change_kind(self):
        """Offer what facts of the kind have; when somebody consented must be said."""
        self.at = None if self.kind == "grant" else self.at
        names = host_leads.details_of(FactKind(self.kind)) if self.kind else ()
        offered = Pool().get("leadcore.detail").search([("name", "in", names)])
        self.details = {each.name: None for each in offered}

    def get_text_sha256(self, _name):
        """Give the digest by which a text is known, in hex."""
        return Evidence(text=self.text or None).text_sha256

    @property
    def told(self):
        """It as the core knows it."""
        seller = self.company and str(self.company.id)
        # A number that can't be read is none that anybody consented to be called at.
        number = self.number and (self.number.phone.normal or f"unreadable/{self.number.id}")
        return bridge.told(host_leads.HostFact, self, seller=seller, number=number)

    def check(self):
        """Refuse what makes no sense, and what lies ahead."""
        self.told.check(at=bridge.now())


class Configuration(ModelSingleton, ModelSQL, ModelView):
    """What holds for the whole installation."""

    __name__ = "leadcore.configuration"
    emergencies_kept = fields.Boolean(
        "Emergencies are kept",
        help="Check it when somebody keeps the list of declared emergencies up to date.\n"
        "Otherwise every state may be under one, and rules that ask for it forbid.",
    )

    @classmethod
    def declared(cls, at):
        """Give the states under a declared emergency at an instant, as the core has them."""
        kept, listed = cls(1).emergencies_kept, Pool().get("leadcore.emergency").search([])
        known = [each.check() for each in listed]
        return host_leads.declared_emergencies(known, kept=bool(kept), at=at)


class Emergency(Sound, ModelSQL, ModelView):
    """A state's declared emergency."""

    __name__ = "leadcore.emergency"
    state = fields.Char("State", required=True, size=2, help="Two capital letters.")
    since = fields.Timestamp("Since", required=True)
    until = fields.Timestamp("Until", help="The first instant after it; empty while it lasts.")

    def check(self):
        """Give it as the core knows it; refuse what is no state."""
        return bridge.told(host_leads.Emergency, self)
