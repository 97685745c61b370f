"""What a store must do about files: rows with their lead, and room that is never passed."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, cast

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.downline import Tree, scope
from leadcore.errors import LeadcoreError, Malformed, NotFound, WrongState
from leadcore.files import FileId, FileLimits, LeadFile, Room, account_room, lead_room
from leadcore.ports import FileQuery
from leadcore.refunds import ApproveRefund, Basis, ReverseRefund
from leadcore.testing.capabilities import Can
from leadcore.testing.laws import violations
from leadcore.testing.scenes import AT, Behind, Scene
from leadcore.values import LeadId, RefundId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.ports import FileFacts, Store
    from leadcore.values import UserId

__all__ = ["FileContract", "added"]

_PDF = "application/pdf"


def added(scene: Scene, key: str, /, *, size: int = 100, **changed: Any) -> bo.KeepFile:  # noqa: ANN401 - whatever a file has
    """Give the adding of a file to a scene's first lead, by its owner."""
    given: dict[str, Any] = {
        "file_id": FileId(f"{scene.seller}/{key}"),
        "lead_id": LeadId(f"{scene.seller}/l1"),
        "viewer_id": scene.user(),
        "name": f"{key}.pdf",
        "size": size,
        "media_type": _PDF,
        "sha256": hashlib.sha256(key.encode()).hexdigest(),
        "at": AT,
        **changed,
    }
    return bo.KeepFile(**given)


