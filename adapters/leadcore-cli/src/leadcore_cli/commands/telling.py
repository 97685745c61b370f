"""The demo: the main job told as a story, on files and people it brings along."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer
from attrs import evolve as replace
from attrs import frozen
from rich.markup import escape

from leadcore import back_office as bo
from leadcore import refunds
from leadcore.accounts import OpenAccount, SellerTerms, prepaid_account
from leadcore.contact import Initiation
from leadcore.downline import Tree, scope
from leadcore.errors import Malformed, Refused
from leadcore.intervals import local_instant, to_local
from leadcore.leads import Lead, LeadStatus
from leadcore.orders import OpenOrder, OrderTerms
from leadcore.people import AddUser, Profile
from leadcore.ports import LeadQuery
from leadcore.submissions import Channel
from leadcore.values import (
    AccountId,
    LeadId,
    Money,
    OrderId,
    RefundId,
    SaleId,
    SellerId,
    UserId,
)
from leadcore_cli import show
from leadcore_cli.commands.importing import import_records
from leadcore_cli.context import fresh_id, now, open_store
from leadcore_intake import Options, read_file
from leadcore_sqlalchemy import SqlStore, upgrade

__all__ = ["DATABASE", "register"]

DATABASE = "leadcore-demo.db"
"""The demo's own file; the only one it ever replaces."""

SELLER = SellerId("demo")
ZONE = "America/New_York"
_EARLY = "partner_adf.xml"
_FILES = (_EARLY, "google_leads.json", "meta_export.csv", "web_forms.csv", "hubspot_post.json")
_ACCOUNTS = (("north", "North Legal Group", 30_000), ("south", "South Law Partners", 15_000))
_USERS = (
    ("ada", "north", None, "Ada Reyes", True),
    ("ben", "north", "ada", "Ben Ito", False),
    ("cleo", "north", "ben", "Cleo Marsh", False),
    ("dan", "south", None, "Dan Osei", False),
)
_ORDERS = (("north-ada", "ada", 1), ("north-cleo", "cleo", 1), ("south-dan", "dan", 2))
_PRICE = 2_500


def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo's database is put.")] = Path(),
) -> None:
    """Tell the main job from start to end: files, sales, contact, returns, balances."""
    path = folder / DATABASE
    _clear(path)
    database = f"sqlite:///{path}"
    store = open_store(database)
    upgrade(store.engine)
    _Story(store=store, today=now().replace(microsecond=0)).tell()
    store.engine.dispose()
    show.console.print("\n[bold]Look further[/] (the demo's records stay in that file):")
    for words in ("leads", "leads --as ada", "refund list", "statement north", "accounts", "audit"):
        show.console.print(f"  leadcore {words} --db {escape(database)}")


def _clear(path: Path) -> None:
    if not path.exists():
        return
    store = open_store(f"sqlite:///{path}")
    upgrade(store.engine)
    strangers = [seller.id for seller in store.sellers() if seller.id != SELLER]
    store.engine.dispose()
    if strangers:
        raise Malformed.at(str(path), f"holds the records of {strangers[0]}; it is not the demo's")
    for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        name.unlink(missing_ok=True)
    show.console.print("[dim]The demo ran here before; its records are made anew.[/]")


