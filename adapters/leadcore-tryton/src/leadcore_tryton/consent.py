"""What a person agreed to and took back, on the host's parties and their numbers."""

from __future__ import annotations

import hashlib

from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, fields
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval
from trytond.transaction import Transaction

from . import instants
from .exceptions import KeptForever

__all__ = ["Consent", "ContactMechanism", "Kept", "Party", "Revocation"]

_IS_PHONE = Eval("type").in_(["phone", "mobile", "fax"])


class Kept:
    """A record of what happened: made once, never changed, never deleted."""

    __slots__ = ()

    @classmethod
    def check_modification(cls, mode, records, values=None, external=False):  # noqa: FBT002 - the host's signature
        """Refuse any change."""
        super().check_modification(mode, records, values=values, external=external)
        if mode != "create" and records:
            raise KeptForever(gettext("leadcore.msg_kept", **cls.__names__()))


class Party(metaclass=PoolMeta):
    """A person, with what is known of their consent."""

    __name__ = "party.party"
    tcpa = fields.Selection(
        [("yes", "Yes"), ("no", "No"), ("unknown", "Unknown")],
        "TCPA",
        required=True,
        sort=False,
        help="May the person be texted, and called by machines? Unknown counts as no.",
    )
    consents = fields.One2Many("leadcore.consent", "party", "Consents")
    revocations = fields.One2Many("leadcore.revocation", "party", "Revocations")

    @staticmethod
    def default_tcpa():
        """Give what is true of somebody nobody asked."""
        return "unknown"

    @classmethod
    def copy(cls, parties, default=None):
        """Copy no consent: it was given by one person."""
        default = {} if default is None else default.copy()
        default.setdefault("tcpa", cls.default_tcpa())
        default.setdefault("consents", None)
        default.setdefault("revocations", None)
        return super().copy(parties, default=default)


class ContactMechanism(metaclass=PoolMeta):
    """A number, with what look-ups said of it."""

    __name__ = "party.contact_mechanism"
    line_kind = fields.Selection(
        [
            ("unknown", "Unknown"),
            ("wireless", "Wireless"),
            ("landline", "Landline"),
            ("toll_free", "Toll-free"),
        ],
        "Kind of Line",
        required=True,
        sort=False,
        states={"invisible": ~_IS_PHONE},
        help="Unknown counts as wireless.",
    )
    registry = fields.Selection(
        [("unknown", "Unknown"), ("yes", "On the list"), ("no", "Not on the list")],
        "National Do-Not-Call Registry",
        required=True,
        sort=False,
        states={"invisible": ~_IS_PHONE},
    )
    registry_scrubbed_on = fields.Date(
        "Date of the Registry's Copy", states={"invisible": ~_IS_PHONE}
    )
    reassigned = fields.Selection(
        [
            ("unknown", "Unknown"),
            ("not_checked", "Not checked"),
            ("no", "No"),
            ("yes", "Yes"),
            ("no_data", "No data"),
        ],
        "Reassigned since Consent",
        required=True,
        sort=False,
        states={"invisible": ~_IS_PHONE},
        help="What the reassigned numbers database said.",
    )
    reassigned_on = fields.Date("Asked on", states={"invisible": ~_IS_PHONE})

    @staticmethod
    def default_line_kind():
        """Give what is true of a number nobody looked up."""
        return "unknown"

    default_registry = default_line_kind
    default_reassigned = default_line_kind


class Consent(Kept, ModelSQL, ModelView):
    """The person consented, or asked to be contacted; with what shows it."""

    __name__ = "leadcore.consent"
    party = fields.Many2One("party.party", "Party", required=True, ondelete="RESTRICT")
    company = fields.Many2One(
        "company.company", "Given to", required=True, help="The seller the agreement names."
    )
    given_at = fields.Timestamp("Given at", required=True)
    level = fields.Selection(
        [("none", "Asked to be contacted"), ("express", "Express"), ("written", "Written")],
        "Consent",
        required=True,
        sort=False,
        help="A bare yes is express consent, never written consent.",
    )
    invitation = fields.Boolean("Invitation", help="Did the person ask to be contacted?")
    number = fields.Many2One(
        "party.contact_mechanism",
        "Number",
        ondelete="RESTRICT",
        domain=[("party", "=", Eval("party", -1)), ("type", "in", ["phone", "mobile"])],
        help="Empty for every number of the person.",
    )
    signature = fields.Boolean("Signed")
    names_number = fields.Boolean("Names the Number")
    authorizes_seller = fields.Boolean("Authorises the Seller")
    discloses_machines = fields.Boolean("Says that Machines May Call")
    not_a_condition = fields.Boolean("Says It Is No Condition of a Purchase")
    text = fields.Text("Text as Shown")
    text_sha256 = fields.Function(fields.Char("SHA-256 of the Text"), "get_text_sha256")
    url = fields.Char("Page")
    ip = fields.Char("IP Address")
    agent = fields.Char("Browser")
    certificate = fields.Char("Certificate", help="Its kind and id, as TrustedForm's.")

    @staticmethod
    def default_company():
        """Give the company the user works in."""
        return Transaction().context.get("company")

    @staticmethod
    def default_level():
        """Give the weakest: more must be said."""
        return "none"

    def get_text_sha256(self, _name):
        """Give the digest by which a text is known, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest() if self.text else None


class Revocation(Kept, ModelSQL, ModelView):
    """The person took consent back, by whatever reasonable means."""

    __name__ = "leadcore.revocation"
    party = fields.Many2One("party.party", "Party", required=True, ondelete="RESTRICT")
    company = fields.Many2One(
        "company.company", "Told to", help="Empty binds every company: the vendor was told."
    )
    received_at = fields.Timestamp("Received at", required=True)
    method = fields.Char("By", required=True, help="As `sms:STOP`, `voicemail`, `email`.")
    reach = fields.Selection(
        [
            ("calls_and_texts", "Calls and texts"),
            ("email", "E-mail"),
            ("everything", "Everything"),
        ],
        "Ends",
        required=True,
        sort=False,
    )
    do_not_call = fields.Boolean(
        "Never Call Again", help="The person asked for the company's own do-not-call list."
    )
    text = fields.Text("The Person's Words")

    @staticmethod
    def default_received_at():
        """Give the present instant."""
        return instants.naive(instants.now())

    @staticmethod
    def default_reach():
        """Give everything: the person must say what is left."""
        return "everything"

    @classmethod
    def by_party(cls, party, company):
        """Give what binds a company of what a person took back."""
        pool = Pool()
        return pool.get(cls.__name__).search(
            [
                ("party", "=", party.id),
                ["OR", ("company", "=", None), ("company", "=", company.id)],
            ]
        )
