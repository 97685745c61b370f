"""Who may do what is one table; nobody comes in without a role, and nobody but staff sees all."""

from datetime import UTC, datetime

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.access import RULEBOOK, TABLE, Area, Caller, Permission, Role, Way, caller, role_of
from leadcore.accounts import Seller, SellerTerms
from leadcore.decisions import Verdict
from leadcore.downline import Tree, scope
from leadcore.errors import Malformed, Refused
from leadcore.logins import ActorKind
from leadcore.people import Profile, User

AT = datetime(2026, 11, 22, 15, tzinfo=UTC)
SELLER = Seller(id="s", terms=SellerTerms(name="North Legal", desk="desk"))
USER = User(id="u", seller_id="s", account_id="a", parent_id=None, profile=Profile(name="User"))
READ, WRITE = Way.READ, Way.WRITE


def user(account="a", *, admin=False, enabled=True, seller="s"):
    profile = replace(USER.profile, admin=admin)
    return replace(USER, account_id=account, profile=profile, enabled=enabled, seller_id=seller)


def comes(who, **kwargs):
    return caller(who, SELLER, scope(who, Tree({who.id: None})), **kwargs)


@given(
    st.sampled_from(["a", "desk"]), st.booleans(), st.booleans(), st.sampled_from(["s", "other"])
)
def test_a_role_is_told_by_the_account_and_admin_access(account, admin, enabled, seller):
    given_user = user(account, admin=admin, enabled=enabled, seller=seller)
    role = role_of(given_user, SELLER)
    if not enabled or seller == "other":
        assert role is None
        assert comes(given_user) is None
    else:
        expected = {
            ("a", False): Role.MEMBER,
            ("a", True): Role.ADMIN,
            ("desk", False): Role.STAFF,
            ("desk", True): Role.MANAGER,
        }
        assert role is expected[account, admin]


def test_without_a_desk_nobody_is_staff():
    deskless = replace(SELLER, terms=replace(SELLER.terms, desk=None))
    assert role_of(user("desk", admin=True), deskless) is Role.ADMIN


def test_every_area_has_its_line_and_every_permission_its_name():
    assert set(TABLE) == {Permission(area, way) for area in Area for way in Way}
    for permission in TABLE:
        assert Permission.named(str(permission)) == permission
    with pytest.raises(Malformed, match="scopes: there is no permission 'leads:eat'"):
        Permission.named("leads:eat", "scopes")


def test_more_is_open_to_whoever_stands_higher_on_the_same_side():
    for permission, roles in TABLE.items():
        assert Role.ADMIN in roles or Role.MEMBER not in roles, permission
        assert Role.MANAGER in roles or Role.STAFF not in roles, permission


def test_who_works_for_nobody_but_an_account_never_gets_at_the_sellers_own():
    own = {Area.VERIFICATION, Area.DISTRIBUTION, Area.ACCOUNTS, Area.TERMS, Area.OUTBOX}
    for area in own | {Area.INTAKE}:
        for way in Way:
            assert TABLE[Permission(area, way)] <= {Role.STAFF, Role.MANAGER}


def test_what_an_associate_works_with_is_open_and_money_is_an_admins():
    member, admin = comes(user()), comes(user(admin=True))
    for area in (Area.LEADS, Area.RETURNS, Area.APPOINTMENTS, Area.FILES, Area.PROFILE):
        assert member.may(area, READ)
        assert member.may(area, WRITE)
    for area in (Area.BILLING, Area.ORDERS, Area.USERS):
        assert not member.may(area, READ)
        assert admin.may(area, WRITE)
    assert comes(user("desk")).may(Area.VERIFICATION, WRITE)
    assert not comes(user("desk")).may(Area.TERMS, WRITE)
    assert comes(user("desk", admin=True)).may(Area.TERMS, WRITE)


@given(
    st.sampled_from(["a", "desk"]),
    st.booleans(),
    st.sampled_from(sorted(TABLE, key=str)),
    st.none() | st.frozensets(st.sampled_from(sorted(TABLE, key=str)), max_size=4),
)
def test_the_answer_in_words_is_the_answer(account, admin, wanted, only):
    who = comes(user(account, admin=admin), only=only)
    decision = who.assess(wanted.area, wanted.way, at=AT)
    assert (decision.verdict is Verdict.PERMITTED) is who.may(wanted.area, wanted.way)
    assert decision.rulebook == RULEBOOK
    if who.may(wanted.area, wanted.way):
        assert decision.require() is decision
        assert only is None or wanted in only
    else:
        with pytest.raises(Refused):
            decision.require()


def test_a_key_never_opens_more_than_its_owner_may():
    everything = frozenset(TABLE)
    assert not comes(user(), only=everything).may(Area.BILLING, READ)
    assert comes(user(), only=frozenset({Permission(Area.LEADS, READ)})).assess(
        Area.LEADS, WRITE, at=AT
    ).rules == ("ACC-KEY",)


def test_only_staff_ask_without_a_scope():
    assert comes(user("desk")).scope is None
    assert comes(user()).scope.user_id == "u"
    elsewhere = scope(replace(USER, id="v"), Tree({"v": None}))
    for wrong in (None, elsewhere, scope(user("b"), Tree({"u": None}))):
        with pytest.raises(ValueError, match="not the scope of user u"):
            caller(user(), SELLER, wrong)


def test_the_wall_stands_for_all_but_staff():
    assert comes(user()).reaches("a")
    assert not comes(user(admin=True)).reaches("b")
    assert comes(user("desk")).reaches("b")


def test_whoever_acts_is_recorded_as_what_they_are():
    member = comes(user()).actor("192.0.2.1")
    assert (member.kind, member.id, member.account_id) == (ActorKind.USER, "u", "a")
    staff = comes(user("desk")).actor()
    assert (staff.kind, staff.id, staff.account_id) == (ActorKind.STAFF, "u", None)
    assert isinstance(comes(user("desk")), Caller)