@frozen(kw_only=True)
class _Story:
    store: SqlStore
    today: datetime

    @property
    def last_week(self) -> datetime:
        return self.today - timedelta(days=6)

    def tell(self) -> None:
        """Tell every chapter."""
        self._people()
        self._sales()
        held = self._held()
        self._visibility(held)
        self._contact(held)
        self._returns(held)
        self._sums()

    # -------------------------------------------------------------------------- the chapters

    def _people(self) -> None:
        _chapter("1. A seller, two accounts that pay before they buy, and a downline")
        at = self.last_week
        terms = SellerTerms(name="Counsel Leads", zone=ZONE)
        self.store.run(bo.SetSellerTerms(seller_id=SELLER, terms=terms, at=at))
        for key, name, cents in _ACCOUNTS:
            self._open_account(AccountId(key), name, cents, at)
        for user, account, above, name, downline in _USERS:
            self._add_user(user, account, above, name, at, downline=downline)
        for order, user, weight in _ORDERS:
            self._open_order(order, user, weight, at)
        _say("Ada of North may see her downline: Ben, and Cleo below Ben. Dan works for South.")
        _say("Each lead costs $25.00. North has two orders of weight 1, South one of weight 2.")

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
        _say(f"{name} ({key}) pays in {show.money(amount)}.")

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
        _chapter("2. Leads from files of five formats, sold fairly as they come")
        for number, name in enumerate(_FILES):
            early = name == _EARLY
            at = self.last_week if early else self.today - timedelta(hours=26 - number)
            self._import(name, at)
        shares = ", ".join(
            f"{order.id} {standing.sold}" for order, standing in self.store.orders(SELLER)
        )
        _say(f"Sold by order: {shares} — everybody within one lead of their share.")
        _say(f"{len(self.store.messages(1000))} messages wait: confirmations and courtesy notices.")

    def _import(self, name: str, at: datetime) -> None:
        when = show.instant(at)
        with as_file(files("leadcore_cli") / "demo_data" / name) as path:
            records = read_file(path, options=Options(vertical="legal", zone=ZONE))
            tallies = list(import_records(self.store, SELLER, records, at=at, keep=True))
        for tally in tallies:
            counts = tally.counts
            words = ", ".join(
                f"{counts[key]} {text}"
                for key, text in (
                    ("sold", "sold"),
                    ("unsold", "without a buyer"),
                    ("test", "test, not sold"),
                    ("refused", "refused"),
                    ("malformed", "unreadable"),
                )
                if counts[key]
            )
            show.console.print(f"  [cyan]{name:<18}[/] {when}  {words}")
            for _, answer in tally.receptions:
                if answer.outcome is bo.Received.REFUSED:
                    _aside(f"{_name(answer.lead)} asked before; the first provider gets a note.")
            for record in tally.malformed:
                _aside(str(record.problems[0]))

    def _held(self) -> tuple[Lead, ...]:
        query = LeadQuery(seller_id=SELLER, statuses=frozenset({LeadStatus.SOLD}), limit=100)
        return tuple(reversed(self.store.leads(query)))

    def _visibility(self, held: tuple[Lead, ...]) -> None:
        _chapter("3. Who sees what")
        for key, *_ in _USERS:
            user = self.store.user(UserId(key))
            if user is None:
                continue
            tree = Tree.of(self.store.users(user.account_id))
            query = LeadQuery(seller_id=SELLER, scope=scope(user, tree), limit=100)
            seen = {lead.id for lead in self.store.leads(query)}
            owners = sorted({lead.assigned_to or "" for lead in held if lead.id in seen})
            whose = f"of {', '.join(owners)}" if owners else "none yet"
            show.console.print(f"  {key:<5} sees {len(seen)} leads, {whose}")

    def _contact(self, held: tuple[Lead, ...]) -> None:
        _chapter("4. Who may be contacted, how, and why not")
        noon = local_instant(_weekday(to_local(self.today, ZONE).date()), time(12), ZONE)
        late = noon + timedelta(hours=9, minutes=30)
        _say("The do-not-call registry copy is of that morning, and none of them is on it.")
        with_consent = next((lead for lead in held if lead.submission.tcpa.value == "yes"), held[0])
        without = next((lead for lead in held if lead.submission.tcpa.value == "no"), held[0])
        call = bo.LeadContact(
            listed=False, scrubbed_on=noon.date(), declared_emergencies=frozenset()
        )
        text = replace(call, channel=Channel.TEXT)
        dialled = replace(call, initiation=Initiation.AUTODIALED)
        for lead, asked, at, what in (
            (with_consent, call, noon, "a live call at noon"),
            (with_consent, call, late, "a live call at 9:30 p.m."),
            (with_consent, text, noon, "a text as the first contact"),
            (with_consent, dialled, noon, "an autodialled call"),
            (without, text, noon, "a text, though TCPA says no"),
        ):
            self._ask(lead, asked, at, what)
        _aside("Rules as data with citations and dates; no legal advice.")

    def _ask(self, lead: Lead, asked: bo.LeadContact, at: datetime, what: str) -> None:
        decision = bo.assess_lead(lead, asked, at=at)
        place = lead.submission.address.state or "state unknown"
        show.console.print(f"  {escape(_name(lead))} ({place}), {what}: {show.verdict(decision)}")
        for finding in decision.determining if decision.rules else ():
            _aside(f"{finding.rule}: {finding.sentence}")
        if decision.rules and decision.next_permitted_at not in {None, decision.at}:
            _aside(f"next permitted: {show.instant(decision.next_permitted_at)}")

    def _returns(self, held: tuple[Lead, ...]) -> None:
        _chapter("5. Returns: five 24-hour periods from the exact instant of sale")
        old = next(lead for lead in held if lead.received_at == self.last_week)
        new = next(lead for lead in held if lead.received_at > self.last_week)
        try:
            self._request(old)
        except Refused as refused:
            show.console.print(f"  {escape(_name(old))}, sold six days ago: [red]refused[/]")
            for finding in refused.decision.determining:
                _aside(f"{finding.rule}: {finding.sentence}")
        asked = self._request(new)
        show.console.print(f"  {escape(_name(new))}, sold yesterday: [green]taken[/]")
        _aside(
            f"an answer is to be expected from {asked.expected.earliest} to {asked.expected.latest}"
        )
        self._decide(asked.id, refunds.StartVerification(by="vera"))
        approval = refunds.ApproveRefund(
            by="vera", note="The person confirmed it.", basis=refunds.Basis.PERSON_SAID
        )
        self._decide(asked.id, approval)
        self._balance_of(new, "approved; the lead leaves the account")
        resold = self._resell(new)
        self._never_back(new, resold)
        self._reversal(asked, new, resold)

    def _request(self, lead: Lead) -> refunds.Refund:
        return self.store.run(
            bo.RequestRefund(
                refund_id=RefundId(fresh_id(self.today)),
                lead_id=lead.id,
                user_id=lead.assigned_to or UserId(""),
                reason="wrong_number",
                detail="Somebody else answers; never heard of the person.",
                at=self.today,
            )
        )

    def _decide(self, refund_id: RefundId, command: refunds.RefundCommand) -> refunds.Refund:
        return self.store.run(bo.DecideRefund(refund_id=refund_id, command=command, at=self.today))

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
        show.console.print(f"  Offered again as a new lead: {buyer} gets it, never {former}.")
        for offer in new.offers:
            _aside(f"{offer.order_id}: {offer.reason.value.replace('_', ' ')}")

    def _reversal(self, asked: refunds.Refund, lead: Lead, resold: Lead) -> None:
        reversal = refunds.ReverseRefund(by="vera", note="Became a member after all.")
        try:
            self._decide(asked.id, reversal)
        except Refused as refused:
            show.console.print("  Taking that refund back now: [red]refused[/]")
            for finding in refused.decision.determining:
                _aside(f"{finding.rule}: {finding.sentence}")
        others = (each for each in self._held() if each.id not in {lead.id, resold.id})
        second = next(each for each in others if each.received_at > self.last_week)
        again = self._request(second)
        approval = refunds.ApproveRefund(
            by="vera", note="A wrong number.", basis=refunds.Basis.PERSON_SAID
        )
        self._decide(again.id, approval)
        self._balance_of(second, f"{_name(second)} returned and credited")
        self._decide(again.id, reversal)
        self._balance_of(second, "the person became a member: charged again, the lead is back")

    def _balance_of(self, lead: Lead, what: str) -> None:
        account = lead.sale.account_id if lead.sale else AccountId("")
        held = self.store.balance(prepaid_account(account)).posted
        show.console.print(f"  {account}: {show.money(Money(held, 'USD'))} — {escape(what)}")

    def _sums(self) -> None:
        _chapter("6. Balances that add up")
        for account in self.store.accounts(SELLER):
            lines = self.store.statement(prepaid_account(account.id))
            total = sum(line.entry.amount for line in lines)
            held = self.store.balance(prepaid_account(account.id)).posted
            agree = "=" if total == held else "[red]is not[/]"
            show.console.print(
                f"  {account.id:<6} {len(lines):>2} lines sum to {show.money(Money(total, 'USD'))} "
                f"{agree} balance {show.money(Money(held, 'USD'))}"
            )
        found = self.store.audit()
        for sentence in found:
            show.console.print(f"  [red]{escape(sentence)}[/]")
        if found:
            raise typer.Exit(1)
        show.console.print(
            "  [green]The journal folds to the rows, the entries to the balances.[/]"
        )


def _weekday(today: date) -> date:
    # The last day that is neither a weekend nor today, so that the story reads the same every day.
    day = today - timedelta(days=1)
    while day.weekday() > 4:  # noqa: PLR2004 - Saturday and Sunday
        day -= timedelta(days=1)
    return day


def _name(lead: Lead) -> str:
    return lead.submission.name.display or lead.id


def _chapter(title: str) -> None:
    show.console.print(f"\n[bold]{escape(title)}[/]")


def _say(sentence: str) -> None:
    show.console.print(f"  {escape(sentence)}")


def _aside(sentence: str) -> None:
    show.console.print(f"      [dim]{escape(sentence)}[/]")


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(demo)
