"""Nothing leaks: random viewers and random ids, every read and every write, up and sideways.

Each method of each port and each use case stands in one of the lists below; one that stands in none
fails, and so does one that is asked with a viewer and stands in a list of those that are not.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from datetime import date, time, timedelta
from functools import partial
from itertools import product
from typing import Any

import attrs
import pytest
from attrs import evolve as replace
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore import ports
from leadcore.accounts import StopAccount, prepaid_account
from leadcore.appointments import AppointmentId, CancelAppointment, MoveAppointment, slot_on
from leadcore.contact_points import DoNotCall, addresses
from leadcore.dashboard import Days, RateBy, ReportQuery
from leadcore.errors import Conflict, LeadcoreError, Malformed, NotFound, Refused
from leadcore.files import FileId, account_room, lead_room
from leadcore.leads import AssignLead, AttemptOutcome, ContactAttempt, LeadStatus, LogAttempt
from leadcore.letters import DropLetter
from leadcore.logins import (
    Actor,
    Invite,
    NotIn,
    RevokeSessions,
    SetPassword,
    TokenUse,
    digest_of,
    token_digest,
)
from leadcore.orders import EditOrder, PauseOrder
from leadcore.payments import Answer, PaymentMethod, Progress
from leadcore.people import AddUser, DisableUser, EditUser, MoveUser, Profile
from leadcore.ports import (
    AppointmentQuery,
    DeedQuery,
    FileQuery,
    LeadQuery,
    LeadSort,
    OutboxQuery,
    PaymentQuery,
    RecordingQuery,
    RefundQuery,
    UserQuery,
)
from leadcore.ports.reports import Reports
from leadcore.recording_life import ShareRecording, UnshareRecording
from leadcore.refunds import ApproveRefund, Basis
from leadcore.submissions import Channel
from leadcore.testing import MemoryStore
from leadcore.testing.desk_contract import add_desk
from leadcore.testing.login_play import address, encode, secret
from leadcore.testing.recording_contract import CLEAN, recorded_call
from leadcore.testing.scenes import AT, Scene
from leadcore.testing.strategies import parent_links
from leadcore.values import Money
from leadcore_sqlalchemy import SqlStore

# ------------------------------------------------------------------------------------ the lists

SCOPED = {
    *("Store.leads", "Store.covered", "Store.scope", "Agenda.appointments", "FileIndex.files"),
    "Recordings.shared_recordings",
    *(
        f"Reports.{name}"
        for name in vars(Reports)
        if name[0] != "_" and name != "statement_summary"
    ),
}
"""Asked with what a viewer may see; `test_reads` asks each for every viewer."""

WALLED = {
    *("Store.accounts", "Store.users", "Store.orders", "Store.order_money", "Store.refunds"),
    *("Store.refund_page", "Store.payments", "Store.deeds", "Store.messages", "Store.strays"),
    *("Store.reviews", "Store.contact_point", "Store.login_named", "Store.others"),
    *("Store.ledger_account", "Store.balance", "Store.statement", "Reports.statement_summary"),
    *("Outbox.letters", "Store.sessions", "FileIndex.file_room"),
    *("UserLists.user_places", "UserLists.user_count", "UserLists.uplines"),
}
"""Asked with a seller, an account or somebody's own thing; `test_walls` asks for others'."""

BY_ID = "gives the one thing whose id was told, whoever asks: the use cases check the viewer"
HOST = "the host's own, before there is a viewer or without one"
OPEN = {
    "Store.seller": BY_ID,
    "Store.user": BY_ID,
    "Store.lead": BY_ID,
    "Store.payment": BY_ID,
    "Store.order_usage": BY_ID,
    "Store.journal": BY_ID,
    "Store.login": BY_ID,
    "Agenda.appointment": BY_ID,
    "FileIndex.file": BY_ID,
    "Outbox.letter": BY_ID,
    "Recordings.recording": BY_ID,
    "Store.session": "whoever has the token is who it was given to",
    "Store.login_with_token": "whoever has the token is who it was given to",
    "Store.password_hash": "for whoever checks passwords",
    "Store.sellers": HOST,
    "Store.run": "runs a use case: they are in lists of their own",
    "Store.run_many": "runs use cases: they are in lists of their own",
    "Store.post": HOST,
    "Store.audit": HOST,
    "FileIndex.needed_contents": "checksums in, checksums out: for whoever cleans a keeper",
}
PORTS_OF_THE_HOST = {
    "Batching": "as Courier, several in a row",
    "Courier": "hands over what the outbox holds",
    "Feed": "tells programs of the seller's what was recorded",
    "FileKeeper": "keeps contents by checksum; who may see them, the rows decide",
    "Processor": "moves money the seller asked for",
    "Programs": "keys, hooks and kept answers, by seller and account or by a secret",
    "Upkeep": "deletes what counts no more, whose it ever was; the host's clock asks",
    "UseCase": "no port: what a store runs",
}

VIEWED: dict[str, Any] = {}
"""Use cases on behalf of a user, and how each is tried for a viewer and a lead."""

OWN_ACCOUNT: dict[str, Any] = {}
"""Use cases that name a seller or an account; how each is tried with another's."""

OF_STAFF = {
    "SetSellerTerms": "sets the terms of the seller it names; there is nothing else in it",
    "EditSellerTerms": "the same, and never who works there",
    "ReceiveLead": "a lead comes in; nobody's yet",
    "ReceiveText": "a text comes in, whoever sent it",
    "ReceiveNotice": "a processor tells; about another seller's payment it is a stray",
    "KeepContactPoint": "the seller's record of an address, under the seller's own id",
    "DecideRefund": "the seller's verifiers decide, by the request's id",
    "RealignAppointment": "the clock's",
    "RemindOfAppointment": "the clock's",
    "RemindOfDuty": "the clock's",
    "ClaimLetters": "the relay's",
    "HandOver": "the relay's",
    "SettleLetter": "the relay's",
    "Once": "wraps another use case: what that asks is asked",
    "AtVersion": "wraps another use case: what that asks is asked",
}
FOLDS = {
    *("add_findings", "assess_facts", "assess_lead", "contact_facts", "due_cases", "question_of"),
    *("duty_of", "first_contact_due", "lead_exposure", "logged_decisions", "sees"),
    *("at_desk", "duty_due", "duty_leads", "seen_leads", "seen_refunds"),
}
"""Pure functions of facts: they see what they are given."""


