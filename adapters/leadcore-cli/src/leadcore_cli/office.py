"""What the demo's portal shows beside the story: an office at work for seven weeks, with log-ins.

The story's accounts are left alone: the office is an account of its own, whose records were all
made before the story's own instant, and the seller's staff get a desk.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore import back_office as bo
from leadcore import refunds
from leadcore.accounts import OpenAccount, SellerTerms
from leadcore.appointments import AppointmentId, slot
from leadcore.contact_points import Record, RegistryLookup
from leadcore.files import FileId, measure
from leadcore.leads import AssignLead, AttemptOutcome, ContactAttempt, Lead, LogAttempt
from leadcore.logins import SetPassword, digest_of
from leadcore.orders import OpenOrder, OrderTerms, PauseOrder, ResumeOrder
from leadcore.people import AddUser, Profile
from leadcore.ports import FileKeeper, Store
from leadcore.submissions import Channel, LeadKind, Recording
from leadcore.values import (
    AccountId,
    LeadId,
    Money,
    OrderId,
    RefundId,
    SaleId,
    SellerId,
    UserId,
    time_ordered_id,
)
from leadcore_cli.office_books import Books
from leadcore_cli.office_leads import SECONDS, is_call, submission, tone

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["DESK", "HARBOR", "LOG_INS", "PASSWORD", "Office"]

HARBOR = AccountId("harbor")
DESK = AccountId("desk")
PASSWORD = "seven leads before breakfast"  # noqa: S105 - of the demo's people, on this machine alone
"""The password of everybody in the demo."""

_PEOPLE: tuple[tuple[str, AccountId, str | None, str, bool, bool], ...] = (
    ("nora", HARBOR, None, "Nora Quist", True, True),
    ("omar", HARBOR, "nora", "Omar Haddad", False, True),
    ("pia", HARBOR, "omar", "Pia Lindqvist", False, False),
    ("vera", DESK, None, "Vera Stone", True, False),
    ("sam", DESK, "vera", "Sam Okafor", False, False),
)
LOG_INS: tuple[tuple[str, str], ...] = (
    ("nora", "admin of Harbor Family Law"),
    ("omar", "associate at Harbor who sees the downline"),
    ("pia", "associate at Harbor, below Omar"),
    ("ada", "associate at North of the story"),
    ("vera", "manager at the seller's desk"),
    ("sam", "staff at the seller's desk"),
)
"""Whose log-in the demo tells, and what each is."""

_DAYS = 50
_LEADS = 56
_PRICES = {"omar": 4_500, "pia": 3_800}


@frozen(kw_only=True)
class Office:
    """Makes the office, once, behind the story.

    Attributes:
        store: where its records are kept.
        seller_id: the story's seller.
        today: the instant the story was told at; everything here happened before.
        encoded: the hash of `PASSWORD`.
        files: what keeps recordings and files; None: there are none.
    """

    store: Store
    seller_id: SellerId
    today: datetime
    encoded: str = field(repr=False)
    files: FileKeeper | None = None

    def open(self) -> None:
        """Make everything."""
        self._desk()
        self._orders_of_others(PauseOrder(), self.today - timedelta(minutes=9))
        self._account()
        leads = list(self._leads())
        self._orders_of_others(ResumeOrder(), self.today - timedelta(minutes=1))
        self._work(leads)
        self._look_ups(leads[-24:])
        self._appointments(leads)
        self._returns(leads)
        self._attach(leads)
        self._log_ins()
        Books(
            store=self.store,
            seller_id=self.seller_id,
            account_id=HARBOR,
            today=self.today,
            leads=tuple(leads),
        ).open()

    def _id(self, name: str, at: datetime) -> str:
        return time_ordered_id(at, entropy=hashlib.sha256(f"office {name}".encode()).digest())

    # ---------------------------------------------------------------------- who and what

    def _desk(self) -> None:
        at = self.today - timedelta(days=_DAYS + 5)
        seller = self.store.seller(self.seller_id)
        terms = seller.terms if seller else SellerTerms(name="Counsel Leads")
        told = replace(terms, desk=DESK)
        self.store.run(bo.SetSellerTerms(seller_id=self.seller_id, terms=told, at=self.today))
        for key, name in ((DESK, "Counsel Leads desk"), (HARBOR, "Harbor Family Law")):
            command = OpenAccount(
                account_id=key, seller_id=self.seller_id, name=name, currency=terms.currency
            )
            case = bo.KeepAccount(seller_id=self.seller_id, account_id=key, command=command, at=at)
            self.store.run(case)
        for user, account, above, called, admin, downline in _PEOPLE:
            profile = Profile(
                name=called,
                email=f"{user}@example.com",
                phone="+18135550100",
                admin=admin,
                view_downline=downline,
            )
            self._add(UserId(user), account, above, profile, at)

    def _add(
        self, user_id: UserId, account: AccountId, above: str | None, profile: Profile, at: datetime
    ) -> None:
        command = AddUser(
            user_id=user_id,
            seller_id=self.seller_id,
            account_id=account,
            parent_id=UserId(above) if above else None,
            profile=profile,
        )
        case = bo.KeepUser(user_id=user_id, account_id=account, command=command, at=at)
        self.store.run(case)

    def _orders_of_others(self, command: PauseOrder | ResumeOrder, at: datetime) -> None:
        # Only the office buys what is made here: the story's sums stay as they were told.
        for order, _ in self.store.orders(self.seller_id):
            if order.account_id != HARBOR:
                self.store.run(
                    bo.KeepOrder(
                        order_id=order.id, account_id=order.account_id, command=command, at=at
                    )
                )

    def _account(self) -> None:
        at = self.today - timedelta(days=_DAYS + 4)
        self.store.run(
            bo.Fund(
                seller_id=self.seller_id,
                account_id=HARBOR,
                key="harbor-first",
                amount=Money(300_000, "USD"),
                actor="demo",
                at=at,
            )
        )
        for user, cents in _PRICES.items():
            terms = OrderTerms(
                user_id=UserId(user), price=Money(cents, "USD"), quantity=60, weight=1
            )
            command = OpenOrder(
                order_id=OrderId(f"harbor-{user}"),
                seller_id=self.seller_id,
                account_id=HARBOR,
                terms=terms,
            )
            self.store.run(
                bo.KeepOrder(
                    order_id=OrderId(f"harbor-{user}"), account_id=HARBOR, command=command, at=at
                )
            )

    # ------------------------------------------------------------------------------ leads

    def _leads(self) -> Iterator[Lead]:
        for number in range(_LEADS):
            # More of them lately, as in a business that grows; a handful in the last days.
            back = _DAYS * 24 * (1 - number / _LEADS) ** 1.3
            at = self.today - timedelta(hours=back, minutes=37 * (number % 5) + 21)
            received = bo.ReceiveLead(
                seller_id=self.seller_id,
                lead_id=LeadId(self._id(f"lead {number}", at)),
                sale_id=SaleId(self._id(f"sale {number}", at)),
                source_key=f"office:{number}",
                submission=submission(number, at, self._recording(number)),
                at=at,
            )
            yield self.store.run(received).lead

    def _recording(self, number: int) -> Recording | None:
        if not is_call(number):
            return None
        sound = tone(220 + 20 * (number % 8))
        told = measure(iter((sound,)))
        if self.files is not None:
            self.files.put(iter((sound,)), key=told.sha256, size=told.size)
        return Recording(reference=told.sha256, seconds=SECONDS, announced=True)

    # ----------------------------------------------------------------------- what is done

    def _work(self, leads: list[Lead]) -> None:
        outcomes = (AttemptOutcome.NO_ANSWER, AttemptOutcome.VOICEMAIL, AttemptOutcome.REACHED)
        for number, lead in enumerate(leads):
            if lead.sale is None or number % 9 == 8:  # noqa: PLR2004 - one in nine nobody tried
                continue
            for turn in range(1 + number % 3):
                at = lead.sale.sold_at + timedelta(minutes=25 + 13 * number % 400, hours=30 * turn)
                if at < self.today:
                    self._tried(lead, outcomes[(number + turn) % 3], at)
        for lead in leads[10:13]:
            command = AssignLead(user_id=UserId("pia"), by=UserId("nora"))
            self._do(lead, command, self.today - timedelta(hours=20))

    def _look_ups(self, leads: list[Lead]) -> None:
        # One in four is on the registry, one in six was never looked up.
        at = self.today - timedelta(hours=4)
        for number, lead in enumerate(leads):
            if lead.submission.phone is None or number % 6 == 5:  # noqa: PLR2004 - see above
                continue
            fact = RegistryLookup(at=at, listed=number % 4 == 1, scrubbed_on=at.date())
            self.store.run(
                bo.KeepContactPoint(
                    seller_id=self.seller_id,
                    address=lead.submission.phone,
                    command=Record(fact=fact, by="desk"),
                    at=at,
                )
            )

    def _tried(self, lead: Lead, outcome: AttemptOutcome, at: datetime) -> None:
        by = lead.assigned_to or UserId("nora")
        attempt = ContactAttempt(channel=Channel.CALL, at=at, by=by, outcome=outcome)
        self._do(lead, LogAttempt(attempt=attempt), at, by)

    def _do(
        self,
        lead: Lead,
        command: AssignLead | LogAttempt,
        at: datetime,
        by: UserId = UserId("nora"),  # noqa: B008 - an id is text
    ) -> None:
        case = bo.WorkLead(lead_id=lead.id, viewer_id=by, command=command, at=at)
        self.store.run(case)

    def _appointments(self, leads: list[Lead]) -> None:
        for number, (days, zone) in enumerate(
            ((1, "America/New_York"), (2, "America/Chicago"), (6, "America/New_York"))
        ):
            lead = leads[-2 - 3 * number]
            begins = (self.today + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
            user = lead.assigned_to or UserId("nora")
            made = bo.MakeAppointment(
                appointment_id=AppointmentId(self._id(f"appointment {number}", self.today)),
                lead_id=lead.id,
                viewer_id=user,
                assigned_to=user,
                title=f"Consultation with {lead.submission.name.display}",
                slot=slot(begins, begins + timedelta(minutes=45), zone),
                place="By phone",
                at=self.today - timedelta(hours=3),
            )
            self.store.run(made)

    def _returns(self, leads: list[Lead]) -> None:
        fresh = [lead for lead in leads if lead.sale and lead.submission.kind is LeadKind.WEB]
        wishes = (
            ("wrong_number", "A bakery answers, and never heard of the person."),
            ("had_attorney", "Has been represented since September."),
            ("foreign_language", "Speaks Amharic only; nobody here does."),
            ("spam", "The name and the number belong to nobody."),
        )
        asked: list[refunds.Refund] = []
        for number, (reason, detail) in enumerate(wishes):
            lead = fresh[-1 - number]
            at = self.today - timedelta(hours=2, minutes=10 * number)
            if lead.sale is None or at < lead.sale.sold_at:
                continue
            case = bo.RequestRefund(
                refund_id=RefundId(self._id(f"return {number}", at)),
                lead_id=lead.id,
                user_id=lead.assigned_to or UserId("nora"),
                reason=reason,
                detail=detail,
                at=at,
            )
            asked.append(self.store.run(case))
        self._decide(asked)

    def _decide(self, asked: list[refunds.Refund]) -> None:
        at = self.today - timedelta(hours=1)
        commands: tuple[refunds.RefundCommand, ...] = (
            refunds.StartVerification(by="sam"),
            refunds.DeclineRefund(by="vera", note="The person speaks English well."),
            refunds.ApproveRefund(
                by="vera", note="Not in service.", basis=refunds.Basis.PERSON_SAID
            ),
        )
        for one, command in zip(asked[1:], commands, strict=False):
            if not isinstance(command, refunds.StartVerification):
                begun = refunds.StartVerification(by="vera")
                self.store.run(bo.DecideRefund(refund_id=one.id, command=begun, at=at))
            self.store.run(bo.DecideRefund(refund_id=one.id, command=command, at=at))

    def _attach(self, leads: list[Lead]) -> None:
        if self.files is None:
            return
        contents = b"Intake notes\n\n- Called back at noon.\n- Sends the papers on Monday.\n"
        told = measure(iter((contents,)))
        self.files.put(iter((contents,)), key=told.sha256, size=told.size)
        lead = leads[-2]
        case = bo.KeepFile(
            file_id=FileId(self._id("file", self.today)),
            lead_id=lead.id,
            viewer_id=lead.assigned_to or UserId("nora"),
            name="intake notes.txt",
            size=told.size,
            media_type="text/plain",
            sha256=told.sha256,
            at=self.today - timedelta(hours=2),
        )
        self.store.run(case)

    def _log_ins(self) -> None:
        for key, _ in LOG_INS:
            command = SetPassword(digest_of(self.encoded), f"{key}@example.com")
            case = bo.KeepLogin(
                seller_id=self.seller_id,
                user_id=UserId(key),
                command=command,
                encoded=self.encoded,
                at=self.today,
            )
            self.store.run(case)