class FileContract:
    """Files.

    Attributes:
        can: what the store can do beside the plain things.
    """

    can: ClassVar[frozenset[Can]] = frozenset()

    def make_store(self) -> Store:
        """Give a store to be tested."""
        raise TypeError("a contract's test class gives its store in make_store()")

    def test_a_file_is_kept_opened_and_removed(self) -> None:
        """Again, each changes nothing; removed, its row stays and its room is free."""
        scene = self._file_scene()
        case = added(scene, "scan", name="..\\scan.exe", declared_type="image/png")
        kept = scene.store.run(case)
        assert scene.store.run(case) == kept
        assert (kept.name, kept.media_type, kept.declared_type) == (
            "scan.exe.pdf",
            _PDF,
            "image/png",
        )
        assert scene.store.file(kept.id) == kept
        assert _open(scene, kept, scene.user()) == kept
        assert _rooms(scene) == (Room(100, 1), Room(100, 1))
        assert scene.store.needed_contents([kept.sha256, "0" * 64]) == {kept.sha256}
        with pytest.raises(WrongState, match="with this id exists"):
            scene.store.run(replace(case, size=101))
        removal = bo.RemoveLeadFile(file_id=kept.id, viewer_id=scene.user(), at=AT)
        gone = scene.store.run(removal)
        assert scene.store.run(removal) == gone
        assert (gone.removed_at, gone.removed_by) == (AT, scene.user())
        assert scene.store.file(kept.id) == gone
        assert _rooms(scene) == (Room(), Room())
        assert scene.store.needed_contents([kept.sha256]) == frozenset()
        with pytest.raises(NotFound):
            _open(scene, kept, scene.user())
        assert violations(scene.store, scene.seller) == ()

    def test_nobody_outside_sees_adds_opens_or_removes(self) -> None:
        """For another account, and for who does not see the lead, there is nothing."""
        scene = self._file_scene(accounts=2)
        kept = scene.store.run(added(scene, "a"))
        for user_id in (scene.user(1), scene.user(below=True)):
            assert _seen(scene, user_id) == ()
            cases: tuple[Any, ...] = (
                added(scene, "b", viewer_id=user_id),
                bo.OpenFile(file_id=kept.id, viewer_id=user_id),
                bo.RemoveLeadFile(file_id=kept.id, viewer_id=user_id, at=AT),
            )
            for case in cases:
                with pytest.raises(NotFound):
                    scene.store.run(case)
        assert _seen(scene, scene.user()) == (kept,)
        with pytest.raises(NotFound):
            _open(scene, replace(kept, id=FileId("none")), scene.user())
        with pytest.raises(NotFound):
            scene.store.run(
                bo.RemoveLeadFile(file_id=FileId("none"), viewer_id=scene.user(), at=AT)
            )

    def test_limits_refuse_with_their_path(self) -> None:
        """At a limit a file fits, over it none does; every limit that says no is named."""
        scene = self._file_scene(
            FileLimits(file_bytes=60, lead_files=3, lead_bytes=100, account_bytes=110)
        )
        for name, size, paths in (
            ("too large", 61, ["size"]),
            ("nothing", 0, ["size"]),
            ("first", 60, []),
            ("over", 41, ["lead.bytes"]),
            ("full", 40, []),
            ("one more", 11, ["lead.bytes", "account.bytes"]),
        ):
            assert _refused(scene, added(scene, name, size=size)) == paths
        assert _refused(scene, added(scene, "page", size=61, media_type="text/html")) == [
            "size",
            "media_type",
            "lead.bytes",
            "account.bytes",
        ]
        second = {"lead_id": LeadId(f"{scene.seller}/l2")}
        assert _refused(scene, added(scene, "second", size=11, **second)) == ["account.bytes"]
        for number in range(3):
            assert _refused(scene, added(scene, f"s{number}", size=3, **second)) == []
        assert _refused(scene, added(scene, "s4", size=1, **second)) == ["lead.files"]
        assert violations(scene.store, scene.seller) == ()

    def test_the_last_room_is_taken_once(self) -> None:
        """Of two who saw it free the second runs again and is refused."""
        scene = self._file_scene(FileLimits(account_bytes=100))
        second = LeadId(f"{scene.seller}/l2")
        scene.store.run(added(scene, "first", size=60))
        late = Behind(added(scene, "late", size=60, lead_id=second), _nothing_kept)
        with pytest.raises(Malformed) as refused:
            scene.store.run(late)
        assert [problem.path for problem in refused.value.problems] == ["account.bytes"]
        assert late.calls == [True, False]
        assert scene.store.file_room(account_room(scene.account())) == Room(60, 1)
        assert violations(scene.store, scene.seller) == ()

    def test_a_returned_lead_takes_its_files_along(self) -> None:
        """The account neither sees them nor pays for their room; back with the lead they are."""
        scene = self._file_scene(FileLimits(account_bytes=200))
        kept = scene.store.run(added(scene, "a"))
        refund = RefundId(f"{scene.seller}/r1")
        ask = bo.RequestRefund(
            refund_id=refund,
            lead_id=kept.lead_id,
            user_id=scene.user(),
            reason="wrong_number",
            detail="a bakery",
            at=AT + timedelta(hours=1),
        )
        scene.store.run(ask)
        approve = ApproveRefund(by="vera", note="so", basis=Basis.PERSON_SAID)
        at = AT + timedelta(hours=2)
        scene.store.run(bo.DecideRefund(refund_id=refund, command=approve, at=at))
        assert _rooms(scene) == (Room(100, 1), Room())
        assert _seen(scene, scene.user()) == ()
        with pytest.raises(NotFound):
            _open(scene, kept, scene.user())
        with pytest.raises(NotFound):
            scene.store.run(added(scene, "b"))
        other = added(scene, "other", size=150, lead_id=LeadId(f"{scene.seller}/l2"))
        scene.store.run(other)
        back = ReverseRefund(by="vera", note="a client after all")
        scene.store.run(bo.DecideRefund(refund_id=refund, command=back, at=at))
        assert _rooms(scene) == (Room(100, 1), Room(250, 2))
        assert _open(scene, kept, scene.user()) == kept
        assert _refused(scene, added(scene, "c", size=1)) == ["account.bytes"]
        assert violations(scene.store, scene.seller) == ()

    def test_lists_are_the_oldest_first_and_paged(self) -> None:
        """Of a lead; removed ones where they are asked for."""
        scene = self._file_scene()
        kept = [
            scene.store.run(added(scene, f"f{days}", at=AT + timedelta(days=days)))
            for days in (2, 0, 1)
        ]
        ordered = (kept[1], kept[2], kept[0])
        query = FileQuery(seller_id=scene.seller)
        assert scene.store.files(query) == ordered
        assert list(_pages(scene, replace(query, limit=2))) == [ordered[:2], ordered[2:]]
        lead = replace(query, lead_id=LeadId(f"{scene.seller}/l2"))
        assert scene.store.files(lead) == ()
        gone = scene.store.run(bo.RemoveLeadFile(file_id=kept[1].id, viewer_id=scene.user(), at=AT))
        assert scene.store.files(query) == ordered[1:]
        assert scene.store.files(query.behind(kept[1])) == ordered[1:]  # though it is gone
        assert scene.store.files(replace(query, removed=True)) == (gone, *ordered[1:])
        assert scene.store.file(FileId("none")) is None

    def test_many_at_once_never_pass_the_quota(self) -> None:
        """Threads add, remove and add again; what is kept is what the rows come to."""
        if Can.CONCURRENT not in self.can:
            pytest.skip("the store is used by one thread at a time")
        scene = self._file_scene(FileLimits(account_bytes=500, lead_bytes=350))
        leads = [LeadId(f"{scene.seller}/l{number}") for number in (1, 2)]
        refused, failed = list[str](), list[Exception]()

        def work(worker: int) -> None:
            try:
                for number in range(6):
                    name = f"w{worker}-{number}"
                    _tried(scene, added(scene, name, lead_id=leads[number % 2]), refused)
                    if number == worker:
                        key = FileId(f"{scene.seller}/{name}")
                        removal = bo.RemoveLeadFile(file_id=key, viewer_id=scene.user(), at=AT)
                        _tried(scene, removal, [])
            except Exception as error:  # noqa: BLE001 - told by the test
                failed.append(error)

        threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert refused != []
        of_account = scene.store.file_room(account_room(scene.account()))
        assert of_account.bytes <= 500  # noqa: PLR2004 - the quota
        rooms = [scene.store.file_room(lead_room(each)) for each in leads]
        assert all(room.bytes <= 350 for room in rooms)  # noqa: PLR2004 - the limit of a lead
        assert sum(room.bytes for room in rooms) == of_account.bytes
        assert violations(scene.store, scene.seller) == ()

    def _file_scene(self, limits: FileLimits | None = None, *, accounts: int = 1) -> Scene:
        scene = Scene(store=self.make_store(), accounts=accounts).set_up()
        terms = SellerTerms(name="Seller", files=limits)
        scene.store.run(bo.SetSellerTerms(seller_id=scene.seller, terms=terms, at=AT))
        for number in (1, 2):
            scene.receive(number)
        return scene