def _tries(name, into):
    def put(function):
        into[name] = function
        return function

    return put


# ------------------------------------------------------------------------------------ the world

_ROLES = st.sampled_from(("plain", "plain", "above", "above", "admin", "off", "off admin"))
_LEADS = 5


@attrs.frozen(kw_only=True)
class Drawn:
    """Two accounts of a seller with trees of their own, who may what there, and whose leads."""

    links: tuple[dict[str, str | None], ...]
    roles: tuple[str, ...]
    owners: tuple[int, ...]
    picks: tuple[int, ...]


def drawn():
    numbers = st.integers(0, 1_000)
    return st.builds(
        Drawn,
        links=st.tuples(parent_links(most=4), parent_links(most=4)),
        roles=st.lists(_ROLES, min_size=8, max_size=8).map(tuple),
        owners=st.lists(numbers, min_size=_LEADS, max_size=_LEADS).map(tuple),
        picks=st.lists(numbers, min_size=4, max_size=4).map(tuple),
    )


class World:
    """All that a seller keeps: people, leads, what is kept with them, money; and another seller."""

    def __init__(self, store, given: Drawn) -> None:
        self.store, self.given = store, given
        self.here = Scene(store=store, accounts=2, funds=50_000, quantity=50).set_up()
        self.there = Scene(store=store).set_up()
        self.strangers = self._strangers()
        roles = iter(given.roles)
        for number, links in enumerate(given.links):
            for name, above in links.items():
                self._join(number, name, above, next(roles))
        for number, owner in enumerate(given.owners):
            self._sell(number, owner)
        self.sessions = [self._let_in(number) for number in range(2)]
        self.payments = [self._paying(number) for number in range(2)]
        self.keys = [self._keyed(number) for number in range(2)]
        self.hooks = [self._hooked(number) for number in range(2)]
        self.refunds = self._returns()
        # Nothing changes any more, so what the plain rule asks is read once.
        accounts = (self.here.account(number) for number in range(2))
        self.people = [user for account in accounts for user in store.users(account)]
        self.above = {user.id: user.parent_id for user in self.people}
        self.leads = store.leads(LeadQuery(seller_id=self.seller, limit=100))
        self.kept = {lead.id: store.appointment(f"{lead.id}/a") for lead in self.leads}
        self.recordings = {lead.id: store.recording(lead.id) for lead in self.leads}

    @property
    def seller(self):
        return self.here.seller

    def _strangers(self):
        """Give staff of another seller's desk, and somebody disabled at this one's."""
        (gone,) = add_desk(self.here, "gone")
        desk = f"{self.seller}/desk"
        self.run(bo.KeepUser(user_id=gone, account_id=desk, command=DisableUser(), at=AT))
        return [self.store.user(each) for each in (gone, *add_desk(self.there, "clerk"))]

    def _join(self, number, name, above, role) -> None:
        scene, account = self.here, self.here.account(number)
        profile = Profile(
            name=name,
            email=f"{name}@x.example",
            admin="admin" in role,
            view_downline=role == "above",
        )
        user = f"{account}/{name}"
        adding = AddUser(
            user_id=user,
            seller_id=scene.seller,
            account_id=account,
            parent_id=scene.user(number) if above is None else f"{account}/{above}",
            profile=profile,
        )
        self.store.run(bo.KeepUser(user_id=user, account_id=account, command=adding, at=AT))
        if role.startswith("off"):
            off = DisableUser()
            self.store.run(bo.KeepUser(user_id=user, account_id=account, command=off, at=AT))

    def _sell(self, number, owner) -> None:
        lead = recorded_call(self.here, number)
        # The last one is nobody's.
        account = lead.sale.account_id
        people = self.store.users(account)
        mine = people[owner % len(people)].id
        buyer = lead.sale.user_id
        self.run(
            bo.MakeAppointment(
                appointment_id=f"{lead.id}/a",
                lead_id=lead.id,
                viewer_id=buyer,
                assigned_to=buyer,
                title="Meet",
                slot=_slot(9),
                at=AT,
            )
        )
        self.run(
            bo.KeepFile(
                file_id=f"{lead.id}/f",
                lead_id=lead.id,
                viewer_id=buyer,
                name="a.pdf",
                size=9,
                media_type="application/pdf",
                sha256=digest_of(lead.id),
                at=AT,
            )
        )
        self.run(
            bo.WorkLead(
                lead_id=lead.id, viewer_id=buyer, command=AssignLead(user_id=mine, by=buyer), at=AT
            )
        )
        # Shared below the one at the top, or below whoever works it.
        for command in (CLEAN, ShareRecording(buyer if owner % 2 else mine)):
            self.run(
                bo.KeepRecording(
                    seller_id=self.seller, lead_id=lead.id, viewer_id=buyer, command=command, at=AT
                )
            )

    def _let_in(self, number):
        scene, user = self.here, self.here.user(number)
        encoded = encode(secret(number))
        command = SetPassword(name=address(number), mark=digest_of(encoded))
        staff = Actor.staff(scene.seller)
        keep = bo.KeepLogin(
            seller_id=scene.seller, user_id=user, command=command, encoded=encoded, at=AT
        )
        self.run(bo.By(actor=staff, case=keep, act=f"{user}/set", at=AT))
        checked = bo.Checked(encoded=encoded, matches=True)
        token = token_digest(f"{user}/token")
        let_in = bo.LogIn(
            seller_id=scene.seller,
            name=address(number),
            checked=checked,
            session_id=f"{user}/session",
            token=token,
            at=AT,
        )
        return self.run(let_in).session

    def _paying(self, number):
        return self.run(
            bo.RequestPayment(
                seller_id=self.seller,
                account_id=self.here.account(number),
                payment_id=f"{self.seller}/p{number}",
                amount=Money(100, "USD"),
                method=PaymentMethod(token="tok", customer="c"),
                by="staff",
                at=AT,
            )
        )

    def _keyed(self, number):
        return self.run(
            bo.IssueKey(
                seller_id=self.seller,
                key_id=f"{self.seller}/k{number}",
                user_id=self.here.user(number),
                name="site",
                token=token_digest(f"{self.seller}-key-of-{number}"),
                permissions=("leads:read",),
                at=AT,
            )
        )

    def _hooked(self, number):
        return self.run(
            bo.OpenHook(
                seller_id=self.seller,
                hook_id=f"{self.seller}/h{number}",
                account_id=self.here.account(number),
                url="https://crm.example.com/in",
                events=("*",),
                at=AT,
            )
        )

    def _returns(self):
        """Have the first lead returned: it leaves the account, with all that is kept with it."""
        lead = self.store.lead(f"{self.seller}/l0")
        top = lead.sale.user_id
        asked = self.run(
            bo.RequestRefund(
                refund_id=f"{self.seller}/r",
                lead_id=lead.id,
                user_id=top,
                reason="wrong_number",
                detail="A bakery answers.",
                at=AT,
            )
        )
        approve = ApproveRefund(by="vera", note="so it is", basis=Basis.PERSON_SAID)
        return self.run(bo.DecideRefund(refund_id=asked.id, command=approve, at=AT))

    def run(self, case):
        return self.store.run(case)

    def tries(self, case) -> bool:
        """Say whether a use case was refused, or gave nothing."""
        try:
            answer = self.run(case)
        except Conflict:
            raise
        except LeadcoreError as error:
            return isinstance(error, NotFound | Refused)
        return answer in NOTHING or isinstance(answer, EMPTY)

    def picked(self, candidates):
        """Give a few of them, drawn."""
        found = list(candidates)
        return {found[pick % len(found)] for pick in self.given.picks} if found else ()

    # ------------------------------------------------------- the plain rule, told once more

    def reaches(self, viewer, account, owner) -> bool:
        """Say whether a viewer sees what somebody of an account holds."""
        if not viewer.enabled or owner is None or viewer.account_id != account:
            return False
        if viewer.profile.admin or viewer.id == owner:
            return True
        climbing = self.above.get(owner)
        while viewer.profile.view_downline and climbing is not None and climbing != viewer.id:
            climbing = self.above[climbing]
        return viewer.profile.view_downline and climbing is not None

    def sees(self, viewer, lead) -> bool:
        sold = lead.status is LeadStatus.SOLD
        return sold and self.reaches(viewer, lead.sale.account_id, lead.assigned_to)

    def attends(self, viewer, lead) -> bool:
        """Say whether a viewer sees the appointment of a lead."""
        kept = self.kept[lead.id]
        held = lead.status is LeadStatus.SOLD and lead.sale.account_id == kept.account_id
        owners = (kept.assigned_to, lead.assigned_to)
        return held and any(self.reaches(viewer, kept.account_id, each) for each in owners)

    def hears(self, viewer, lead) -> bool:
        """Say whether a viewer may listen to the call."""
        if self.sees(viewer, lead):
            return True
        share, climbing = self.recordings[lead.id].share, self.above.get(viewer.id)
        held = lead.status is LeadStatus.SOLD and lead.sale.account_id == viewer.account_id
        while climbing is not None and climbing != share.below:
            climbing = self.above[climbing]
        worker = lead.assigned_to
        while worker is not None and worker != share.below:
            worker = self.above[worker]
        return held and viewer.enabled and None not in {climbing, worker}

    def everything(self):
        """Give all that is kept of the first seller, to see whether anything changed."""
        store, seller, everybody, leads = self.store, self.seller, self.people, self.leads
        streams = {
            *(("user", each.id) for each in everybody),
            *(("login", each.id) for each in everybody),
            *(("lead", each.id) for each in leads),
            *(("decisions", each.id) for each in leads),
            *(("recording", each.id) for each in leads),
            *((kind, f"{each.id}/{kind[0]}") for each in leads for kind in ("appointment", "file")),
            *(("session", each.id) for each in self.sessions),
            *(("payment", each.id) for each in self.payments),
            *(("api_key", each.id) for each in self.keys),
            *(("hook", each.id) for each in self.hooks),
            *(("account", each.id) for each in store.accounts(seller)),
            *(("order", each.id) for each, _ in store.orders(seller)),
            ("refund", self.refunds.id),
            ("seller", seller),
        }
        accounts = [self.here.account(number) for number in range(2)]
        return (
            {stream: store.journal(*stream) for stream in streams},
            [store.statement(prepaid_account(each)) for each in accounts],
            [store.ledger_account(prepaid_account(each)) for each in accounts],
            [store.file_room(account_room(each)) for each in accounts],
            [store.file_room(lead_room(each.id)) for each in leads],
            [store.sessions(each.id) for each in everybody],
            store.letters(OutboxQuery(seller_id=seller, limit=500)),
            store.deeds(DeedQuery(seller_id=seller, limit=500)),
            store.files(FileQuery(seller_id=seller, removed=True, limit=500)),
            store.appointments(AppointmentQuery(seller_id=seller, cancelled=True, limit=500)),
            store.refunds(RefundQuery(seller_id=seller)),
            [store.user(each.id) for each in everybody],
            store.leads(LeadQuery(seller_id=seller, limit=100)),
        )


