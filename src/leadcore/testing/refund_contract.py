"""The part of the store's contract that is about requests to return leads: lists, and news."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.notices import MessageKind
from leadcore.people import AddUser, DisableUser, Profile
from leadcore.ports import RefundQuery, RefundSort
from leadcore.refunds import DeclineRefund, Refund, RefundTerms
from leadcore.testing.scenes import AT, Scene
from leadcore.values import LeadId, RefundId, SaleId, UserId

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.people import UserCommand
    from leadcore.ports import Store

__all__ = ["RefundContract"]

_HOUR = timedelta(hours=1)


class RefundContract:
    """What every store must do about requests; `StoreContract` includes it."""

    def make_store(self) -> Store:
        """Give a store to be tested; a fresh one or one that is reused."""
        raise TypeError("a contract's test class gives its store in make_store()")

    def test_the_requests_of_one_sale_are_listed_alone(self) -> None:
        """Those that were denied too, the newest first; what the limit leaves out is counted."""
        scene = _scene(self.make_store())
        first = _asked(scene, 1, AT + _HOUR)
        no = DeclineRefund(by="staff", note="it rang")
        scene.store.run(bo.DecideRefund(refund_id=first.id, command=no, at=AT + 2 * _HOUR))
        again = _asked(scene, 1, AT + 3 * _HOUR)
        other = _asked(scene, 2, AT + 4 * _HOUR)
        asked = RefundQuery(seller_id=scene.seller, sale_id=first.sale_id)
        found = scene.store.refunds(asked)
        assert [each.id for each in found] == [again.id, first.id]
        page = scene.store.refund_page(replace(asked, limit=1, sort=RefundSort.DUE))
        assert ([each.id for each in page.refunds], page.outside, page.beyond) == ([first.id], 0, 1)
        found = scene.store.refunds(replace(asked, sale_id=other.sale_id))
        assert found == (other,)
        for nobodys in (
            replace(asked, sale_id=SaleId("none")),
            replace(asked, account_id=scene.account(7)),
            replace(asked, seller_id=_scene(scene.store).seller),
        ):
            assert scene.store.refunds(nobodys) == ()

    def test_news_of_a_return_reach_somebody(self) -> None:
        """Whoever asked; the account's admins where that one has no log-in or address any more."""
        scene = _scene(self.make_store())
        for name, admin in (("boss", True), ("chief", True), ("other", False)):
            _added(scene, name, admin=admin)
        first, second = (_asked(scene, number, AT + number * _HOUR) for number in (1, 2))
        assert first.requested_by == second.requested_by == scene.user()
        no = DeclineRefund(by="staff", note="it rang")
        at = AT + 3 * _HOUR
        scene.store.run(bo.DecideRefund(refund_id=first.id, command=no, at=at))
        assert _told(scene, first) == ["u@x.example"]
        _kept(scene, scene.user(), DisableUser(), at)
        scene.store.run(bo.DecideRefund(refund_id=second.id, command=no, at=at))
        assert _told(scene, second) == ["boss@x.example", "chief@x.example"]


def _told(scene: Scene, refund: Refund) -> list[str]:
    """Give the addresses that news of a request go to."""
    news = {
        each.id: each.to
        for each in scene.store.messages(1_000, scene.seller)
        if each.kind is MessageKind.REFUND and each.lead_id == refund.lead_id
    }
    return sorted(news.values())


def _kept(scene: Scene, user: UserId, command: UserCommand, at: datetime) -> None:
    account = scene.account()
    scene.store.run(bo.KeepUser(user_id=user, account_id=account, command=command, at=at))


def _added(scene: Scene, name: str, *, admin: bool) -> None:
    user = UserId(f"{scene.account()}/{name}")
    command = AddUser(
        user_id=user,
        seller_id=scene.seller,
        account_id=scene.account(),
        parent_id=None,
        profile=Profile(name=name, email=f"{name}@x.example", admin=admin),
    )
    _kept(scene, user, command, AT)


def _scene(store: Store) -> Scene:
    """Set up a seller that lets who was denied ask again, with two leads sold."""
    scene = Scene(store=store, quantity=2).set_up()
    terms = SellerTerms(name="Seller", refunds=RefundTerms(resubmit=True))
    store.run(bo.SetSellerTerms(seller_id=scene.seller, terms=terms, at=AT))
    for number in (1, 2):
        scene.receive(number)
    return scene


def _asked(scene: Scene, number: int, at: datetime) -> Refund:
    key = LeadId(f"{scene.seller}/l{number}")
    lead = scene.store.lead(key)
    assert lead is not None
    assert lead.assigned_to is not None
    case = bo.RequestRefund(
        refund_id=RefundId(f"{key}/{at.isoformat()}"),
        lead_id=key,
        user_id=lead.assigned_to,
        reason="wrong_number",
        detail="asked the person",
        at=at,
    )
    made: Refund = scene.store.run(case)
    return made
