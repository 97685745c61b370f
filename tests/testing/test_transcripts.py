"""Labels stand where the braces were, and a finder gets what it deserves."""

from leadcore.sensitive import Sensitive, SensitiveKind
from leadcore.testing.transcripts import TRANSCRIPTS, Transcript, measure, table, transcripts

CARD, CODE, SSN = SensitiveKind


def test_labels_stand_where_the_braces_were():
    (told,) = transcripts(["a {card:4111} and {code:12 3}!"])
    assert told.text == "a 4111 and 12 3!"
    assert [(each.kind, told.text[each.start : each.end]) for each in told.labels] == [
        (CARD, "4111"),
        (CODE, "12 3"),
    ]


def test_the_set_has_every_kind_and_much_that_is_none():
    kinds = [each.kind for told in TRANSCRIPTS for each in told.labels]
    assert all(kinds.count(kind) >= 20 for kind in SensitiveKind)
    assert sum(not told.labels for told in TRANSCRIPTS) >= 70
    assert len({told.text for told in TRANSCRIPTS}) == len(TRANSCRIPTS)


def test_scores():
    told = transcripts(["{card:4111} x", "x {card:4222}", "nothing", "{ssn:1} {code:2}"])

    def find(text):
        whole = Sensitive(kind=CARD, start=0, end=4)
        return () if text.startswith("x") else (whole,)

    card, code, ssn = measure(find, told)
    assert (card.labelled, card.found, card.missed) == (2, 1, ("x 4222",))
    assert card.wrong == ("nothing", "1 2")
    assert card.per_mille == (333, 500)
    assert (code.per_mille, ssn.per_mille) == ((1000, 0), (1000, 0))
    assert table([card]).splitlines()[1].split() == [
        *("card_number", "2", "1", "1", "2", "33.3", "%", "50.0", "%")
    ]
    assert measure(find)[0].labelled > 40
    assert Transcript(text="x").labels == ()