NOTHING = (None, (), frozenset())
EMPTY = (bo.NotLoggedIn, NotIn)


def _slot(hour):
    return slot_on(date(2026, 12, 1), time(hour), 60, "America/New_York")


# -------------------------------------------------------------- use cases on behalf of a viewer


@_tries("AskContact", VIEWED)
def _(world, viewer, lead):
    if not world.sees(viewer, lead):
        ask = bo.AskContact(seller_id=world.seller, lead_id=lead.id, viewer_id=viewer.id, at=AT)
        yield from (ask, replace(ask, log=not ask.log))


@_tries("EmailPerson", VIEWED)
def _(world, viewer, lead):
    if not world.sees(viewer, lead):
        yield bo.EmailPerson(
            seller_id=world.seller,
            lead_id=lead.id,
            viewer_id=viewer.id,
            message_id="m",
            subject="Hello",
            body="Hello",
            at=AT,
        )


@_tries("ForwardLead", VIEWED)
def _(world, viewer, lead):
    if not world.sees(viewer, lead):
        yield bo.ForwardLead(lead_id=lead.id, viewer_id=viewer.id, to=viewer, at=AT)
        return
    for other in world.people:
        if not world.reaches(viewer, lead.sale.account_id, other.id) or (
            other.account_id != viewer.account_id
        ):
            yield bo.ForwardLead(lead_id=lead.id, viewer_id=viewer.id, to=other, at=AT)