def _tried(scene: Scene, case: Any, refused: list[str]) -> None:  # noqa: ANN401 - any use case
    try:
        scene.store.run(case)
    except LeadcoreError as error:
        if not isinstance(error, Malformed | NotFound):
            raise
        refused.append(str(error))


def _refused(scene: Scene, case: bo.KeepFile) -> list[str]:
    try:
        scene.store.run(case)
    except Malformed as error:
        return [problem.path for problem in error.problems]
    return []


def _open(scene: Scene, kept: LeadFile, user_id: UserId) -> LeadFile:
    return scene.store.run(bo.OpenFile(file_id=kept.id, viewer_id=user_id))


def _rooms(scene: Scene) -> tuple[Room, Room]:
    lead = cast("LeadId", f"{scene.seller}/l1")
    return (
        scene.store.file_room(lead_room(lead)),
        scene.store.file_room(account_room(scene.account())),
    )


def _seen(scene: Scene, user_id: UserId) -> tuple[LeadFile, ...]:
    user = scene.store.user(user_id)
    assert user is not None
    reach = scope(user, Tree.of(scene.store.users(user.account_id)))
    return scene.store.files(FileQuery(seller_id=scene.seller, scope=reach))


def _pages(scene: Scene, query: FileQuery) -> Iterator[tuple[LeadFile, ...]]:
    while page := scene.store.files(query):
        yield page
        query = query.behind(page[-1])


def _nothing_kept(facts: FileFacts) -> FileFacts:
    return replace(facts, of_account=Room(), of_lead=Room())
