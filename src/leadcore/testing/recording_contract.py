"""What a store must do about recordings: reviews kept, shares heard below, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.downline import Tree, scope
from leadcore.errors import Malformed, NotFound, Refused
from leadcore.leads import AssignLead
from leadcore.people import AddUser, DisableUser, Profile
from leadcore.ports import RecordingQuery
from leadcore.recording_life import ReviewRecording, ShareRecording, UnshareRecording
from leadcore.refunds import ApproveRefund, Basis, ReverseRefund
from leadcore.submissions import Recording
from leadcore.testing.laws import violations
from leadcore.testing.scenes import AT, Behind, Scene, reception
from leadcore.values import LeadId, RefundId, UserId

if TYPE_CHECKING:
    from leadcore.leads import Lead
    from leadcore.ports import RecordingFacts, Store
    from leadcore.recording_life import CallRecording, RecordingCommand

__all__ = ["CLEAN", "RecordingContract", "keeping", "recorded_call"]

CLEAN = ReviewRecording(contains_pan=False, contains_sad=False)
"""A review that found nothing."""


def recorded_call(scene: Scene, number: int, *, days: int = 0) -> Lead:
    """Receive a call with a recording, of the person of that number."""
    case = reception(scene.seller, number, at=AT + timedelta(days=days))
    recording = Recording(reference=f"r{number}", seconds=90, announced=True)
    given = replace(case.submission, recording=recording, vertical="legal", area="family law")
    return scene.store.run(replace(case, submission=given)).lead


def keeping(scene: Scene, command: RecordingCommand, **changed: Any) -> bo.KeepRecording:  # noqa: ANN401 - whatever the use case has
    """Give something that is done with the recording of a scene's first call, by its owner."""
    given: dict[str, Any] = {
        "seller_id": scene.seller,
        "lead_id": LeadId(f"{scene.seller}/l1"),
        "viewer_id": scene.user(),
        "command": command,
        "at": AT,
        **changed,
    }
    return bo.KeepRecording(**given)