@_tries("MakeAppointment", VIEWED)
def _(world, viewer, lead):
    if not world.sees(viewer, lead):
        yield bo.MakeAppointment(
            appointment_id=AppointmentId("new"),
            lead_id=lead.id,
            viewer_id=viewer.id,
            assigned_to=viewer.id,
            title="Mine",
            slot=_slot(11),
            at=AT,
        )


@_tries("KeepAppointment", VIEWED)
def _(world, viewer, lead):
    if not world.attends(viewer, lead):
        for command in (MoveAppointment(_slot(12)), CancelAppointment()):
            yield bo.KeepAppointment(
                appointment_id=f"{lead.id}/a", viewer_id=viewer.id, command=command, at=AT
            )


def _adding(viewer, lead):
    return bo.KeepFile(
        file_id=FileId("new"),
        lead_id=lead.id,
        viewer_id=viewer.id,
        name="x.pdf",
        size=1,
        media_type="application/pdf",
        sha256=digest_of("x"),
        at=AT,
    )


@_tries("KeepFile", VIEWED)
def _(world, viewer, lead):
    if not world.sees(viewer, lead):
        yield _adding(viewer, lead)


@_tries("MayKeepFile", VIEWED)
def _(world, viewer, lead):
    if not world.sees(viewer, lead):
        yield bo.MayKeepFile(_adding(viewer, lead))


@_tries("NoteLead", VIEWED)
def _(world, viewer, lead):
    if not world.sees(viewer, lead):
        yield bo.NoteLead(
            seller_id=lead.seller_id, lead_id=lead.id, viewer_id=viewer.id, text="Mine.", at=AT
        )


@_tries("KeepRecording", VIEWED)
def _(world, viewer, lead):
    if not world.sees(viewer, lead):
        for command in (CLEAN, ShareRecording(viewer.id), UnshareRecording()):
            yield bo.KeepRecording(
                seller_id=lead.seller_id,
                lead_id=lead.id,
                viewer_id=viewer.id,
                command=command,
                at=AT,
            )


@_tries("OpenRecording", VIEWED)
def _(world, viewer, lead):
    if not world.hears(viewer, lead):
        yield bo.OpenRecording(seller_id=lead.seller_id, lead_id=lead.id, viewer_id=viewer.id)


@_tries("OpenFile", VIEWED)
def _(world, viewer, lead):
    if not world.sees(viewer, lead):
        yield bo.OpenFile(file_id=f"{lead.id}/f", viewer_id=viewer.id)


@_tries("RemoveLeadFile", VIEWED)
def _(world, viewer, lead):
    if not world.sees(viewer, lead):
        yield bo.RemoveLeadFile(file_id=f"{lead.id}/f", viewer_id=viewer.id, at=AT)


@_tries("RequestRefund", VIEWED)
def _(world, viewer, lead):
    if not world.sees(viewer, lead):
        yield bo.RequestRefund(
            refund_id="new",
            lead_id=lead.id,
            user_id=viewer.id,
            reason="wrong_number",
            detail="No.",
            at=AT,
        )


@_tries("RecordOfLead", VIEWED)
def _(world, viewer, lead):
    """Nothing about what one does not see, and of what one sees nothing at others' addresses."""
    other = next(each for each in world.leads if each.id != lead.id)
    fact = DoNotCall(at=AT)
    record = bo.RecordOfLead(lead_id=lead.id, viewer_id=viewer.id, fact=fact, at=AT)
    foreign = set(addresses(other.submission)) - set(addresses(lead.submission))
    theirs = [replace(record, address=each) for each in (*sorted(foreign), "+12125550199")]
    theirs.append(replace(record, fact=replace(fact, account_id=world.there.account())))
    if not world.sees(viewer, lead):
        yield from (record, *theirs)
        return
    for case in theirs:
        with pytest.raises(Malformed):
            world.run(case)


@_tries("KeepOrder", VIEWED)
def _(world, viewer, lead):
    """Of another account's order one knows nothing, and one's own one does not rank."""
    for number in range(2):
        account, order = world.here.account(number), world.here.order(number)
        keep = bo.KeepOrder(
            order_id=order, account_id=account, command=PauseOrder(), viewer_id=viewer.id, at=AT
        )
        known, _ = next(each for each in world.store.orders(world.seller) if each[0].id == order)
        rank = replace(keep, command=EditOrder(replace(known.terms, priority=9)))
        if viewer.account_id != account or not viewer.enabled:
            yield from (keep, rank)
            continue
        with pytest.raises(Malformed):
            world.run(rank)


@_tries("WorkLead", VIEWED)
def _(world, viewer, lead):
    if not world.sees(viewer, lead):
        attempt = ContactAttempt(
            channel=Channel.CALL, at=AT, by=viewer.id, outcome=AttemptOutcome.NO_ANSWER
        )
        for command in (AssignLead(user_id=viewer.id, by=viewer.id), LogAttempt(attempt=attempt)):
            yield bo.WorkLead(lead_id=lead.id, viewer_id=viewer.id, command=command, at=AT)


def _administers(viewer, user) -> bool:
    return viewer.enabled and viewer.profile.admin and viewer.account_id == user.account_id


