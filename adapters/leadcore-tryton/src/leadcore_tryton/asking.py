"""May I contact this person? The wizard on an opportunity."""

from __future__ import annotations

from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction
from trytond.wizard import Button, StateTransition, StateView, Wizard

from leadcore import contact
from leadcore.decisions import Verdict
from leadcore.rulebooks import US
from leadcore.submissions import Channel

from . import facts, instants
from .exceptions import ContactRefused, sentences

__all__ = ["Answer", "Ask", "Finding", "MayContact"]

_WORDS = {
    Verdict.PERMITTED: "permitted",
    Verdict.WARN: "permitted with a warning",
    Verdict.DENIED: "denied",
}
_BY_EMAIL = {"invisible": Eval("channel") != "email"}
_BY_NUMBER = {
    "invisible": Eval("channel") == "email",
    "required": Eval("channel") != "email",
}
_RECORDED = {"prerecorded", "artificial"}


class Ask(ModelView):
    """How the person would be contacted, and when."""

    __name__ = "leadcore.may_contact.ask"
    party = fields.Many2One("party.party", "Party", readonly=True)
    channel = fields.Selection(
        [("call", "Call"), ("text", "Text"), ("email", "E-mail")], "By", required=True, sort=False
    )
    number = fields.Many2One(
        "party.contact_mechanism",
        "Number",
        domain=[("party", "=", Eval("party", -1)), ("type", "in", ["phone", "mobile"])],
        states=_BY_NUMBER,
    )
    initiation = fields.Selection(
        [
            ("manual", "By hand"),
            ("autodialed", "Autodialled"),
            ("prerecorded", "Prerecorded voice"),
            ("artificial", "Artificial voice"),
        ],
        "Made",
        required=True,
        sort=False,
        states={"invisible": Eval("channel") == "email"},
    )
    purpose = fields.Selection(
        [
            ("telemarketing", "Marketing"),
            ("informational", "Information"),
            ("emergency", "Emergency"),
        ],
        "For",
        required=True,
        sort=False,
    )
    at = fields.Timestamp("At", help="In UTC; empty: this very instant.")
    physical_address = fields.Boolean("Carries a Postal Address", states=_BY_EMAIL)
    optout_mechanism = fields.Boolean("Offers a Working Opt-out", states=_BY_EMAIL)
    wireless_domain = fields.Boolean(
        "Goes to a Wireless Carrier's Domain",
        states=_BY_EMAIL,
        help="As `…@vtext.com`: such mail becomes a text.",
    )


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
    verdict = fields.Selection(
        [(each.value, words) for each, words in _WORDS.items()], "Answer", readonly=True, sort=False
    )
    rules = fields.Char("Settled by", readonly=True)
    at = fields.Timestamp("Asked about", readonly=True, help="In UTC.")
    next_permitted_at = fields.Timestamp("Next permitted at", readonly=True, help="In UTC.")
    why_never = fields.Text("Why Never", readonly=True, states={"invisible": ~Eval("why_never")})
    rulebook = fields.Char("Rulebook", readonly=True)
    findings = fields.One2Many("leadcore.may_contact.finding", None, "Findings", readonly=True)
    reached = fields.Boolean("Reached", help="Was the person reached? For the log.")
    note = fields.Text("Note", help="For the log.")