class RecordingContract:
    """Recordings."""

    def make_store(self) -> Store:
        """Give a store to be tested."""
        raise TypeError("a contract's test class gives its store in make_store()")

    def test_a_recording_is_reviewed_shared_and_taken_back(self) -> None:
        """Again, each changes nothing; whoever stands below hears it while it is shared."""
        scene = self._recorded()
        below, lead_id = scene.user(below=True), LeadId(f"{scene.seller}/l1")
        with pytest.raises(Refused):
            scene.store.run(keeping(scene, ShareRecording()))
        assert scene.store.recording(lead_id) is None
        for command in (CLEAN, ShareRecording()):
            kept = scene.store.run(keeping(scene, command))
            assert scene.store.run(keeping(scene, command)) == kept
            assert scene.store.recording(lead_id) == kept
            assert (below in _hearing(scene, lead_id)) is (kept.share is not None)
        heard = scene.store.run(_opening(scene, below))
        assert (heard.kept, heard.lead) == (kept, None)
        assert heard.recording == kept.recording
        whole = scene.store.run(_opening(scene, scene.user()))
        assert whole.lead == scene.store.lead(lead_id)
        gone = scene.store.run(keeping(scene, UnshareRecording()))
        assert scene.store.run(keeping(scene, UnshareRecording())) == gone
        assert _hearing(scene, lead_id) == {scene.user()}
        assert len(scene.store.journal("recording", lead_id)) == 3  # noqa: PLR2004 - each once
        assert violations(scene.store, scene.seller) == ()

    def test_a_review_that_finds_something_ends_the_share(self) -> None:
        """The second one counts, whatever the first one said."""
        scene = self._recorded()
        lead_id = LeadId(f"{scene.seller}/l1")
        self._share(scene)
        bad = replace(CLEAN, contains_pan=True)
        assert scene.store.run(keeping(scene, bad)).share is None
        assert _hearing(scene, lead_id) == {scene.user()}
        with pytest.raises(Refused):
            scene.store.run(keeping(scene, ShareRecording()))
        assert violations(scene.store, scene.seller) == ()

    def test_nobody_hears_it_sideways_upward_or_elsewhere(self) -> None:
        """The list and the single question say the same for everybody."""
        scene = self._recorded()
        lead_id = LeadId(f"{scene.seller}/l1")
        people = {
            "beside": _add(scene, "beside", None),
            "deep": _add(scene, "deep", scene.user(below=True)),
            "off": _add(scene, "off", scene.user(below=True), enabled=False),
            "boss": _add(scene, "boss", None, admin=True),
        }
        self._share(scene)
        hearing = {scene.user(), scene.user(below=True), people["deep"], people["boss"]}
        assert _hearing(scene, lead_id) == hearing
        below = ShareRecording(below=scene.user(below=True))
        with pytest.raises(Malformed, match="below"):
            scene.store.run(keeping(scene, below))
        assigned = AssignLead(user_id=scene.user(below=True), by=scene.user())
        worked = bo.WorkLead(lead_id=lead_id, viewer_id=scene.user(), command=assigned, at=AT)
        scene.store.run(worked)
        scene.store.run(keeping(scene, below))
        # Whoever is above sees the call itself.
        assert _hearing(scene, lead_id) == hearing
        scene.store.run(keeping(scene, UnshareRecording()))
        assert _hearing(scene, lead_id) == hearing - {people["deep"]}
        for stranger in (scene.user(1), people["beside"], people["off"]):
            with pytest.raises(NotFound):
                scene.store.run(keeping(scene, CLEAN, viewer_id=stranger))
            with pytest.raises(NotFound):
                scene.store.run(_opening(scene, stranger))

    def test_a_call_that_left_is_heard_by_nobody(self) -> None:
        """Back with its account it is shared as it was."""
        scene = self._recorded()
        lead_id = LeadId(f"{scene.seller}/l1")
        self._share(scene)
        everybody = _hearing(scene, lead_id)
        refund = RefundId(f"{scene.seller}/r1")
        asked = bo.RequestRefund(
            refund_id=refund,
            lead_id=lead_id,
            user_id=scene.user(),
            reason="wrong_number",
            detail="a bakery",
            at=AT + timedelta(hours=1),
        )
        scene.store.run(asked)
        approve = ApproveRefund(by="vera", note="so", basis=Basis.PERSON_SAID)
        at = AT + timedelta(hours=2)
        scene.store.run(bo.DecideRefund(refund_id=refund, command=approve, at=at))
        assert _hearing(scene, lead_id) == set()
        assert scene.store.shared_recordings(RecordingQuery(seller_id=scene.seller)) == ()
        back = ReverseRefund(by="vera", note="a client after all")
        scene.store.run(bo.DecideRefund(refund_id=refund, command=back, at=at))
        assert _hearing(scene, lead_id) == everybody

    def test_a_call_that_somebody_else_works_is_heard_where_it_went(self) -> None:
        """Shared below whoever worked it; with somebody beside that one, nobody there hears it."""
        scene = self._recorded()
        lead_id, owner, low = LeadId(f"{scene.seller}/l1"), scene.user(), scene.user(below=True)
        beside, boss = _add(scene, "beside", None), _add(scene, "boss", None, admin=True)
        self._share(scene)
        # With somebody below, above, beside that one; and back.
        for holder, hearing in (
            (low, {owner, low, boss}),
            (beside, {beside, boss}),
            (boss, {boss}),
            (owner, {owner, low, boss}),
        ):
            assigned = AssignLead(user_id=holder, by=boss)
            scene.store.run(bo.WorkLead(lead_id=lead_id, viewer_id=boss, command=assigned, at=AT))
            assert _hearing(scene, lead_id) == hearing

    def test_lists_are_newest_first_and_paged(self) -> None:
        """By the share, then by id; another seller's are not there."""
        scene = self._recorded(calls=4, accounts=1)
        kept = [
            self._share(scene, number, at=AT + timedelta(days=days))
            for number, days in ((1, 2), (2, 0), (3, 1), (4, 1))
        ]
        ordered = (kept[0], kept[2], kept[3], kept[1])
        query = RecordingQuery(seller_id=scene.seller)
        assert scene.store.shared_recordings(query) == ordered
        first = replace(query, limit=2)
        assert scene.store.shared_recordings(first) == ordered[:2]
        after = scene.store.shared_recordings(first.behind(ordered[1]))
        assert after == ordered[2:]
        scene.store.run(keeping(scene, UnshareRecording(), lead_id=ordered[1].id))
        assert scene.store.shared_recordings(first.behind(ordered[1])) == ordered[2:]
        other = Scene(store=scene.store).set_up()
        assert scene.store.shared_recordings(RecordingQuery(seller_id=other.seller)) == ()

    def test_of_two_at_once_the_second_meets_what_the_first_did(self) -> None:
        """A share that was decided before a bad review is decided again, and refused."""
        scene = self._recorded()
        scene.store.run(keeping(scene, CLEAN))
        seen = scene.store.recording(LeadId(f"{scene.seller}/l1"))
        scene.store.run(keeping(scene, replace(CLEAN, contains_sad=True)))

        def before(facts: RecordingFacts) -> RecordingFacts:
            return replace(facts, recording=replace(facts.recording, state=seen, version=1))

        late = Behind(keeping(scene, ShareRecording()), before)
        with pytest.raises(Refused):
            scene.store.run(late)
        assert late.calls == [True, False]

    def _recorded(self, *, calls: int = 1, accounts: int = 2) -> Scene:
        scene = Scene(store=self.make_store(), accounts=accounts).set_up()
        for number in range(1, calls + 1):
            recorded_call(scene, number)
        return scene

    def _share(self, scene: Scene, number: int = 1, **changed: Any) -> CallRecording:  # noqa: ANN401 - whatever the use case has
        lead_id = LeadId(f"{scene.seller}/l{number}")
        scene.store.run(keeping(scene, CLEAN, lead_id=lead_id, **changed))
        return scene.store.run(keeping(scene, ShareRecording(), lead_id=lead_id, **changed))