@_tries("KeepUser", VIEWED)
def _(world, viewer, lead):
    for user in world.people:
        if _administers(viewer, user):
            continue
        more = replace(user.profile, admin=True)
        commands = [DisableUser(), MoveUser(None), EditUser(more)]
        if viewer.id != user.id or not viewer.enabled:
            commands.append(EditUser(replace(user.profile, name="Mallory")))
        for command in commands:
            yield bo.KeepUser(
                user_id=user.id,
                account_id=user.account_id,
                command=command,
                viewer_id=viewer.id,
                at=AT,
            )
        adding = AddUser(
            user_id="new",
            seller_id=world.seller,
            account_id=user.account_id,
            parent_id=None,
            profile=more,
        )
        yield bo.KeepUser(
            user_id="new",
            account_id=user.account_id,
            command=adding,
            viewer_id=viewer.id,
            at=AT,
        )


@_tries("KeepLogin", VIEWED)
def _(world, viewer, lead):
    encoded = encode("stolen")
    for user in world.people:
        if _administers(viewer, user):
            continue
        keep = bo.KeepLogin(
            seller_id=world.seller,
            user_id=user.id,
            command=Invite(name="m@x.example", token="t", expires_at=AT + timedelta(1)),
            viewer_id=viewer.id,
            at=AT,
        )
        yield keep
        set_one = SetPassword(mark=digest_of(encoded))
        yield replace(keep, command=set_one, encoded=encoded)
        if viewer.id != user.id or not viewer.enabled:
            yield replace(keep, command=RevokeSessions())


@_tries("EndSession", VIEWED)
def _(world, viewer, lead):
    for session in world.sessions:
        end = bo.EndSession(seller_id=world.seller, session_id=session.id, at=AT)
        if session.user_id != viewer.id:
            yield replace(end, user_id=viewer.id)
        whose = world.store.user(session.user_id)
        if not _administers(viewer, whose) and (session.user_id != viewer.id or not viewer.enabled):
            yield replace(end, viewer_id=viewer.id)


@_tries("By", VIEWED)
def _(world, viewer, lead):
    """Whatever is done on behalf of a user stays within the account."""
    actor = Actor.user(viewer)
    for number in range(2):
        scene, account = world.here, world.here.account(number)
        if account == viewer.account_id:
            continue
        cases = (
            bo.KeepOrder(
                order_id=scene.order(number), account_id=account, command=PauseOrder(), at=AT
            ),
            bo.KeepUser(
                user_id=scene.user(number), account_id=account, command=DisableUser(), at=AT
            ),
            bo.KeepAccount(
                seller_id=scene.seller, account_id=account, command=StopAccount("x"), at=AT
            ),
            bo.Fund(
                seller_id=scene.seller,
                account_id=account,
                key="gift",
                amount=Money(1, "USD"),
                actor="me",
                at=AT,
            ),
            replace(_login(world, number), command=RevokeSessions()),
        )
        yield from (bo.By(actor=actor, case=case, act="leak", at=AT) for case in cases)
    theirs = replace(_seller_terms(world), terms=replace(_seller_terms(world).terms, name="X"))
    for kind in (Actor.staff, Actor.system):
        foreign = kind(world.there.seller, "marie")
        yield bo.By(actor=foreign, case=theirs, act="leak", at=AT)


def _seller_terms(world):
    seller = world.store.seller(world.seller)
    return bo.SetSellerTerms(seller_id=seller.id, terms=seller.terms, at=AT)


# ------------------------------------------------------------ use cases that name whose it is


def _login(world, number):
    return bo.KeepLogin(
        seller_id=world.seller,
        user_id=world.here.user(number),
        command=RevokeSessions(),
        at=AT,
    )


@_tries("ChangeOwnPassword", OWN_ACCOUNT)
def _(world, seller, account):
    encoded = encode(secret(0))
    checked = bo.Checked(encoded=encoded, matches=True)
    yield bo.ChangeOwnPassword(
        seller_id=seller, user_id=world.here.user(), checked=checked, encoded=encode("n"), at=AT
    )


@_tries("AskOwnAddress", OWN_ACCOUNT)
def _(world, seller, account):
    checked = bo.Checked(encoded=encode(secret(0)), matches=True)
    yield bo.AskOwnAddress(
        seller_id=seller,
        user_id=world.here.user(),
        checked=checked,
        name="thief@x.example",
        token="t",
        link="https://portal.example/address/t",
        expires_at=AT + timedelta(1),
        at=AT,
    )


@_tries("ConfirmOwnAddress", OWN_ACCOUNT)
def _(world, seller, account):
    """A token of another seller's, in the words for none at all."""
    token = token_digest("wished for, and nobody knows")
    checked = bo.Checked(encoded=encode(secret(0)), matches=True)
    ask = bo.AskOwnAddress(
        seller_id=world.seller,
        user_id=world.here.user(),
        checked=checked,
        name="wished@x.example",
        token=token,
        link="https://portal.example/address/t",
        expires_at=AT + timedelta(1),
        at=AT,
    )
    if world.store.login_with_token(token) is None:
        world.run(ask)
    said = []
    for case in (token, "none"):
        with pytest.raises(LeadcoreError) as caught:
            world.run(bo.ConfirmOwnAddress(seller_id=seller, token=case, at=AT))
        said.append(str(caught.value))
    assert said[0] == said[1]
    return ()


@_tries("CheckLogIn", OWN_ACCOUNT)
def _(world, seller, account):
    """A name of another seller's is the name of nobody."""
    asked = bo.CheckLogIn(seller_id=seller, name=address(0), at=AT)
    assert world.run(asked) == bo.LogInAsk(None)
    return ()


@_tries("LogIn", OWN_ACCOUNT)
def _(world, seller, account):
    checked = bo.Checked(encoded=encode(secret(0)), matches=True)
    yield bo.LogIn(
        seller_id=seller,
        name=address(0),
        checked=checked,
        session_id=f"{seller}/stolen",
        token="t",
        at=AT,
    )


@_tries("UseSession", OWN_ACCOUNT)
def _(world, seller, account):
    for session in world.sessions:
        yield bo.UseSession(seller_id=seller, token=session.token, at=AT)


