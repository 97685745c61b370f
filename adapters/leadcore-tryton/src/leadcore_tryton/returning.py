"""May this lead be returned? The request, its wizard, and what the seller answered."""

from __future__ import annotations

from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Unique, Workflow, fields
from trytond.model.exceptions import AccessError
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction, check_access, without_check_access
from trytond.wizard import Button, StateTransition, StateView, Wizard

from leadcore import refunds
from leadcore.decisions import Verdict
from leadcore.errors import Malformed, WrongState
from leadcore.submissions import LeadKind

from . import facts, instants
from .exceptions import NotSold, ReturnRefused, sentences

__all__ = ["Request", "RequestReturn", "Return", "Window"]

_OPEN = {"readonly": Eval("state") != "requested"}


class Return(Workflow, ModelSQL, ModelView):
    """A request to return a lead."""

    __name__ = "leadcore.return"
    opportunity = fields.Many2One(
        "sale.opportunity", "Opportunity", required=True, readonly=True, ondelete="RESTRICT"
    )
    reason = fields.Selection("reasons", "Reason", required=True, readonly=True)
    detail = fields.Text("Description", required=True, readonly=True)
    other = fields.Many2One("sale.opportunity", "Other Lead", readonly=True)
    requested_at = fields.Timestamp("Requested at", required=True, readonly=True)
    employee = fields.Many2One("company.employee", "Requested by", readonly=True)
    expected_from = fields.Date("Answer expected from", readonly=True)
    expected_to = fields.Date("to", readonly=True)
    note = fields.Text("Note", states=_OPEN, help="The seller's words.")
    decided_at = fields.Timestamp("Answered at", readonly=True)
    ordinal = fields.Integer("Number", required=True, readonly=True)
    key = fields.Char("Key", readonly=True, help="What is sent twice is kept once.")
    state = fields.Selection(
        [("requested", "Requested"), ("approved", "Approved"), ("declined", "Declined")],
        "State",
        required=True,
        readonly=True,
        sort=False,
    )

    @classmethod
    def __setup__(cls):
        """Let returns be seen by whoever sees the opportunity, and numbered once each."""
        super().__setup__()
        cls.__access__.add("opportunity")
        table = cls.__table__()
        cls._order = [("requested_at", "DESC"), ("id", "DESC")]
        cls._sql_constraints += [
            ("key_unique", Unique(table, table.key), "leadcore.msg_twice"),
            ("once", Unique(table, table.opportunity, table.ordinal), "leadcore.msg_twice"),
        ]
        cls._sql_indexes.add(Index(table, (table.opportunity, Index.Range())))
        cls._transitions |= {("requested", "approved"), ("requested", "declined")}
        open_only = {"invisible": Eval("state") != "requested", "depends": ["state"]}
        cls._buttons.update(approve=open_only, decline=open_only)

    @staticmethod
    def default_state():
        """Give where every request begins."""
        return "requested"

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

    @classmethod
    def check_modification(cls, mode, returns, values=None, external=False):  # noqa: FBT002 - the host's signature
        """Take requests from the wizard only, which asks the rules; and delete none."""
        super().check_modification(mode, returns, values=values, external=external)
        if returns and (mode == "delete" or (mode == "create" and external)):
            raise AccessError(gettext("leadcore.msg_kept", **cls.__names__()))

    @classmethod
    @ModelView.button
    @Workflow.transition("approved")
    def approve(cls, returns):
        """Record that the seller took the lead back: it leaves whoever worked on it."""
        Opportunity = Pool().get("sale.opportunity")  # noqa: N806 - the host's models are classes
        for each in returns:
            live = each.opportunity.lead_kind == LeadKind.LIVE_CALL.value
            basis = refunds.Basis.RECORDING if live else refunds.Basis.PERSON_SAID
            by, note = _by(), each.note or ""
            each.answer(refunds.ApproveRefund(by=by, note=note, basis=basis))
        with without_check_access():
            leads = [each.opportunity for each in returns]
            Opportunity.cancel([one for one in leads if one.state in {"lead", "opportunity"}])
            Opportunity.write(leads, {"employee": None})

    @classmethod
    @ModelView.button
    @Workflow.transition("declined")
    def decline(cls, returns):
        """Record that the seller declined; the lead stays, and the reason is told."""
        for each in returns:
            each.answer(refunds.DeclineRefund(by=_by(), note=each.note or ""))

    def answer(self, command):
        """Ask the core whether the seller's answer fits the request, and keep when it came."""
        at = instants.now()
        try:
            refunds.decide(command, facts.refund_of(self), at)
        except (WrongState, Malformed) as error:
            raise ReturnRefused(gettext("leadcore.msg_no_answer"), str(error)) from error
        self.decided_at = instants.naive(at)
        self.save()


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
        if not self.opportunity:
            return Pool().get("leadcore.return").reasons()
        kind, area = LeadKind(self.opportunity.lead_kind), self.opportunity.area or None
        listed = facts.terms_of(self.opportunity.company).reasons
        found = refunds.reasons_for(kind, area, reasons=listed)
        return [(each.code, each.label) for each in found]