class MayContact(Wizard):
    """Asks the rules, shows what they say, and logs the contact that was made."""

    __name__ = "leadcore.may_contact"
    start_state = "ask"
    ask = StateView(
        "leadcore.may_contact.ask",
        "leadcore.may_contact_ask_view_form",
        [
            Button("Cancel", "end", "tryton-cancel"),
            Button("Ask", "answer", "tryton-ok", default=True),
        ],
    )
    answer = StateView(
        "leadcore.may_contact.answer",
        "leadcore.may_contact_answer_view_form",
        [
            Button("Close", "end", "tryton-close", default=True),
            Button("Ask again", "ask", "tryton-back"),
            Button(
                "Log the Contact",
                "log",
                "tryton-ok",
                states={"invisible": Eval("verdict") == "denied"},
            ),
        ],
    )
    log = StateTransition()

    def default_ask(self, _fields):
        """Give what was asked before, or the usual: a call by hand to the first number."""
        if not self.record.party:
            name = self.record.rec_name
            raise ContactRefused(gettext("leadcore.msg_no_party", opportunity=name))
        asked = {
            name: getattr(self.ask, name, None)
            for name in ("channel", "initiation", "purpose", "at", "number")
        }
        numbers = [one for one in self.record.party.contact_mechanisms if facts.e164(one)]
        number = asked["number"] or (numbers[0] if numbers else None)
        return {
            "party": self.record.party.id,
            "channel": asked["channel"] or "call",
            "initiation": asked["initiation"] or "manual",
            "purpose": asked["purpose"] or "telemarketing",
            "number": number.id if number else None,
            "at": asked["at"],
        }

    def decide(self, at):
        """Give the decision on what was asked, as of an instant."""
        if any(each.state == "approved" for each in self.record.returns):
            name = self.record.rec_name
            raise ContactRefused(gettext("leadcore.msg_returned", opportunity=name))
        asked = self.ask
        by_email = asked.channel == "email"
        number = None if by_email else asked.number
        if number is not None and number.party != self.record.party:
            raise ContactRefused(gettext("leadcore.msg_no_number_of", party=self.record.party.name))
        question = contact.Question(
            channel=Channel(asked.channel),
            initiation=contact.Initiation(asked.initiation),
            purpose=contact.Purpose(asked.purpose),
            seller=facts.seller(self.record.company),
        )
        message = contact.EmailFacts(
            physical_address=bool(asked.physical_address),
            optout_mechanism=bool(asked.optout_mechanism),
            gateway_domain=bool(asked.wireless_domain),
        )
        known = facts.contact_facts(self.record, number, at=at, message=message)
        return contact.assess(question, known, at=at, rules=US)

    def default_answer(self, _fields):
        """Give the decision as the form shows it."""
        decision = self.decide(instants.aware(self.ask.at) or instants.now())
        return {
            "verdict": decision.verdict.value,
            "rules": ", ".join(decision.rules),
            "at": instants.naive(decision.at),
            "next_permitted_at": instants.naive(decision.next_permitted_at),
            "why_never": decision.why_never,
            "rulebook": decision.rulebook,
            "findings": [
                {
                    "rule": each.rule,
                    "effect": each.effect.value,
                    "severity": each.severity.value,
                    "sentence": each.sentence,
                    "citation": each.citation,
                }
                for each in decision.findings
            ],
        }

    def transition_log(self):
        """Log the contact as of now; not where the rules forbid it now, and once however sent."""
        pool = Pool()
        Attempt = pool.get("leadcore.attempt")  # noqa: N806 - the host's models are classes
        key = f"wizard/{self._session_id}"
        if Attempt.search([("key", "=", key)], limit=1):
            return "end"
        # Whoever logs for the same person at the same time waits, and counts this one.
        pool.get("party.party").lock([self.record.party])
        at = instants.now()
        decision = self.decide(at)
        if decision.verdict is Verdict.DENIED:
            raise ContactRefused(
                gettext("leadcore.msg_contact_refused", party=self.record.party.rec_name),
                sentences(decision.determining),
            )
        asked = self.ask
        voice = asked.channel == "call" and asked.initiation in _RECORDED
        Attempt.create(
            [
                {
                    "opportunity": self.record.id,
                    "party": self.record.party.id,
                    "company": self.record.company.id,
                    "kind": "prerecorded" if voice else asked.channel,
                    "made_at": instants.naive(at),
                    "employee": Transaction().context.get("employee"),
                    "reached": bool(self.answer.reached),
                    "note": self.answer.note,
                    "key": key,
                }
            ]
        )
        return "end"