@_tries("UseToken", OWN_ACCOUNT)
def _(world, seller, account):
    """A token of another seller's, in the words for none at all."""
    user, token = world.here.user(below=True), token_digest("invited, and nobody knows")
    invite = Invite(name="in@x.example", token=token, expires_at=AT + timedelta(1))
    if world.store.login(user) is None:
        world.run(bo.KeepLogin(seller_id=world.seller, user_id=user, command=invite, at=AT))
    use = bo.UseToken(
        seller_id=seller, token=token, use=TokenUse.INVITATION, encoded=encode("x"), at=AT
    )
    said = []
    for case in (use, replace(use, token="none")):
        with pytest.raises(LeadcoreError) as caught:
            world.run(case)
        said.append(str(caught.value))
    assert said[0] == said[1]
    return ()


@_tries("RequestReset", OWN_ACCOUNT)
def _(world, seller, account):
    yield bo.RequestReset(
        seller_id=seller, name=address(0), token="t", expires_at=AT + timedelta(1), at=AT
    )


@_tries("KeepAccount", OWN_ACCOUNT)
def _(world, seller, account):
    yield bo.KeepAccount(seller_id=seller, account_id=account, command=StopAccount("x"), at=AT)


@_tries("KeepOrder", OWN_ACCOUNT)
def _(world, seller, account):
    order = world.here.order(int(account != world.here.account(1)))
    terms, _ = next(each for each in world.store.orders(world.seller) if each[0].id == order)
    for command in (PauseOrder(), EditOrder(terms.terms)):
        yield bo.KeepOrder(order_id=order, account_id=account, command=command, at=AT)


@_tries("Fund", OWN_ACCOUNT)
def _(world, seller, account):
    yield bo.Fund(
        seller_id=seller,
        account_id=account,
        key="x",
        amount=Money(100, "USD"),
        actor="staff",
        at=AT,
    )


@_tries("RefundAccount", OWN_ACCOUNT)
def _(world, seller, account):
    yield bo.RefundAccount(
        seller_id=seller, account_id=account, key="x", actor="staff", reason="x", at=AT
    )


@_tries("ExpireBonus", OWN_ACCOUNT)
def _(world, seller, account):
    yield bo.ExpireBonus(seller_id=seller, account_id=account, at=AT)


@_tries("CheckBalance", OWN_ACCOUNT)
def _(world, seller, account):
    yield bo.CheckBalance(seller_id=seller, account_id=account, at=AT)


@_tries("TransferBalance", OWN_ACCOUNT)
def _(world, seller, account):
    mine = world.there.account()
    for pays, gets in ((account, mine), (mine, account)):
        yield bo.TransferBalance(
            seller_id=seller,
            from_account=pays,
            to_account=gets,
            key="x",
            amount=Money(100, "USD"),
            allowed_by="me",
            reason="x",
            at=AT,
        )


@_tries("RequestPayment", OWN_ACCOUNT)
def _(world, seller, account):
    yield bo.RequestPayment(
        seller_id=seller,
        account_id=account,
        payment_id="x",
        amount=Money(100, "USD"),
        method=PaymentMethod(token="tok_1"),
        by="me",
        at=AT,
    )


@_tries("SettlePayment", OWN_ACCOUNT)
def _(world, seller, account):
    for payment in world.payments:
        answer = Answer(progress=Progress.SUCCEEDED, reference="ch_1", amount=payment.amount)
        yield bo.SettlePayment(seller_id=seller, payment_id=payment.id, answer=answer, at=AT)


@_tries("RepayPayment", OWN_ACCOUNT)
def _(world, seller, account):
    for payment in world.payments:
        yield bo.RepayPayment(
            seller_id=seller,
            payment_id=payment.id,
            repayment_id="x",
            amount=Money(1, "USD"),
            by="me",
            reason="x",
            at=AT,
        )


@_tries("RenewOrder", OWN_ACCOUNT)
def _(world, seller, account):
    for order, _ in world.store.orders(world.seller):
        yield bo.RenewOrder(seller_id=seller, order_id=order.id, at=AT)


@_tries("KeepLetter", OWN_ACCOUNT)
def _(world, seller, account):
    for entry in world.store.letters(OutboxQuery(seller_id=world.seller)):
        yield bo.KeepLetter(
            seller_id=seller,
            message_id=entry.message.id,
            command=DropLetter(by="me", reason="x"),
            at=AT,
        )


@_tries("IssueKey", OWN_ACCOUNT)
def _(world, seller, account):
    for number in range(2):
        key = {
            "key_id": "x",
            "token": token_digest("a stolen key's token"),
            "name": "x",
            "permissions": (),
        }
        yield bo.IssueKey(seller_id=seller, user_id=world.here.user(number), at=AT, **key)


def _kept_for_programs(world, seller, account, make, things):
    """Try another seller's thing, and as one of its own what another account has."""
    for thing in things:
        yield make(seller_id=seller, thing=thing, account_id=None)
        if thing.account_id != account:
            yield make(seller_id=world.seller, thing=thing, account_id=account)


@_tries("EditKey", OWN_ACCOUNT)
def _(world, seller, account):
    def make(*, thing, **of):
        edited = {"key_id": thing.id, "name": "mine", "permissions": ("leads:read",)}
        return bo.EditKey(user_id=thing.user_id, at=AT, **edited, **of)

    yield from _kept_for_programs(world, seller, account, make, world.keys)


@_tries("RevokeKey", OWN_ACCOUNT)
def _(world, seller, account):
    def make(*, thing, **of):
        return bo.RevokeKey(key_id=thing.id, at=AT, **of)

    yield from _kept_for_programs(world, seller, account, make, world.keys)


@_tries("OpenHook", OWN_ACCOUNT)
def _(world, seller, account):
    told = {"url": "https://thief.example/in", "events": ("*",)}
    yield bo.OpenHook(seller_id=seller, hook_id="x", account_id=account, at=AT, **told)


