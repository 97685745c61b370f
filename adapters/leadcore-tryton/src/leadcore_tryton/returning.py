"""May this lead be returned? The request, its wizard, and what the seller answered."""

from __future__ import annotations

import json

from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction, check_access
from trytond.wizard import Button, StateAction, StateTransition, StateView

from leadcore import host_leads, refunds, wire

from . import bridge
from .records import CANCEL, Kept, OfLead, Once

__all__ = ["Request", "RequestReturn", "Return"]

_WAITS = Eval("status") == "requested"


class Return(Kept, OfLead, ModelSQL, ModelView):
    """A request to return a lead; `kept` has it as the core wrote it, the columns what is shown."""

    __name__ = "leadcore.return"
    reason = fields.Selection("reasons", "Reason", required=True, readonly=True)
    detail = fields.Text("Description", required=True, readonly=True)
    other = fields.Many2One("sale.opportunity", "Other Lead", readonly=True)
    requested_at = fields.Timestamp("Requested at", required=True, readonly=True)
    expected__earliest = fields.Date("Answer expected from", readonly=True)
    expected__latest = fields.Date("to", readonly=True)
    note = fields.Text("Note", states={"readonly": ~_WAITS}, help="The seller's words.")
    basis = bridge.choice(refunds.Basis, "Rests on", states={"readonly": ~_WAITS})
    decided_at = fields.Timestamp("Answered at", readonly=True)
    status = bridge.choice(refunds.RefundStatus, "State", readonly=True)
    ordinal = fields.Integer("Number", required=True, readonly=True)
    kept = fields.Text("Kept", required=True, readonly=True)
    default_basis = bridge.usual("person_said")
    _allowed = ("create", "write")  # by the wizard, which asks the rules, and by the buttons

    @classmethod
    def __setup__(cls):
        """Let returns of a lead be numbered once each, and answered while they wait."""
        super().__setup__()
        table = cls.__table__()
        once = Unique(table, table.opportunity, table.ordinal)
        cls.opportunity.readonly = cls.employee.readonly = True
        cls._sql_constraints.append(("once", once, "leadcore.msg_twice"))
        waits = {"invisible": ~_WAITS, "depends": ["status"]}
        cls._buttons.update(approve=waits, decline=waits)

    @classmethod
    def terms(cls, company):
        """Give the terms: five 24-hour periods, months and days in the company's zone.

        Another module may extend it, for a seller whose terms differ.
        """
        usual = refunds.RefundTerms()
        return refunds.RefundTerms(zone=company.timezone or usual.zone)

    @staticmethod
    def reasons():
        """Give every reason there may be; the wizard offers those that hold for a lead."""
        return [(each.code, each.label) for each in refunds.REASONS]

    @property
    def refund(self):
        """The request as the core knows it."""
        return wire.load(refunds.Refund, json.loads(self.kept))

    @staticmethod
    def columns(refund):
        """Give what a row holds of a request."""
        return bridge.columns(refund, "leadcore.return") | {"kept": json.dumps(wire.dump(refund))}

    @classmethod
    @ModelView.button
    def approve(cls, returns):
        """Record that the seller took the lead back: it leaves whoever worked on it."""
        Opportunity = Pool().get("sale.opportunity")  # noqa: N806 - the host's models are classes
        for each in returns:
            each.answer(refunds.ApproveRefund, basis=refunds.Basis(each.basis))
        leads = [each.opportunity for each in returns]
        Opportunity.cancel([one for one in leads if one.state in {"lead", "opportunity"}])
        Opportunity.write(leads, {"employee": None})

    @classmethod
    @ModelView.button
    def decline(cls, returns):
        """Record that the seller declined; the lead stays, and the reason is told."""
        for each in returns:
            each.answer(refunds.DeclineRefund)

    def answer(self, command, **more):
        """Ask the core whether the seller's answer fits the request, and keep what came of it."""
        said = command(by=_by(), note=self.note or "", **more)
        with bridge.refusing("leadcore.msg_no_answer"):
            decided = host_leads.decide_return(said, self.refund, at=bridge.now())
        self.write([self], self.columns(decided))


