"""The outbox of the reference store, where the contract does not look."""

from leadcore import back_office as bo
from leadcore.decider import Versioned
from leadcore.letters import letter_of
from leadcore.ports import LetterNeeds, OutboxNeeds, OutboxQuery
from leadcore.submissions import Channel
from leadcore.testing import MemoryStore
from leadcore.testing.memory.outbox import audit_outbox, letter_facts, outbox_facts
from leadcore.testing.outbox_contract import PutMessages, outbox_message
from leadcore.testing.scenes import AT, Scene, new_seller, terms


def office():
    scene = Scene(store=MemoryStore()).set_up()
    lead = scene.receive(1).lead
    return scene, lead


def test_what_was_not_asked_for_is_not_there():
    scene, lead = office()
    message = next(each for each in scene.store.messages() if each.to_person)
    plain = letter_facts(LetterNeeds(message_id=message.id), scene.store)
    assert (plain.message, plain.lead, plain.points, plain.trail, plain.point) == (
        message,
        None,
        (),
        None,
        None,
    )
    asked = letter_facts(LetterNeeds(message_id=message.id, contact=True), scene.store)
    assert (asked.lead, asked.point, asked.seller) == (lead, None, None)
    assert asked.trail.version == 0
    both = letter_facts(LetterNeeds(message_id=message.id, contact=True, point=True), scene.store)
    assert both.point.state.address == message.to
    assert both.seller.id == scene.seller
    none = letter_facts(LetterNeeds(message_id="none"), scene.store)
    assert (none.message, none.letter) == (None, Versioned(letter_of("none"), 0))


def test_without_a_lead_the_address_itself_is_known():
    store, seller = MemoryStore(), new_seller()
    store.run(terms(seller))
    text = outbox_message(seller, 1, channel=Channel.TEXT, to="+12125550100")
    store.run(PutMessages(seller_id=seller, messages=(text,)))
    asked = letter_facts(LetterNeeds(message_id=text.id, contact=True), store)
    assert (asked.lead, asked.point.state.address) == (None, text.to)


def test_letters_are_read_page_by_page_and_by_state():
    store, seller = MemoryStore(), new_seller()
    store.run(terms(seller))
    made = tuple(outbox_message(seller, number, lead="l1") for number in range(3))
    store.run(PutMessages(seller_id=seller, messages=made))
    case = bo.ClaimLetters(by="r", seller_id=seller, at=AT)
    assert len(store.run(case)) == 1
    query = OutboxQuery(seller_id=seller)
    query = query.behind(store.letters(query)[0])
    assert [each.message for each in store.letters(query)] == list(made[1:])
    assert store.letter("none") is None
    assert store.letter(made[0].id).letter.claimed_by == "r"
    texts = OutboxNeeds(at=AT, limit=9, channels=frozenset({Channel.TEXT}))
    assert outbox_facts(texts, store).due == ()
    alone = outbox_message(seller, 9)
    store.run(PutMessages(seller_id=seller, messages=(alone,)))
    (due,) = outbox_facts(OutboxNeeds(at=AT, limit=9), store).due
    assert due.message == alone


def test_a_letter_of_no_message_is_found():
    store = office()[0].store
    store.rows["letter", "gone"] = Versioned(letter_of("gone"), 1)
    assert list(audit_outbox(store)) == ["letter gone: it has no message"]