def _hook_case(case):
    def tries(world, seller, account):
        def make(*, thing, **of):
            return case(hook_id=thing.id, at=AT, **of)

        yield from _kept_for_programs(world, seller, account, make, world.hooks)

    return tries


for _case in (bo.RenewHook, bo.CloseHook):
    OWN_ACCOUNT[_case.__name__] = _hook_case(_case)


def _lead_case(make):
    def tries(world, seller, account):
        for lead in world.leads:
            yield make(seller_id=seller, lead_id=lead.id, at=AT)

    return tries


for _name, _more in (
    ("OfferLead", {"sale_id": "x"}),
    ("ResellLead", {"new_lead_id": "x", "sale_id": "x"}),
    ("ConfirmDelivery", {"sale_id": "x"}),
    ("FailDelivery", {"sale_id": "x", "next_sale_id": "y", "why": "x"}),
    ("ExpireDelivery", {"sale_id": "x", "next_sale_id": "y"}),
    ("CloseAuction", {"auction_id": "x", "sale_id": "y"}),
    ("DeclineBid", {"auction_id": "x", "order_id": "x", "why": "x"}),
    ("PlaceBid", {"auction_id": "x", "order_id": "x", "amount": Money(1, "USD")}),
    ("PostLead", {"token": "x", "price": Money(1, "USD"), "key": "x"}),
):
    OWN_ACCOUNT[_name] = _lead_case(partial(getattr(bo, _name), **_more))


# --------------------------------------------------------------------------------- the tests


def _protocols():
    for module in pkgutil.iter_modules(ports.__path__):
        for name, found in vars(importlib.import_module(f"leadcore.ports.{module.name}")).items():
            if getattr(found, "_is_protocol", False) and found.__module__.endswith(module.name):
                yield name, found


def _methods(port):
    return {n: m for n, m in vars(port).items() if inspect.isfunction(m) and n[0] != "_"}


def _with_scope(method):
    named = {
        name for name, found in vars(ports).items() if attrs.has(found) and hasattr(found, "scope")
    }
    named |= {"Scope", "ReportQuery"}
    told = " ".join(str(each.annotation) for each in inspect.signature(method).parameters.values())
    return any(name in told for name in named)


def test_every_method_of_every_port_is_in_a_list():
    placed = SCOPED | WALLED | set(OPEN)
    found = set()
    for name, port in _protocols():
        sync = name.removeprefix("Async")
        for method, how in _methods(port).items():
            where = f"{sync}.{method}"
            if sync not in PORTS_OF_THE_HOST:
                found.add(where)
                assert where in placed, f"{where} is in no list: who may ask it?"
            if _with_scope(how) and sync not in PORTS_OF_THE_HOST:
                assert where in SCOPED, f"{where} is asked with a viewer's scope"
    assert {each for each in placed if each.split(".")[0] not in PORTS_OF_THE_HOST} == found
    lists = (SCOPED, WALLED, set(OPEN))
    assert sum(map(len, lists)) == len(placed)


def test_every_use_case_is_in_a_list():
    lists = (set(VIEWED), set(OWN_ACCOUNT), set(OF_STAFF), FOLDS)
    cases = {
        name
        for name in bo.__all__
        if hasattr(getattr(bo, name), "decide") or inspect.isfunction(getattr(bo, name))
    }
    for name in cases:
        assert any(name in each for each in lists), f"{name} is in no list: who may do it?"
        fields = getattr(getattr(bo, name), "__attrs_attrs__", ())
        if "viewer_id" in {each.name for each in fields}:
            assert name in VIEWED, f"{name} is done on behalf of a viewer"
    assert set().union(*lists) == cases


