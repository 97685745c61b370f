"""The story the demo tells: five kinds of files, fair sales, contact, returns, sums."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import typer
from attrs import evolve as replace
from attrs import frozen

from leadcore import back_office as bo
from leadcore import refunds
from leadcore.accounts import OpenAccount, SellerTerms, prepaid_account
from leadcore.business_days import is_business_day
from leadcore.contact import Initiation
from leadcore.downline import Tree, scope
from leadcore.errors import Refused
from leadcore.intervals import local_instant, to_local
from leadcore.leads import Lead, LeadStatus
from leadcore.orders import OpenOrder, OrderTerms
from leadcore.people import AddUser, Profile
from leadcore.ports import LeadQuery, Store
from leadcore.submissions import Channel
from leadcore.values import AccountId, LeadId, Money, OrderId, RefundId, SaleId, SellerId, UserId
from leadcore_cli import show
from leadcore_cli.commands.importing import import_records, summary
from leadcore_cli.context import fresh_id
from leadcore_cli.voice import Voice
from leadcore_intake import Options, read_file

if TYPE_CHECKING:
    from leadcore.decisions import Decision

__all__ = ["SELLER", "Story"]

SELLER = SellerId("demo")
"""The seller of the story."""

_ZONE = "America/New_York"
_EARLY = "partner_adf.xml"
_FILES = (
    (_EARLY, "ADF/XML from a partner"),
    ("google_leads.json", "Google lead forms"),
    ("meta_export.csv", "a Meta export"),
    ("web_forms.csv", "the seller's own web form"),
    ("hubspot_post.json", "a HubSpot form"),
)
_ACCOUNTS = (("north", "North Legal Group", 30_000), ("south", "South Law Partners", 15_000))
_USERS = (
    ("ada", "north", None, "Ada Reyes", True),
    ("ben", "north", "ada", "Ben Ito", False),
    ("cleo", "north", "ben", "Cleo Marsh", False),
    ("dan", "south", None, "Dan Osei", False),
)
_ORDERS = (("north-ada", "ada", 1), ("north-cleo", "cleo", 1), ("south-dan", "dan", 2))
_PRICE = 2_500
_COLOURS = {"permitted": "green", "warn": "yellow", "denied": "red"}


@frozen(kw_only=True)
class Story:
    """The whole story, told once on an empty store.

    Attributes:
        store: where its records are kept.
        today: the instant it is told at; the first leads came six days earlier.
        voice: how it is told.
    """

    store: Store
    today: datetime
    voice: Voice

    @property
    def last_week(self) -> datetime:
        """When the first leads came: too long ago to return one."""
        return self.today - timedelta(days=6)

    def tell(self) -> None:
        """Tell every chapter.

        Raises:
            typer.Exit: the sums were wrong; with 1.
        """
        self._people()
        self._sales()
        held = self._held()
        self._visibility(held)
        self._contact(held)
        self._returns(held)
        self._sums()

    # -------------------------------------------------------------------------- the chapters

    def _people(self) -> None:
        self.voice.chapter("1. Who is who: a seller, two accounts that pay first, a downline")
        at = self.last_week
        terms = SellerTerms(name="Counsel Leads", zone=_ZONE)
        self.store.run(bo.SetSellerTerms(seller_id=SELLER, terms=terms, at=at))
        self.voice.say("Counsel Leads sells the requests of people who look for a lawyer.")
        for key, name, cents in _ACCOUNTS:
            self._open_account(AccountId(key), name, cents, at)
        for user, account, above, name, downline in _USERS:
            self._add_user(user, account, above, name, at, downline=downline)
        for order, user, weight in _ORDERS:
            self._open_order(order, user, weight, at)
        self.voice.say(
            "At North, Ben stands below Ada, and Cleo below Ben; Ada may view her downline. "
            "Dan works for South."
        )

    def _open_account(self, key: AccountId, name: str, cents: int, at: datetime) -> None:
        command = OpenAccount(account_id=key, seller_id=SELLER, name=name, currency="USD")
        self.store.run(bo.KeepAccount(seller_id=SELLER, account_id=key, command=command, at=at))
        amount = Money(cents, "USD")
        self.store.run(
            bo.Fund(
                seller_id=SELLER,
                account_id=key,
                key="first-payment",
                amount=amount,
                actor="demo",
                at=at,
            )
        )
        self.voice.say(f"{name} (account {key}) pays in {show.money(amount)}.")

    def _add_user(
        self, user: str, account: str, above: str | None, name: str, at: datetime, *, downline: bool
    ) -> None:
        profile = Profile(
            name=name,
            email=f"{user}@example.com",
            cell="+12125550199",
            phone="+12125550198",
            view_downline=downline,
        )
        command = AddUser(
            user_id=UserId(user),
            seller_id=SELLER,
            account_id=AccountId(account),
            parent_id=UserId(above) if above else None,
            profile=profile,
        )
        self.store.run(
            bo.KeepUser(user_id=UserId(user), account_id=AccountId(account), command=command, at=at)
        )

    def _open_order(self, order: str, user: str, weight: int, at: datetime) -> None:
        account = AccountId(next(home for key, home, *_ in _USERS if key == user))
        terms = OrderTerms(
            user_id=UserId(user), price=Money(_PRICE, "USD"), quantity=10, weight=weight
        )
        command = OpenOrder(
            order_id=OrderId(order), seller_id=SELLER, account_id=account, terms=terms
        )
        self.store.run(
            bo.KeepOrder(order_id=OrderId(order), account_id=account, command=command, at=at)
        )

    def _sales(self) -> None:
        self.voice.chapter("2. Leads from files of five formats, sold fairly as they come")
        self.voice.say(
            f"Each costs {show.money(Money(_PRICE, 'USD'))}. Ada and Cleo of North have an order "
            "of weight 1 each, Dan of South one of weight 2."
        )
        for number, (name, what) in enumerate(_FILES):
            at = self.last_week if name == _EARLY else self.today - timedelta(hours=26 - number)
            self._import(name, what, at)
        shares = ", ".join(
            f"{order.terms.user_id} {standing.sold}"
            for order, standing in self.store.orders(SELLER)
        )
        self.voice.say(f"Sold: {shares}. Everybody is within one lead of a fair share.")
        waiting = len(self.store.messages(1000))
        self.voice.say(f"{waiting} messages wait: confirmations to people, notices to associates.")

    def _import(self, name: str, what: str, at: datetime) -> None:
        with as_file(files("leadcore_cli") / "demo_data" / name) as path:
            records = read_file(path, options=Options(vertical="legal", zone=_ZONE))
            for tally in import_records(self.store, SELLER, records, at=at):
                self.voice.say(f"{show.instant(at)}  {name}, {what}: {summary(tally.counts)}")
                for record, answer in tally.latest:
                    if answer is None:
                        self.voice.aside(str(record.problems[0]))
                    elif answer.outcome is bo.Received.REFUSED:
                        self.voice.aside(
                            f"{_name(answer.lead)} asked before: not sold twice; who has the lead "
                            "gets a note."
                        )

    def _held(self) -> tuple[Lead, ...]:
        query = LeadQuery(seller_id=SELLER, statuses=frozenset({LeadStatus.SOLD}), limit=100)
        return tuple(reversed(self.store.leads(query)))

    def _visibility(self, held: tuple[Lead, ...]) -> None:
        self.voice.chapter("3. Who sees what: down the tree, never up, sideways or across accounts")
        for key, _, _, name, downline in _USERS:
            seen = self._seen_by(UserId(key))
            owners = sorted({lead.assigned_to or "" for lead in held if lead.id in seen})
            may = " (View Downline)" if downline else ""
            if owners:
                self.voice.say(f"{name}{may} sees {len(seen)} leads, of {' and '.join(owners)}.")
            else:
                self.voice.say(f"{name}{may} sees none: there are no own ones, nor View Downline.")

    def _seen_by(self, user_id: UserId) -> set[LeadId]:
        user = self.store.user(user_id)
        if user is None:
            return set()
        tree = Tree.of(self.store.users(user.account_id))
        query = LeadQuery(seller_id=SELLER, scope=scope(user, tree), limit=100)
        return {lead.id for lead in self.store.leads(query)}

    def _contact(self, held: tuple[Lead, ...]) -> None:
        self.voice.chapter("4. Who may be contacted, how, and why not")
        noon = local_instant(_working_day(to_local(self.today, _ZONE).date()), time(12), _ZONE)
        late = noon + timedelta(hours=9, minutes=30)
        self.voice.say(
            "Looked up that morning: none of them is on the do-not-call registry, and no state "
            "has declared an emergency. Noon and evening are New York's."
        )
        with_consent = next(lead for lead in held if lead.submission.tcpa.value == "yes")
        without = next(lead for lead in held if lead.submission.tcpa.value == "no")
        call = bo.LeadContact(
            listed=False, scrubbed_on=noon.date(), declared_emergencies=frozenset()
        )
        text = replace(call, channel=Channel.TEXT)
        dialled = replace(call, initiation=Initiation.AUTODIALED)
        for lead, asked, at, what in (
            (with_consent, call, noon, "a live call at noon:"),
            (with_consent, call, late, "a live call at 9:30 p.m.:"),
            (with_consent, text, noon, "a text as the first contact:"),
            (with_consent, dialled, noon, "an autodialled call:"),
            (without, text, noon, "who did not agree to texts, a text:"),
        ):
            place = lead.submission.address.state or "state unknown"
            decision = bo.assess_lead(lead, asked, at=at)
            self._decided(f"{_name(lead)} ({place}), {what}", decision)
        self.voice.aside("The rules are data with citations and dates. They are no legal advice.")

    def _decided(self, sentence: str, decision: Decision, outcome: str | None = None) -> None:
        verdict = decision.verdict.value
        self.voice.say(sentence, colour=_COLOURS[verdict], outcome=outcome or verdict)
        for finding in decision.determining if decision.rules else ():
            self.voice.aside(f"{finding.rule}: {finding.sentence}")
        if decision.rules and decision.next_permitted_at not in {None, decision.at}:
            self.voice.aside(f"next permitted: {show.instant(decision.next_permitted_at)}")

    def _returns(self, held: tuple[Lead, ...]) -> None:
        self.voice.chapter("5. Returns: five 24-hour periods from the exact instant of sale")
        old = next(lead for lead in held if lead.received_at == self.last_week)
        new = next(lead for lead in held if lead.received_at > self.last_week)
        try:
            self._request(old)
        except Refused as refused:
            self._decided(f"{_name(old)}, sold six days ago:", refused.decision, "refused")
        asked = self._request(new)
        self.voice.say(f"{_name(new)}, sold yesterday:", colour="green", outcome="taken")
        self.voice.aside(f"reason: {asked.reason.replace('_', ' ')}. {asked.detail}")
        dates = asked.expected
        self.voice.aside(f"an answer is to be expected from {dates.earliest} to {dates.latest}")
        self._decide(asked.id, refunds.StartVerification(by="vera"))
        self._approve(asked.id, "The person confirmed it.")
        self.voice.say("Vera of the seller's staff calls, hears the same, and approves.")
        self._balance_of(new, "credited; the lead has left the account")
        resold = self._resell(new)
        self._never_back(new, resold)
        self._reversals(asked, new, resold)

    def _request(self, lead: Lead) -> refunds.Refund:
        return self.store.run(
            bo.RequestRefund(
                refund_id=RefundId(fresh_id(self.today)),
                lead_id=lead.id,
                user_id=lead.assigned_to or UserId(""),
                reason="wrong_category",
                detail="It turned out to be a tax matter.",
                at=self.today,
            )
        )

    def _decide(self, refund_id: RefundId, command: refunds.RefundCommand) -> refunds.Refund:
        return self.store.run(bo.DecideRefund(refund_id=refund_id, command=command, at=self.today))

    def _approve(self, refund_id: RefundId, note: str) -> None:
        basis = refunds.Basis.PERSON_SAID
        self._decide(refund_id, refunds.ApproveRefund(by="vera", note=note, basis=basis))

    def _resell(self, lead: Lead) -> Lead:
        return self.store.run(
            bo.ResellLead(
                seller_id=SELLER,
                lead_id=lead.id,
                new_lead_id=LeadId(fresh_id(self.today)),
                sale_id=SaleId(fresh_id(self.today)),
                at=self.today + timedelta(minutes=1),
            )
        ).lead

    def _never_back(self, old: Lead, new: Lead) -> None:
        former = old.sale.account_id if old.sale else ""
        buyer = new.sale.account_id if new.sale else "nobody"
        self.voice.say(
            f"{_name(new)} is offered anew: {buyer} gets the lead, never {former} again."
        )
        for offer in new.offers:
            self.voice.aside(f"{offer.order_id}: {offer.reason.value.replace('_', ' ')}")

    def _reversals(self, asked: refunds.Refund, lead: Lead, resold: Lead) -> None:
        reversal = refunds.ReverseRefund(by="vera", note="Became a client after all.")
        try:
            self._decide(asked.id, reversal)
        except Refused as refused:
            self._decided("Could that refund still be taken back?", refused.decision, "refused")
        others = (each for each in self._held() if each.id not in {lead.id, resold.id})
        second = next(each for each in others if each.received_at > self.last_week)
        again = self._request(second)
        self._approve(again.id, "Another category.")
        self.voice.say(f"{_name(second)} is returned too, and approved.")
        self._balance_of(second, "credited")
        self._decide(again.id, reversal)
        self.voice.say(
            f"Then {_name(second)} becomes Dan's client after all: the refund is reversed."
        )
        self._balance_of(second, "charged again, and the lead is back")

    def _balance_of(self, lead: Lead, what: str) -> None:
        account = lead.sale.account_id if lead.sale else AccountId("")
        held = self.store.balance(prepaid_account(account)).posted
        self.voice.aside(f"{account} now holds {show.money(Money(held, 'USD'))}: {what}")

    def _sums(self) -> None:
        self.voice.chapter("6. Balances that add up")
        for account in self.store.accounts(SELLER):
            lines = self.store.statement(prepaid_account(account.id))
            total = sum(line.entry.amount for line in lines)
            held = self.store.balance(prepaid_account(account.id)).posted
            agree = "=" if total == held else "is not"
            self.voice.say(
                f"{account.id}: {len(lines)} lines sum to {show.money(Money(total, 'USD'))} "
                f"{agree} balance {show.money(Money(held, 'USD'))}"
            )
        found = self.store.audit()
        for sentence in found:
            self.voice.say("Wrong:", colour="red", outcome=sentence)
        if found:
            raise typer.Exit(1)
        self.voice.say(
            "Everything again from the journal and the entries:", colour="green", outcome="the same"
        )


def _working_day(today: date) -> date:
    # No holiday, no weekend and never today, so that the story reads the same every day.
    day = today - timedelta(days=1)
    while not is_business_day(day):
        day -= timedelta(days=1)
    return day


def _name(lead: Lead) -> str:
    return lead.submission.name.display or lead.id