class Window(ModelView):
    """What came of the request."""

    __name__ = "leadcore.request_return.done"
    request = fields.Many2One("leadcore.return", "Return", readonly=True)
    expected_from = fields.Date("Answer expected from", readonly=True)
    expected_to = fields.Date("to", readonly=True)


class RequestReturn(Wizard):
    """Asks for the return of a lead; the rules of the window and the reasons decide."""

    __name__ = "leadcore.request_return"
    start_state = "ask"
    ask = StateView(
        "leadcore.request_return.ask",
        "leadcore.request_return_ask_view_form",
        [
            Button("Cancel", "end", "tryton-cancel"),
            Button("Request Return", "request", "tryton-ok", default=True),
        ],
    )
    request = StateTransition()
    done = StateView(
        "leadcore.request_return.done",
        "leadcore.request_return_done_view_form",
        [Button("Close", "end", "tryton-close", default=True)],
    )

    def default_ask(self, _fields):
        """Give the window."""
        span = refunds.window(facts.terms_of(self.record.company), self.sold_at())
        return {
            "opportunity": self.record.id,
            "opens_at": instants.naive(span.opens_at),
            "closes_at": instants.naive(span.closes_at),
        }

    def sold_at(self):
        """Give the instant of sale; without one nothing can be returned."""
        if not self.record.sold_at:
            raise NotSold(gettext("leadcore.msg_not_sold", opportunity=self.record.rec_name))
        return instants.aware(self.record.sold_at)

    def transition_request(self):
        """Make the request, once however often it is sent; refuse it with every reason."""
        pool = Pool()
        Return = pool.get("leadcore.return")  # noqa: N806 - the host's models are classes
        key = f"wizard/{self._session_id}"
        if Return.search([("key", "=", key)], limit=1):
            return "done"
        # Of two requests for one lead the second waits, runs again and sees the first.
        pool.get("sale.opportunity").lock([self.record])
        at, asked = instants.now(), self.ask
        self.require(at)
        expected = refunds.verification_dates(facts.terms_of(self.record.company), at)
        Return.create(
            [
                {
                    "opportunity": self.record.id,
                    "reason": asked.reason,
                    "detail": asked.detail,
                    "other": asked.other.id if asked.other else None,
                    "requested_at": instants.naive(at),
                    "employee": Transaction().context.get("employee"),
                    "expected_from": expected.earliest,
                    "expected_to": expected.latest,
                    "ordinal": len(self.record.returns) + 1,
                    "key": key,
                    "state": "requested",
                }
            ]
        )
        return "done"

    def require(self, at):
        """Refuse, unless the rules permit the return at an instant."""
        asked, terms = self.ask, facts.terms_of(self.record.company)
        sold = self.sold_at()
        self.see(asked.other)
        question = refunds.RefundQuestion(
            reason=asked.reason or "",
            detail=asked.detail or "",
            other_lead=str(asked.other.id) if asked.other else None,
        )
        known = facts.refund_facts(self.record, terms, at)
        decision = refunds.assess(question, known, at=at, rules=terms)
        if decision.verdict is Verdict.DENIED:
            span = refunds.window(terms, sold)
            raise ReturnRefused(
                gettext(
                    "leadcore.msg_return_refused",
                    opportunity=self.record.rec_name,
                    opens=instants.shown(span.opens_at),
                    closes=instants.shown(span.closes_at),
                    asked=instants.shown(at),
                ),
                sentences(decision.determining),
            )

    def see(self, other):
        """Refuse to name a lead that the user may not see, or the same one."""
        if other is None:
            return
        if other == self.record:
            raise ReturnRefused(gettext("leadcore.msg_other_is_same"))
        # Wizards run without the host's record rules; what the user names is looked at with them.
        with check_access():
            Pool().get("sale.opportunity").read([other.id], ["id"])

    def default_done(self, _fields):
        """Give when an answer is to be expected."""
        Return = Pool().get("leadcore.return")  # noqa: N806 - the host's models are classes
        (made,) = Return.search([("key", "=", f"wizard/{self._session_id}")])
        return {
            "request": made.id,
            "expected_from": made.expected_from,
            "expected_to": made.expected_to,
        }