def _by() -> str:
    return str(Transaction().context.get("employee") or f"user/{Transaction().user}")


class Request(ModelView):
    """What a return is asked for with."""

    __name__ = "leadcore.request_return.ask"
    opens_at = fields.Timestamp("Window from", readonly=True, help="In UTC, inclusive.")
    closes_at = fields.Timestamp("to", readonly=True, help="In UTC, inclusive.")
    opportunity = fields.Many2One("sale.opportunity", "Opportunity", readonly=True)
    reason = fields.Selection("reasons", "Reason", required=True)
    detail = fields.Text("Description", required=True, help="What was found, in words.")
    other = fields.Many2One(
        "sale.opportunity",
        "Other Lead",
        states={"invisible": Eval("reason") != "duplicate"},
        domain=[("id", "!=", Eval("opportunity", -1))],
    )

    @fields.depends("opportunity")
    def reasons(self):
        """Give the reasons a lead of this kind and area may be returned for."""
        lead = self.opportunity
        if not lead:
            return Pool().get("leadcore.return").reasons()
        found = host_leads.reasons_of(lead.told(), lead.return_terms)
        return [(each.code, each.label) for each in found]


class RequestReturn(Once):
    """Asks for the return of a lead; the rules of the window and the reasons decide."""

    __name__ = "leadcore.request_return"
    ask = StateView(
        "leadcore.request_return.ask",
        "leadcore.request_return_ask_view_form",
        [CANCEL, Button("Request Return", "request", "tryton-ok", default=True)],
    )
    request = StateTransition()
    done = StateAction("leadcore.act_returns")

    @property
    def window(self):
        """When the return may be asked for; without an instant of sale nothing can be returned."""
        if not self.record.sold_at:
            raise bridge.refusal("leadcore.msg_not_sold", opportunity=self.record.rec_name)
        return refunds.window(self.record.return_terms, bridge.aware(self.record.sold_at))

    def default_ask(self, _fields):
        """Give the window."""
        window = bridge.columns(self.window, "leadcore.request_return.ask")
        return window | {"opportunity": self.record.id}

    def transition_request(self):
        """Make the request, once however often it is sent; refuse it with every reason."""
        lead, other = self.record, self.ask.other
        if self.made("leadcore.return"):
            return "done"
        # Of two requests for one lead the second waits, runs again and sees the first.
        Pool().get("sale.opportunity").lock([lead])
        self.see(other)
        asked = self.asked(bridge.now(), other and str(other.id))
        row = {"other": other and other.id, "ordinal": len(lead.returns) + 1}
        self.make("leadcore.return", Pool().get("leadcore.return").columns(asked) | row)
        return "done"

    def asked(self, at, other):
        """Give the request as of an instant, unless the core refuses it."""
        record, window = self.record, bridge.columns(self.window, "leadcore.request_return.ask")
        instants = window | {"asked": bridge.naive(at)}
        known = {name: f"{value} UTC" for name, value in instants.items()}
        with bridge.refusing("leadcore.msg_return_refused", opportunity=record.rec_name, **known):
            question = bridge.told(refunds.RefundQuestion, self.ask, other_lead=other)
            told, terms = record.told(), record.return_terms
            return host_leads.request_return(told, question, by=_by(), at=at, terms=terms)

    def see(self, other):
        """Refuse to name a lead that the user may not see, or the same one."""
        if other == self.record:
            raise bridge.refusal("leadcore.msg_other_is_same")
        # Wizards run without the host's record rules; what the user names is looked at with them.
        with check_access():
            Pool().get("sale.opportunity").read([other.id] if other else [], ["id"])

    def do_done(self, action):
        """Show the request, and when an answer is to be expected."""
        action["views"].reverse()
        return action, {"res_id": [each.id for each in self.made("leadcore.return")]}