def _often(share):
    return settings(
        max_examples=max(1, settings().max_examples // share),
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@pytest.fixture(params=["sqlite", "postgres"])
def database(request, emptied):
    """Give the function that gives an empty store."""
    made = request.getfixturevalue(f"{request.param}_engine")
    return lambda: SqlStore(emptied(made))


@_often(6)
@given(given_=drawn())
def test_reads_in_memory(given_):
    assert _read(World(MemoryStore(), given_)) > 0


@_often(100)
@given(given_=drawn())
def test_reads_of_a_database(database, given_):
    assert _read(World(database(), given_)) > 0


def _read(world):
    for viewer in world.picked(world.people):
        seen = world.store.scope(viewer.id)
        mine = {lead.id for lead in world.leads if world.sees(viewer, lead)}
        kept = {lead.id for lead in world.leads if world.attends(viewer, lead)}
        assert world.store.covered(seen, [user.id for user in world.people]) == {
            user.id for user in world.people if world.reaches(viewer, user.account_id, user.id)
        }
        sorts = tuple(LeadSort)
        for number, reverse in zip(world.given.picks, (False, True), strict=False):
            sort = sorts[number % len(sorts)]
            query = LeadQuery(seller_id=world.seller, scope=seen, sort=sort, reverse=reverse)
            assert {each.id for each in world.store.leads(query)} == mine
            assert world.store.leads(replace(query, seller_id=world.there.seller)) == ()
        files = FileQuery(seller_id=world.seller, scope=seen, removed=True)
        assert {each.lead_id for each in world.store.files(files)} == mine
        heard = {lead.id for lead in world.leads if world.hears(viewer, lead)}
        recordings = RecordingQuery(seller_id=world.seller, scope=seen)
        assert {each.id for each in world.store.shared_recordings(recordings)} == heard
        theirs = replace(recordings, seller_id=world.there.seller)
        assert world.store.shared_recordings(theirs) == ()
        for lead in world.leads:
            found = world.store.files(replace(files, lead_id=lead.id))
            assert bool(found) == (lead.id in mine)
        agenda = AppointmentQuery(seller_id=world.seller, scope=seen, cancelled=True)
        assert {each.lead_id for each in world.store.appointments(agenda)} == kept
        for other in world.people:
            listed = world.store.appointments(replace(agenda, user_id=other.id))
            assert {each.lead_id for each in listed} <= kept
        _ask_reports(world, viewer, seen, mine)
    return len(world.people)


def _ask_reports(world, viewer, seen, mine):
    days = Days(zone="UTC", first=AT.date(), last=AT.date())
    store, later = world.store, AT + timedelta(days=9)
    for seller, count in ((world.seller, len(mine)), (world.there.seller, 0)):
        # Whichever account is named beside a scope, the scope alone counts.
        query = ReportQuery(seller_id=seller, scope=seen, account_id=world.here.account())
        assert sum(each.leads for each in store.leads_by_day(query, days)) == count
        assert sum(each.leads for each in store.lead_counts(query)) == count
        assert store.overdue_count(query, later) == count
        times = store.first_contact(query)
        assert times.tried + times.untried == count
        with pytest.raises(NotFound):
            store.undelivered(query)
        if not (viewer.enabled and viewer.profile.admin):
            with pytest.raises(NotFound):
                store.spend(query)
            with pytest.raises(NotFound):
                store.refund_rates(query, RateBy.ACCOUNT)
            continue
        told = {each.account_id for each in store.spend(query)}
        told |= {each.key for each in store.refund_rates(query, RateBy.ACCOUNT)}
        assert told <= ({viewer.account_id} if count else set()) or seller == world.seller
        assert told <= {viewer.account_id}


@_often(6)
@given(given_=drawn())
def test_writes_in_memory(given_):
    assert _write(World(MemoryStore(), given_)) > 0


@_often(100)
@given(given_=drawn())
def test_writes_to_a_database(database, given_):
    assert _write(World(database(), given_)) > 0


def _write(world):
    """Try each use case for somebody who may not; give how many were tried."""
    before, count = world.everything(), 0
    stranger = world.strangers[world.given.picks[0] % len(world.strangers)]
    viewers = (stranger, *world.picked(world.people))
    for viewer, (name, tries) in product(viewers, VIEWED.items()):
        for lead in world.picked(world.leads):
            for case in tries(world, viewer, lead):
                assert world.tries(case), f"{name}: {viewer} did {case}"
                count += 1
    assert world.everything() == before
    return count


def test_walls_in_memory():
    assert _walls(MemoryStore()) > len(OWN_ACCOUNT)


def test_walls_of_a_database(database):
    assert _walls(database()) > len(OWN_ACCOUNT)


def _walls(store):
    """Other sellers' and other accounts' things are not there, whoever of the host's asks."""
    plain = Drawn(
        links=({"u": None}, {"u": None}),
        roles=("admin", "admin"),
        owners=(0, 1, 2, 3, 4),
        picks=(0,),
    )
    world = World(store, plain)
    for primed in ("UseToken", "ConfirmOwnAddress"):
        next(iter(OWN_ACCOUNT[primed](world, world.there.seller, "")), None)
    before, count = world.everything(), 0
    for account, (name, tries) in product(_accounts(world), OWN_ACCOUNT.items()):
        for case in tries(world, world.there.seller, account):
            assert world.tries(case), f"{name}: {case}"
            count += 1
    assert world.everything() == before
    _lists_of_one_account(world)
    _lists_of_another_seller(world)
    return count


def _accounts(world):
    return tuple(world.here.account(number) for number in range(2))


def _lists_of_one_account(world):
    store, seller = world.store, world.seller
    for account in _accounts(world):
        people = {user.id for user in store.users(account)}
        assert {user.account_id for user in store.users(account)} == {account}
        places = store.user_places(UserQuery(account_id=account, limit=1_000))
        assert {each.user.id for each in places} == people
        assert store.user_count(account) == len(people)
        strangers = [user.id for each in _accounts(world) for user in store.users(each)]
        lines = store.uplines(account, strangers, most=9)
        assert lines.keys() == people
        assert {each.id for line in lines.values() for each in line} <= people
        assert {order.account_id for order, _ in store.orders(seller, account)} == {account}
        mine = {order.id for order, _ in store.orders(seller, account)}
        assert {each.order_id for each in store.order_money(seller, account)} <= mine
        refunds = RefundQuery(seller_id=seller, account_id=account)
        page = store.refund_page(refunds)
        assert page.refunds == store.refunds(refunds)
        assert {each.account_id for each in page.refunds} <= {account}
        assert page.outside == page.beyond == 0
        payments = store.payments(PaymentQuery(seller_id=seller, account_id=account))
        assert {each.account_id for each in payments} == {account}
        deeds = store.deeds(DeedQuery(seller_id=seller, account_id=account))
        assert {each.account_id for each in deeds} <= {account}
        ledger = prepaid_account(account)
        assert {line.entry.account for line in store.statement(ledger)} == {ledger}
        assert store.balance(ledger).posted == store.ledger_account(ledger).posted
        assert store.statement_summary(ledger).closing == store.balance(ledger).posted
        for user in people:
            assert {each.user_id for each in store.sessions(user)} <= {user}


def _lists_of_another_seller(world):
    store, there = world.store, world.there.seller
    assert {each.seller_id for each in store.accounts(there)} == {there}
    assert {order.seller_id for order, _ in store.orders(there)} == {there}
    assert store.order_money(there) == store.strays(there) == store.reviews(there) == ()
    assert {each.seller_id for each in store.messages(500, there)} <= {there}
    listed = store.letters(OutboxQuery(seller_id=there, limit=500))
    assert {each.message.seller_id for each in listed} <= {there}
    for account in _accounts(world):
        assert store.orders(there, account) == store.order_money(there, account) == ()
        assert store.refunds(RefundQuery(seller_id=there, account_id=account)) == ()
        assert store.payments(PaymentQuery(seller_id=there, account_id=account)) == ()
        assert store.deeds(DeedQuery(seller_id=there, account_id=account)) == ()
        query = ReportQuery(seller_id=there, account_id=account)
        assert store.lead_counts(query) == store.spend(query) == ()
    assert store.deeds(DeedQuery(seller_id=there)) == ()
    for number in range(_LEADS):
        lead = store.lead(f"{world.seller}/l{number}")
        phone = lead.submission.phones[0].normal
        assert store.contact_point(there, phone) is None
        assert {each.seller_id for each in store.others(lead)} <= {world.seller}
    assert store.login_named(there, address(0)) is None