def _add(
    scene: Scene, name: str, above: UserId | None, *, admin: bool = False, enabled: bool = True
) -> UserId:
    account = scene.account()
    user = UserId(f"{account}/{name}")
    command = AddUser(
        user_id=user,
        seller_id=scene.seller,
        account_id=account,
        parent_id=above,
        profile=Profile(name=name, admin=admin),
    )
    adding = bo.KeepUser(user_id=user, account_id=account, command=command, at=AT)
    scene.store.run(adding)
    if not enabled:
        scene.store.run(replace(adding, command=DisableUser()))
    return user


def _opening(scene: Scene, user_id: UserId) -> bo.OpenRecording:
    lead_id = LeadId(f"{scene.seller}/l1")
    return bo.OpenRecording(seller_id=scene.seller, lead_id=lead_id, viewer_id=user_id)


def _hearing(scene: Scene, lead_id: LeadId) -> set[UserId]:
    """Give who of the scene may hear a call; the list of what is shared says the same."""
    hearing = set[UserId]()
    shared = scene.store.shared_recordings(RecordingQuery(seller_id=scene.seller, limit=100))
    is_shared = lead_id in {each.id for each in shared}
    for account in scene.store.accounts(scene.seller):
        for user in scene.store.users(account.id):
            try:
                scene.store.run(_opening(scene, user.id))
            except NotFound:
                heard = False
            else:
                hearing.add(user.id)
                heard = True
            reach = scope(user, Tree.of(scene.store.users(user.account_id)))
            query = RecordingQuery(seller_id=scene.seller, scope=reach)
            listed = {each.id for each in scene.store.shared_recordings(query)}
            assert (lead_id in listed) is (heard and is_shared)
    return hearing
