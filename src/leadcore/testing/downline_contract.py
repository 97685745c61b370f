"""What a store must do about who sees whose leads: one by one, in lists, whatever the tree."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

from attrs import evolve as replace
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore.downline import Reach, Scope, Tree
from leadcore.errors import Conflict, LeadcoreError
from leadcore.leads import AssignLead
from leadcore.people import AddUser, DisableUser, EditUser, EnableUser, MoveUser, Profile
from leadcore.ports import LeadQuery, LeadSort
from leadcore.testing.memory import MemoryStore
from leadcore.testing.scenes import AT, Scene, new_seller, reception
from leadcore.testing.strategies import parent_links
from leadcore.values import Address, Email, LeadId, PersonName, Phone, UserId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.leads import Lead
    from leadcore.people import UserCommand
    from leadcore.ports import Store
    from leadcore.values import AccountId, SellerId

__all__ = ["DownlineContract"]

_SETTINGS = settings(
    max_examples=max(3, settings().max_examples // 30),
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)
_MOST, _LEADS = 7, 6
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(("move", "move", "flags", "disable", "enable")),
        st.integers(0, _MOST - 1),
        st.none() | st.integers(0, _MOST - 1),
    ),
    max_size=6,
)
_OWNERS = st.lists(st.integers(0, _MOST - 1), min_size=_LEADS, max_size=_LEADS)


class DownlineContract:
    """What every store must do about scopes; part of `leadcore.testing.StoreContract`."""

    def make_store(self) -> Store:
        """Give a store to be tested."""
        raise TypeError("a contract's test class gives its store in make_store()")

    @_SETTINGS
    @given(links=parent_links(most=_MOST), steps=_STEPS, owners=_OWNERS)
    def test_one_check_the_list_and_the_tree_agree(
        self,
        links: dict[UserId, UserId | None],
        steps: list[tuple[str, int, int | None]],
        owners: list[int],
    ) -> None:
        """Whoever joined, moved, was disabled: never upward, never sideways, never elsewhere."""
        store, reference, seller = self.make_store(), MemoryStore(), new_seller()
        told = [_played(each, seller, links, steps, owners) for each in (store, reference)]
        assert told[0] == told[1]
        everybody = [user for number in range(2) for user in store.users(_account(seller, number))]
        leads = store.leads(LeadQuery(seller_id=seller, limit=100))
        for viewer in everybody:
            seen = store.scope(viewer.id)
            assert seen == reference.scope(viewer.id)
            assert seen is not None
            tree = Tree.of(store.users(viewer.account_id))
            mine = {one.id for one in everybody if seen.covers(one.account_id, one.id, tree)}
            assert store.covered(seen, [*(one.id for one in everybody), UserId("no")]) == mine
            assert mine <= {viewer.id, *tree.downline(viewer.id)} or seen.reach is Reach.ACCOUNT
            listed = store.leads(LeadQuery(seller_id=seller, scope=seen, limit=100))
            assert {lead.id for lead in listed} == {
                lead.id for lead in leads if lead.assigned_to in mine
            }
        assert store.audit() == ()

    def test_a_scope_of_nobody_or_of_another_account_shows_nothing(self) -> None:
        """A scope is believed, but only within its own account."""
        scene = Scene(store=self.make_store(), accounts=2).set_up()
        scene.receive(1)
        (lead,) = scene.store.leads(LeadQuery(seller_id=scene.seller))
        assert lead.sale is not None
        assert lead.assigned_to is not None
        other = next(one for one in map(scene.account, range(2)) if one != lead.sale.account_id)
        assert scene.store.scope(UserId("nobody")) is None
        for reach, user in product(Reach, (lead.assigned_to, UserId("nobody"))):
            seen = Scope(account_id=other, user_id=user, reach=reach)
            assert scene.store.leads(LeadQuery(seller_id=scene.seller, scope=seen)) == ()
            assert scene.store.covered(seen, [lead.assigned_to]) == frozenset()
        mine = Scope(account_id=lead.sale.account_id, user_id=lead.assigned_to, reach=Reach.ACCOUNT)
        assert scene.store.covered(mine, []) == frozenset()
        assert scene.store.leads(LeadQuery(seller_id=scene.seller, scope=mine)) == (lead,)
        assert scene.store.leads(LeadQuery(seller_id=new_seller(), scope=mine)) == ()

    def test_a_list_is_sorted_by_any_column_both_ways_page_by_page(self) -> None:
        """As the reference sorts it; a page begins where the one before ended."""
        store, reference, seller = self.make_store(), MemoryStore(), new_seller()
        for each in (store, reference):
            _sell_different(Scene(store=each, seller=seller, accounts=2, funds=60_000))
        whole = Scope(account_id=_account(seller, 0), user_id=UserId("u"), reach=Reach.ACCOUNT)
        for sort, reverse, seen in product(LeadSort, (False, True), (None, whole)):
            asked = LeadQuery(
                seller_id=seller, scope=seen, sort=sort, reverse=reverse, limit=len(_PEOPLE)
            )
            wanted = [lead.id for lead in reference.leads(asked)]
            pages = [lead.id for lead in _paged(store, replace(asked, limit=3))]
            assert pages == wanted == [lead.id for lead in store.leads(asked)]
            assert seen is not None or sort in _HELD or len(wanted) == len(_PEOPLE)


_PEOPLE = (
    ("Zoë Ångström", "Family law", "FL"),
    ("adam Young", "family LAW", None),
    ("Adam Young", None, "NY"),
    ("", "Bankruptcy", "NY"),
    ("x" * 10_000, "a" * 10_000, "TX"),
    ("Ærlig Ø", "personal injury", "FL"),
    ("zoe", "Bankruptcy", "AL"),
    ("\u202egnirts", "Elder law", None),
)
"""Names, areas and states that sort by code point otherwise than by a language or by case."""


_HELD = frozenset({LeadSort.SOLD, LeadSort.OWNER})
"""Lists that leave out what was never sold, or what nobody holds."""


def _account(seller: SellerId, number: int) -> AccountId:
    return Scene(store=MemoryStore(), seller=seller).account(number)


def _sell_different(scene: Scene) -> None:
    scene.set_up()
    for number, (name, area, state) in enumerate(_PEOPLE):
        case = reception(scene.seller, number, at=AT + timedelta(seconds=number // 2))
        told = replace(
            case.submission,
            name=PersonName(full=name or None),
            area=area,
            vertical=None if number else "legal",
            address=Address(state=state),
            test=number == 0,
            phones=(Phone(raw="p", normal=f"+1212555010{number % 3}" if number else None),),
            emails=(Email(raw="e", normal=f"{'Zaz'[number % 3]}@x.example"),) if number else (),
        )
        scene.store.run(replace(case, submission=told))


def _paged(store: Store, query: LeadQuery) -> Iterator[Lead]:
    while page := store.leads(query):
        yield from page
        query = query.behind(page[-1])


def _played(
    store: Store,
    seller: SellerId,
    links: dict[UserId, UserId | None],
    steps: list[tuple[str, int, int | None]],
    owners: list[int],
) -> list[str]:
    """Play it in two accounts of the same shape; give what was answered."""
    scene = Scene(store=store, seller=seller, accounts=2, funds=50_000, quantity=50).set_up()
    names = list(links)
    for number, (name, above) in product(range(2), links.items()):
        adding = AddUser(
            user_id=_user(scene, number, name),
            seller_id=seller,
            account_id=scene.account(number),
            parent_id=scene.user(number) if above is None else _user(scene, number, above),
            profile=Profile(name="User", view_downline=True),
        )
        _keep(scene, number, adding.user_id, adding)
    answers = [_step(scene, 0, names, step) for step in steps]
    answers += [_step(scene, 1, names, step) for step in steps[::2]]
    for number, owner in enumerate(owners):
        lead = scene.receive(number).lead
        assert lead.sale is not None
        account = 0 if lead.sale.account_id == scene.account(0) else 1
        to = _user(scene, account, names[owner % len(names)])
        assigning = AssignLead(user_id=to, by=scene.user(account))
        store.run(
            bo.WorkLead(
                lead_id=LeadId(lead.id),
                viewer_id=scene.user(account),
                command=assigning,
                at=AT,
            )
        )
    return answers


def _user(scene: Scene, number: int, name: str) -> UserId:
    return UserId(f"{scene.account(number)}/{name}")


def _step(scene: Scene, number: int, names: list[UserId], step: tuple[str, int, int | None]) -> str:
    kind, who, where = step
    user = _user(scene, number, names[who % len(names)])
    above = None if where is None else _user(scene, number, names[where % len(names)])
    commands: dict[str, UserCommand] = {
        "move": MoveUser(above),
        "flags": EditUser(
            Profile(name="User", admin=where is None, view_downline=bool(where and where % 2))
        ),
        "disable": DisableUser(),
        "enable": EnableUser(),
    }
    try:
        _keep(scene, number, user, commands[kind])
    except Conflict:
        raise
    except LeadcoreError as error:
        return type(error).__name__
    return "done"


def _keep(scene: Scene, number: int, user: UserId, command: UserCommand) -> None:
    scene.store.run(
        bo.KeepUser(user_id=user, account_id=scene.account(number), command=command, at=AT)
    )
