"""May I contact this person? The wizard on an opportunity."""

from __future__ import annotations

from trytond.model import ModelView, fields
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.wizard import Button, StateTransition, StateView

from leadcore.back_office import LeadContact
from leadcore.contact import Initiation, Purpose
from leadcore.decisions import Verdict
from leadcore.host_leads import HostContact
from leadcore.submissions import Channel

from . import bridge
from .person import NUMBERS
from .records import CANCEL, Once

__all__ = ["Answer", "Ask", "Finding", "MayContact"]

_ASKED = ("channel", "initiation", "purpose", "at", "number")
_BY_EMAIL = {"invisible": Eval("channel") != "email"}
_NO_EMAIL = {"invisible": Eval("channel") == "email"}
_NUMBER = {**_NO_EMAIL, "required": Eval("channel") != "email"}
_ALLOWED = {"invisible": Eval("verdict") == "denied"}


class Ask(ModelView):
    """How the person would be contacted, and when."""

    __name__ = "leadcore.may_contact.ask"
    party = fields.Many2One("party.party", "Party", readonly=True)
    channel = bridge.choice(Channel, "By")
    number = fields.Many2One("party.contact_mechanism", "Number", domain=NUMBERS, states=_NUMBER)
    initiation = bridge.choice(Initiation, "Made", states=_NO_EMAIL)
    purpose = bridge.choice(Purpose, "For")
    at = fields.Timestamp("At", help="In UTC; empty: this very instant.")
    email__physical_address = fields.Boolean("Carries a Postal Address", states=_BY_EMAIL)
    email__optout_mechanism = fields.Boolean("Offers a Working Opt-out", states=_BY_EMAIL)
    email__gateway_domain = fields.Boolean(
        "Goes to a Wireless Carrier's Domain",
        states=_BY_EMAIL,
        help="As `…@vtext.com`: such mail becomes a text.",
    )
    default_channel = bridge.usual("call")
    default_initiation = bridge.usual("manual")
    default_purpose = bridge.usual("telemarketing")


class Finding(ModelView):
    """One rule's answer."""

    __name__ = "leadcore.may_contact.finding"
    rule = fields.Char("Rule", readonly=True)
    effect = fields.Char("Effect", readonly=True)
    severity = fields.Char("Severity", readonly=True)
    sentence = fields.Text("Sentence", readonly=True)
    citation = fields.Char("Citation", readonly=True)


class Answer(ModelView):
    """The verdict, with every finding."""

    __name__ = "leadcore.may_contact.answer"
    verdict = bridge.choice(Verdict, "Answer", readonly=True)
    rules = fields.Char("Settled by", readonly=True)
    at = fields.Timestamp("Asked about", readonly=True, help="In UTC.")
    next_permitted_at = fields.Timestamp("Next permitted at", readonly=True, help="In UTC.")
    why_never = fields.Text("Why Never", readonly=True, states={"invisible": ~Eval("why_never")})
    rulebook = fields.Char("Rulebook", readonly=True)
    findings = fields.One2Many("leadcore.may_contact.finding", None, "Findings", readonly=True)
    reached = fields.Boolean("Reached", help="Was the person reached? For the log.")
    note = fields.Text("Note", help="For the log.")


class MayContact(Once):
    """Asks the rules, shows what they say, and logs the contact that was made."""

    __name__ = "leadcore.may_contact"
    ask = StateView(
        "leadcore.may_contact.ask",
        "leadcore.may_contact_ask_view_form",
        [CANCEL, Button("Ask", "answer", "tryton-ok", default=True)],
    )
    answer = StateView(
        "leadcore.may_contact.answer",
        "leadcore.may_contact_answer_view_form",
        [
            Button("Close", "end", "tryton-close", default=True),
            Button("Ask again", "ask", "tryton-back"),
            Button("Log the Contact", "log", "tryton-ok", states=_ALLOWED),
        ],
    )
    log = StateTransition()

    def default_ask(self, _fields):
        """Give what was asked before, or the usual: a call by hand to the first number."""
        party = self.record.party
        if not party:
            raise bridge.refusal("leadcore.msg_no_party", opportunity=self.record.rec_name)
        number = next((one.id for one in party.contact_mechanisms if one.phone.normal), None)
        said = {name: getattr(self.ask, name, None) for name in _ASKED}
        again = {name: getattr(value, "id", value) for name, value in said.items() if value}
        return {"party": party.id, "number": number, **again}

    def decide(self, at):
        """Give the decision on what was asked, as of an instant."""
        asked, party = self.ask, self.record.party
        number = None if asked.channel == "email" else asked.number
        if number is not None and number.party != party:
            raise bridge.refusal("leadcore.msg_no_number_of", party=party.name)
        return self.record.contact_decision(number, bridge.told(LeadContact, asked), at=at)

    def default_answer(self, _fields):
        """Give the decision as the form shows it."""
        decision = self.decide(bridge.aware(self.ask.at) or bridge.now())
        shown = "leadcore.may_contact.finding"
        findings = [bridge.columns(each, shown) for each in decision.findings]
        said = {"rules": ", ".join(decision.rules), "findings": findings}
        return bridge.columns(decision, "leadcore.may_contact.answer") | said

    def transition_log(self):
        """Log the contact as of now; not where the rules forbid it now, and once however sent."""
        asked, party = self.ask, self.record.party
        if self.made("leadcore.attempt"):
            return "end"
        # Whoever logs for the same person at the same time waits, and counts this one.
        Pool().get("party.party").lock([party])
        with bridge.refusing("leadcore.msg_contact_refused", party=party.rec_name):
            decision = self.decide(bridge.now()).require()
        how, reached = bridge.told(LeadContact, asked), bool(self.answer.reached)
        contact = HostContact.of(how, at=decision.at, reached=reached)
        made = bridge.columns(contact, "leadcore.attempt")
        self.make("leadcore.attempt", made | {"note": self.answer.note})
        return "end"
