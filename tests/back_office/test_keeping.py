"""Sellers, accounts, orders and users are kept in order, and nobody reaches through a wall."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import (
    ActivateAccount,
    OpenAccount,
    SellerTerms,
    StopAccount,
    cash_account,
    prepaid_account,
    revenue_account,
)
from leadcore.balances import COMMON_TIERS, FundingTerms
from leadcore.distribution import DistributionTerms, Method, Way
from leadcore.errors import Malformed, NotFound, Refused, WrongState
from leadcore.files import FileLimits
from leadcore.leads import AssignLead, AttemptOutcome, ContactAttempt, LeadStatus, LogAttempt
from leadcore.notices import NoticeTerms, OwnText
from leadcore.orders import (
    CloseOrder,
    EditOrder,
    OpenOrder,
    OrderStatus,
    OrderTerms,
    PauseOrder,
    Period,
    Renewal,
    RenewalWhen,
    ResumeOrder,
)
from leadcore.payments import PaymentMethod
from leadcore.people import AddUser, DisableUser, EditUser, EnableUser, MoveUser, Profile
from leadcore.refunds import RefundTerms
from leadcore.submissions import Channel
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, PRICE, Scene, fund, terms
from leadcore.values import UNLIMITED, Money


def scene(**more):
    return Scene(store=MemoryStore(), **more).set_up()


def problems(run):
    with pytest.raises(Malformed) as malformed:
        run()
    return [problem.path for problem in malformed.value.problems]


# -------------------------------------------------------------------------------------- sellers


def test_the_first_terms_make_the_seller_and_its_books():
    store = MemoryStore()
    seller = store.run(terms("s", "First"))
    assert (seller.id, store.seller("s")) == ("s", seller)
    for key in (cash_account("s"), revenue_account("s")):
        account = store.ledger_account(key)
        assert (account.tracked, account.floor, account.currency) == (False, UNLIMITED, "USD")
    store.run(terms("s", "Second"))
    assert store.run(terms("s", "Second")).terms.name == "Second"
    assert len(store.journal("seller", "s")) == 2


LONGEST = 100_000


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"name": " "}, ["terms.name"]),
        ({"currency": "usd"}, ["terms.currency"]),
        ({"zone": "Mars/Olympus"}, ["terms.zone"]),
        ({"refunds": RefundTerms(zone="nowhere")}, ["terms.refunds.zone"]),
        ({"funding": FundingTerms(tiers=COMMON_TIERS, refund_hours=1)}, []),
        ({"funding": FundingTerms(refund_hours=-1)}, ["terms.funding.refund_hours"]),
        (
            {"funding": FundingTerms(tiers=replace(COMMON_TIERS, currency="EUR"))},
            ["terms.funding.tiers.currency"],
        ),
        (
            {"funding": FundingTerms(tiers=replace(COMMON_TIERS, bonus_hours=0))},
            ["terms.funding.tiers.bonus_hours"],
        ),
        ({"duplicate_days": 0}, []),
        ({"duplicate_days": LONGEST}, []),
        ({"duplicate_days": -1}, ["terms.duplicate_days"]),
        ({"duplicate_days": LONGEST + 1}, ["terms.duplicate_days"]),
        ({"duplicate_days": True}, ["terms.duplicate_days"]),
        ({"refunds": RefundTerms(max_age=1.0)}, ["terms.refunds.max_age"]),
        ({"refunds": RefundTerms(min_age_hours=-1)}, ["terms.refunds.min_age_hours"]),
        ({"refunds": RefundTerms(verification_days=(1, 1))}, []),
        ({"refunds": RefundTerms(verification_days=(0, 1))}, ["terms.refunds.verification_days"]),
        ({"refunds": RefundTerms(verification_days=(3, 2))}, ["terms.refunds.verification_days"]),
        (
            {"refunds": RefundTerms(verification_days=(-1, True))},
            ["terms.refunds.verification_days"] * 2,
        ),
        ({"distribution": DistributionTerms((Way(buyers=2),))}, []),
        (
            {"distribution": DistributionTerms((Way(), Way(buyers=0, tiers=(Method.PRICE,))))},
            ["terms.distribution.ways[1].buyers", "terms.distribution.ways[1].tiers"],
        ),
        ({"notices": NoticeTerms(language="es", texts=(OwnText("help.body", "x"),))}, []),
        (
            {"notices": NoticeTerms(language=" ", texts=(OwnText("help.body", "${phone}"),))},
            ["terms.notices.language", "terms.notices.texts[0]"],
        ),
        ({"files": FileLimits(lead_files=0)}, []),
        (
            {"files": FileLimits(lead_files=-1, types=frozenset({"pdf"}))},
            ["terms.files.lead_files", "terms.files.types"],
        ),
        (
            {"name": "", "zone": "x", "duplicate_days": -1},
            ["terms.name", "terms.zone", "terms.duplicate_days"],
        ),
    ],
)
def test_terms_make_sense_and_every_problem_is_named(changed, paths):
    case = bo.SetSellerTerms(
        seller_id="s", terms=replace(SellerTerms(name="Seller"), **changed), at=AT
    )
    if paths:
        assert problems(lambda: MemoryStore().run(case)) == paths
    else:
        assert MemoryStore().run(case).terms == case.terms


def test_the_longest_spans_still_lead_to_an_instant():
    store = MemoryStore()
    refunds = RefundTerms(max_age=LONGEST, min_age_hours=LONGEST, verification_days=(1, LONGEST))
    long = SellerTerms(name="Seller", duplicate_days=LONGEST, refunds=refunds)
    store.run(bo.SetSellerTerms(seller_id="s", terms=long, at=AT))
    assert store.seller("s").terms == long
    assert AT + timedelta(days=LONGEST) < datetime.max.replace(tzinfo=UTC)


def test_the_currency_of_the_books_stays():
    made = scene()
    other = bo.SetSellerTerms(
        seller_id=made.seller, terms=SellerTerms(name="Seller", currency="EUR"), at=AT
    )
    assert problems(lambda: made.store.run(other)) == ["terms.currency"]


# ------------------------------------------------------------------------------------- accounts


def keep(made, command, **more):
    ids = {"seller_id": made.seller, "account_id": made.account()} | more
    return bo.KeepAccount(**ids, command=command, at=AT)


def opening(made, **more):
    ids = {"seller_id": made.seller, "account_id": "new"} | more
    return OpenAccount(**{"name": "New", "currency": "USD"} | ids)


@pytest.mark.parametrize("floor", [0, -5_000, UNLIMITED])
def test_opening_an_account_opens_its_balance(floor):
    made = scene()
    account = made.store.run(keep(made, opening(made, floor=floor), account_id="new"))
    ledger = made.store.ledger_account(prepaid_account("new"))
    assert (account.id, account.is_active) == ("new", True)
    assert (ledger.floor, ledger.account_id, ledger.tracked) == (floor, "new", True)


@pytest.mark.parametrize(
    "path", ["account_id", "seller_id", "currency"], ids=lambda path: f"other {path}"
)
def test_an_account_is_opened_under_its_own_ids_and_currency(path):
    made = scene()
    wrong = opening(made, **{path: "EUR"})
    assert problems(lambda: made.store.run(keep(made, wrong, account_id="new"))) == [path]


def test_an_account_is_stopped_and_activated():
    made = scene()
    stopped = made.store.run(keep(made, StopAccount("unpaid")))
    assert (stopped.is_active, made.receive(1).lead.status) == (False, LeadStatus.UNSOLD)
    assert made.store.run(keep(made, StopAccount("again"))) == stopped
    assert made.store.run(keep(made, ActivateAccount())).is_active
    assert made.receive(2).lead.status is LeadStatus.SOLD


def test_whose_account_it_is_counts():
    made, other = scene(), scene()
    both = made.store
    both.run(terms(other.seller))
    for case in (
        keep(made, StopAccount("x"), seller_id=other.seller),
        keep(made, opening(made), seller_id="nobody"),
        fund(made.account(), other.seller, "key", 1),
        fund("nowhere", made.seller, "key", 1),
    ):
        with pytest.raises(NotFound):
            both.run(case)
    with pytest.raises(WrongState, match="no such account"):
        both.run(keep(made, StopAccount("x"), account_id="nowhere"))


# --------------------------------------------------------------------------------------- orders


def ordering(made, command, **more):
    ids = {"order_id": made.order(), "account_id": made.account()} | more
    return bo.KeepOrder(**ids, command=command, at=AT)


def order_terms(made, **more):
    return OrderTerms(
        **{"user_id": made.user(), "price": Money(PRICE, "USD"), "quantity": 5} | more
    )


def new_order(made, **more):
    ids = {"order_id": "new", "seller_id": made.seller, "account_id": made.account()}
    return OpenOrder(**ids | {"terms": order_terms(made)} | more)


def test_an_order_is_opened_edited_paused_resumed_and_closed():
    made = scene()
    assert made.store.run(ordering(made, new_order(made), order_id="new")).id == "new"
    edited = made.store.run(ordering(made, EditOrder(order_terms(made, weight=9))))
    assert edited.terms.weight == 9
    assert made.store.run(ordering(made, PauseOrder())).paused
    assert made.store.run(ordering(made, PauseOrder())).paused
    assert not made.store.run(ordering(made, ResumeOrder())).paused
    assert made.store.run(ordering(made, CloseOrder("done"))).status is OrderStatus.CLOSED
    events = [type(event).__name__ for event in made.store.journal("order", made.order())]
    assert events == ["OrderOpened", "OrderEdited", "OrderPaused", "OrderResumed", "OrderClosed"]


@pytest.mark.parametrize("path", ["order_id", "account_id", "seller_id"])
def test_an_order_is_opened_under_its_own_ids(path):
    made = scene()
    case = ordering(made, new_order(made, **{path: "other"}), order_id="new")
    assert problems(lambda: made.store.run(case)) == [path]


def test_an_orders_terms_stay_in_the_account():
    made = scene(accounts=2)
    foreign = order_terms(made, user_id=made.user(1), price=Money(1, "EUR"))
    assert problems(lambda: made.store.run(ordering(made, EditOrder(foreign)))) == [
        "terms.price",
        "terms.user_id",
    ]


def test_another_accounts_order_is_not_there():
    made = scene(accounts=2)
    for case in (
        ordering(made, PauseOrder(), account_id=made.account(1)),
        ordering(made, PauseOrder(), account_id="nowhere"),
    ):
        with pytest.raises(NotFound, match="there is no order"):
            made.store.run(case)
    with pytest.raises(WrongState, match="no such order"):
        made.store.run(ordering(made, PauseOrder(), order_id="nowhere"))
    with pytest.raises(NotFound):
        made.store.run(ordering(made, PauseOrder(), viewer_id=made.user(1)))


def test_an_edit_of_what_was_changed_since_is_refused():
    made = scene()
    edit = ordering(made, EditOrder(order_terms(made, weight=9)), expected=1)
    assert made.store.run(edit).terms.weight == 9
    # A retry after a commit whose answer was lost finds its own work.
    assert made.store.run(edit).terms.weight == 9
    assert len(made.store.journal("order", made.order())) == 2
    for case in (
        ordering(made, EditOrder(order_terms(made, weight=3)), expected=1),
        ordering(made, PauseOrder(), expected=3),
    ):
        with pytest.raises(WrongState, match=r"is at version 2, not [13]; read it again"):
            made.store.run(case)
    assert made.store.run(ordering(made, PauseOrder(), expected=2)).paused
    with pytest.raises(WrongState, match="is at version 0, not 1"):
        made.store.run(ordering(made, new_order(made), order_id="new", expected=1))
    assert made.store.run(ordering(made, new_order(made), order_id="new", expected=0)).id == "new"


@pytest.mark.parametrize("known", [True, False])
def test_a_stale_edit_never_has_a_period_charged_twice(known):
    made = scene()
    end, later = AT + timedelta(days=1), AT + timedelta(days=3)
    monthly = Renewal(
        when=RenewalWhen.AT_END,
        every=Period.MONTH,
        zone="UTC",
        charge=PaymentMethod(token="pm_kept"),
    )
    form = order_terms(made, ends_at=end, renewal=monthly)
    made.store.run(ordering(made, EditOrder(form)))
    renew = bo.RenewOrder(seller_id=made.seller, order_id=made.order(), at=end)
    assert made.store.run(renew).payment is not None
    stale = EditOrder(replace(form, weight=2))
    case = replace(ordering(made, stale, expected=2 if known else None), at=later)
    with pytest.raises(WrongState if known else Malformed):
        made.store.run(case)
    assert not made.store.run(replace(renew, at=later)).renewed


# ---------------------------------------------------------------------------------------- users


def keeping(made, command, user=None, **more):
    ids = {"user_id": user or made.user(), "account_id": made.account()} | more
    return bo.KeepUser(**ids, command=command, at=AT)


def adding(made, **more):
    ids = {"user_id": "new", "seller_id": made.seller, "account_id": made.account()}
    return AddUser(**{"parent_id": made.user(), "profile": Profile(name="New")} | ids | more)


def test_a_user_is_added_edited_disabled_and_enabled():
    made = scene()
    assert made.store.run(keeping(made, adding(made), "new")).parent_id == made.user()
    edited = made.store.run(keeping(made, EditUser(Profile(name="Other")), "new"))
    assert edited.profile.name == "Other"
    assert not made.store.run(keeping(made, DisableUser(), "new")).enabled
    assert not made.store.run(keeping(made, DisableUser(), "new")).enabled
    assert made.store.run(keeping(made, EnableUser(), "new")).enabled
    assert made.store.journal("tree", made.account()) == ()


@pytest.mark.parametrize("path", ["user_id", "account_id", "seller_id"])
def test_a_user_is_added_under_the_own_ids(path):
    made = scene(accounts=2)
    case = keeping(made, adding(made, **{path: made.account(1)}), "new")
    assert problems(lambda: made.store.run(case)) == [path]


def test_a_move_is_counted_and_never_makes_a_cycle():
    made = scene()
    below = made.user(below=True)
    with pytest.raises(WrongState, match="below themselves"):
        made.store.run(keeping(made, MoveUser(below)))
    assert made.store.run(keeping(made, MoveUser(None), below)).parent_id is None
    assert len(made.store.journal("tree", made.account())) == 1
    assert made.store.run(keeping(made, MoveUser(None), below)).parent_id is None
    assert len(made.store.journal("tree", made.account())) == 1


def test_another_accounts_user_is_not_there():
    made = scene(accounts=2)
    for account in (made.account(1), "nowhere"):
        with pytest.raises(NotFound, match="there is no user"):
            made.store.run(keeping(made, DisableUser(), account_id=account))
    with pytest.raises(WrongState, match="no such user"):
        made.store.run(keeping(made, DisableUser(), "nobody"))


# ---------------------------------------------------------------------------------------- leads


def work(made, viewer, command, lead="l1"):
    return bo.WorkLead(lead_id=f"{made.seller}/{lead}", viewer_id=viewer, command=command, at=AT)


def attempt(by):
    return LogAttempt(
        attempt=ContactAttempt(channel=Channel.CALL, at=AT, by=by, outcome=AttemptOutcome.NO_ANSWER)
    )


def test_a_lead_is_assigned_and_worked_within_the_account():
    made = scene()
    made.receive(1)
    top, below = made.user(), made.user(below=True)
    given = made.store.run(work(made, top, AssignLead(user_id=below, by=top)))
    assert given.assigned_to == below
    tried = made.store.run(work(made, below, attempt(below)))
    assert len(tried.attempts) == 1
    assert made.store.run(work(made, below, attempt(below))) == tried


def test_nobody_outside_the_account_gets_or_works_a_lead():
    made = scene(accounts=2)
    made.receive(1)
    outside = made.user(1)
    assigning = work(made, made.user(), AssignLead(user_id=outside))
    assert problems(lambda: made.store.run(assigning)) == ["user_id"]
    trying = work(made, made.user(), attempt(outside))
    assert problems(lambda: made.store.run(trying)) == ["attempt.by"]


def test_whoever_does_not_see_a_lead_does_not_learn_of_it():
    made = scene(accounts=2)
    made.receive(1)
    told = []
    for viewer, lead in (
        (made.user(below=True), "l1"),  # below the holder
        (made.user(1), "l1"),  # another account's
        ("nobody", "l1"),
        (made.user(), "l2"),  # there is none
    ):
        with pytest.raises(NotFound) as missing:
            made.store.run(work(made, viewer, AssignLead(user_id=viewer), lead))
        told.append(str(missing.value))
    assert told[:3] == [f"there is no lead '{made.seller}/l1'"] * 3
    assert told[3] == f"there is no lead '{made.seller}/l2'"


def test_a_lead_nobody_holds_is_seen_by_nobody():
    made = scene(quantity=0)
    made.receive(1)
    lead = made.store.lead(f"{made.seller}/l1")
    tree = made.store.tree(made.account())
    assert not bo.sees(made.store.user(made.user()), lead, tree)
    with pytest.raises(NotFound):
        made.store.run(work(made, made.user(), attempt(made.user())))


def test_what_a_viewer_sees_follows_the_tree():
    made = scene()
    lead = made.receive(1).lead
    tree = made.store.tree(made.account())
    top, below = (made.store.user(made.user(below=low)) for low in (False, True))
    assert bo.sees(top, lead, tree)
    assert not bo.sees(below, lead, tree)
    lower = replace(lead, assigned_to=below.id)
    assert bo.sees(top, lower, tree)
    assert bo.sees(below, lower, tree)
    assert not bo.sees(replace(top, enabled=False), lower, tree)
    for gone in (
        replace(lead, status=LeadStatus.REFUNDED),
        replace(lead, assigned_to=None),
        replace(lead, sale=None),
    ):
        assert not bo.sees(top, gone, tree)


def test_a_slash_in_an_account_or_a_key_never_makes_two_payments_one():
    made = scene(accounts=1)
    other = f"{made.account()}/x"
    command = OpenAccount(account_id=other, seller_id=made.seller, name="X", currency="USD")
    made.store.run(bo.KeepAccount(seller_id=made.seller, account_id=other, command=command, at=AT))
    one = fund(made.account(), made.seller, "x/key", 700)
    two = fund(other, made.seller, "key", 700)
    assert made.store.run(one).credit != made.store.run(two).credit
    assert made.store.balance(f"prepaid:{other}").posted == 700


def test_an_account_opened_again_is_the_same_and_its_balance_stays():
    made = scene(accounts=1)
    before = made.store.balance(f"prepaid:{made.account()}")
    state = made.store.accounts(made.seller)[0]
    again = OpenAccount(
        account_id=state.id, seller_id=made.seller, name=state.name, currency=state.currency
    )
    case = bo.KeepAccount(seller_id=made.seller, account_id=state.id, command=again, at=AT)
    assert made.store.run(case) == state
    assert made.store.balance(f"prepaid:{made.account()}") == before
    with pytest.raises(WrongState, match="exists"):
        made.store.run(replace(case, command=replace(again, name="Another")))


@pytest.mark.parametrize("by", ["boss", None])
def test_who_assigned_is_whoever_did(by):
    made = scene(accounts=1)
    made.receive(1)
    command = AssignLead(user_id=made.user(below=True), by=made.user() if by is None else by)
    case = bo.WorkLead(lead_id=f"{made.seller}/l1", viewer_id=made.user(), command=command, at=AT)
    if by is None:
        assert made.store.run(case).assigned_to == made.user(below=True)
    else:
        with pytest.raises(Malformed, match="by: is whoever does it"):
            made.store.run(case)


def by_viewer(made, command, *, by, user=None, account=0):
    case = bo.KeepUser(
        user_id=user or made.user(),
        account_id=made.account(account),
        command=command,
        viewer_id=by,
        at=AT,
    )
    return made.store.run(case)


def test_an_admin_adds_moves_and_disables_within_the_account():
    made = scene(accounts=2)
    admin, new = made.user(), f"{made.seller}/new"
    rights = replace(made.store.user(admin).profile, admin=True)
    by_viewer(made, EditUser(rights), by=None)
    adding = AddUser(
        user_id=new,
        seller_id=made.seller,
        account_id=made.account(),
        parent_id=None,
        profile=Profile(name="New"),
    )
    for command in (adding, MoveUser(admin), DisableUser()):
        by_viewer(made, command, by=admin, user=new)
    added = made.store.user(new)
    assert (added.parent_id, added.enabled) == (admin, False)
    for by in (made.user(below=True), new):
        for command, user in ((DisableUser(), None), (adding, "newer")):
            with pytest.raises(Refused):
                by_viewer(made, command, by=by, user=user)
    with pytest.raises(NotFound):
        by_viewer(made, DisableUser(), by=admin, user="nobody")
    with pytest.raises(NotFound):
        by_viewer(made, adding, by=admin, user="newer", account=1)


def test_users_edit_their_own_profile_and_never_its_rights():
    made = scene()
    me = made.user(below=True)
    mine = made.store.user(me).profile
    renamed = replace(mine, name="Me", notify_new_lead=False)
    assert by_viewer(made, EditUser(renamed), by=me, user=me).profile == renamed
    for rights in ({"admin": True}, {"view_downline": not mine.view_downline}):
        with pytest.raises(Refused):
            by_viewer(made, EditUser(replace(renamed, **rights)), by=me, user=me)
