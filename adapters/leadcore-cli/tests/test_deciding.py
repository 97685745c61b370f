"""The JSON Lines door: one answer a line, in order, whatever the line holds."""

from __future__ import annotations

import io
import json
import tracemalloc

import pytest

from leadcore_cli.commands import deciding

DEADLINE = {
    "kind": "deadline",
    "facts": {
        "receipt_utc": "2026-11-24T15:00:00Z",
        "zone": "America/New_York",
        "business_days": 5,
        "calendar": "us-federal-observed",
    },
}
TERMS = {"clock": "elapsed_hours", "min_age_hours": 0, "max_age": 120, "zone": "America/New_York"}
RETURN = {
    "kind": "return",
    "facts": {
        "terms": TERMS,
        "lead_kind": "web",
        "sold_at": "2026-03-05T15:00:00Z",
        "requested_at": "2026-03-10T15:00:00Z",
        "reason": "wrong_number",
        "detail": "A bakery answers.",
        "earlier_request": None,
    },
}
CONTACT = {
    "kind": "contact",
    "instant_utc": "2026-11-24T17:00:00Z",
    "facts": {"channel": "call", "initiation": "manual", "purpose": "telemarketing", "seller": "s"},
}


@pytest.fixture
def decide(empty):
    def ask(*questions, code=0):
        lines = (q if isinstance(q, (str, bytes)) else json.dumps(q) for q in questions)
        given = b"\n".join(x.encode() if isinstance(x, str) else x for x in lines)
        done = empty("decide", code=code, given=given)
        return [json.loads(line) for line in done.stdout_bytes.decode().splitlines()]

    return ask


@pytest.mark.parametrize(
    ("question", "answer", "rules"),
    [
        (DEADLINE, "2026-12-02", []),
        (RETURN, "eligible", []),
        ({"kind": "keyword", "facts": {"text": "STOP"}}, "revoke", ["F-REV-10"]),
        (
            {"kind": "zones", "facts": {"e164": "+12125550100", "zip": "10027"}},
            ["America/New_York"],
            ["Z-UNION"],
        ),
        (
            {
                "kind": "share_recording",
                "facts": {
                    "contains_sad": True,
                    "contains_pan": False,
                    "redacted": False,
                    "reviewed": True,
                },
            },
            "denied",
            None,
        ),
        (
            {
                "kind": "recording",
                "facts": {"caller_state": "NY", "called_state": "CA", "announced": False},
            },
            "denied",
            None,
        ),
    ],
)
def test_every_kind_is_answered(decide, question, answer, rules):
    (said,) = decide(question | {"id": "q"})
    assert (said["id"], said["kind"], said["answer"]) == ("q", question["kind"], answer)
    assert said["rules"] if rules is None else said["rules"] == rules


def test_a_return_is_open_to_the_last_instant_and_not_beyond(decide):
    late = RETURN | {"facts": RETURN["facts"] | {"requested_at": "2026-03-10T15:00:00.000001Z"}}
    in_time, too_late = decide(RETURN, late)
    assert in_time["closes_at"] == "2026-03-10T15:00:00Z"
    assert (too_late["answer"], too_late["rules"]) == ("refused", ["RET-LATE"])


def test_a_contact_answer_says_why_and_when(decide):
    (said,) = decide(CONTACT)
    assert said["answer"] == "denied"
    assert set(said) >= {"next_permitted_at", "findings", "rulebook"}
    assert {"severity", "sentence", "citation"} <= set(said["findings"][0])


@pytest.mark.parametrize(
    ("line", "path", "said"),
    [
        ("{", "", "is no JSON"),
        ("[1]", "", "a question is an object"),
        ("7", "", "a question is an object"),
        ('{"id": NaN}', "", "NaN is no number"),
        (b'{"id": "\xff"}', "", "is not UTF-8 at byte 8"),
        ("[" * 100_000, "", "is no JSON"),
        ('{"id": ' + "9" * 641 + "}", "id", "has more than 640 digits"),
        ('{"id": [{"a": 1e400}]}', "id[0].a", "is a number too large to be kept"),
        ('{"id": 1, "facts": {"dnc": {"x": 1, "x": 1}}}', "facts.dnc.x", "is given twice"),
        ('{"kind": -1e999, "id": {"a": 1, "a": 2}}', "kind", "too large"),
        ("[1e999]", "[0]", "too large"),
        (DEADLINE | {"facts": DEADLINE["facts"] | {"zone": ""}}, "facts.zone", "must not be empty"),
        ("x" * 1_000_001, "", "is longer than 1,000,000 bytes"),
        ({"kind": "riddle"}, "kind", "must be one of contact, deadline"),
        ({"kind": "deadline"}, "facts", "is missing"),
        (
            DEADLINE | {"facts": DEADLINE["facts"] | {"zone": "Mars"}},
            "facts.zone",
            "Mars",
        ),
        (RETURN | {"facts": RETURN["facts"] | {"sold_at": 5}}, "facts.sold_at", "instant"),
    ],
)
def test_a_bad_line_is_answered_in_its_place_and_the_run_goes_on(decide, line, path, said):
    before, wrong, after = decide(DEADLINE | {"id": 1}, line, DEADLINE | {"id": 2}, code=1)
    assert (before["id"], after["id"]) == (1, 2)
    assert [problem["path"] for problem in wrong["error"]] == [path] or path in {
        problem["path"] for problem in wrong["error"]
    }
    assert any(said in problem["message"] for problem in wrong["error"])


def test_a_line_without_an_id_is_told_by_its_number(decide):
    lines = (
        "",
        "{",
        '{"id": 7}',
        '{"id": "a", "b": 1e999}',
        "  ",
        '{"id": 1e999}',
        "[]",
        "x" * 10**6,
    )
    said = decide(*lines, '{"id": 1, "id": 1}', "{}", "x" * 1_000_001, code=1)
    numbered = [(each["id"], each.get("line")) for each in said]
    assert numbered == [
        *((None, 2), (7, None), ("a", None), (None, 6), (None, 7), (None, 8), (None, 9)),
        *((None, 10), (None, 11)),
    ]


def test_no_question_with_a_key_given_twice_is_answered(decide):
    facts = json.dumps(CONTACT["facts"])[:-1] + ', "dnc": {"national": true, "national": false}}'
    line = f'{{"id": 1, "kind": "contact", "facts": {facts}}}'
    (said,) = decide(line, code=1)
    problem = {"path": "facts.dnc.national", "message": "is given twice"}
    assert said == {"id": 1, "error": [problem]}


@pytest.mark.parametrize(
    "identity", [None, True, 7, 1.5, "Zoë", "\ud83d", ["a"], {"b": 1}, 10**30, ""]
)
def test_the_id_comes_back_as_it_was(decide, identity):
    (said,) = decide(DEADLINE | {"id": identity})
    assert said["id"] == identity


def test_a_deep_id_is_no_trouble(decide):
    deep = '{"id": ' + "[" * 900 + "]" * 900 + ', "kind": "riddle"}'
    (said,) = decide(deep, code=1)
    assert said["error"]


def test_empty_lines_marks_and_carriage_returns_are_skipped(decide):
    marked = b"\xef\xbb\xbf" + json.dumps(DEADLINE).encode() + b"\r"
    assert len(decide(marked, "", "  ", DEADLINE, "")) == 2
    assert decide("") == []


def test_questions_come_from_a_file_too(empty, tmp_path):
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps(DEADLINE), "utf-8")
    assert empty.one("decide", file)["answer"] == "2026-12-02"
    missing = empty("decide", tmp_path / "none", code=4).stderr
    assert missing == f"This can't be read:\n  {tmp_path / 'none'}: no such file or directory\n"
    assert empty.one("decide", tmp_path, code=4)["error"][0]["message"] == "is a directory"


class Trickle(io.BytesIO):
    """Gives what is asked for in pieces, as a pipe does."""

    def read1(self, size=-1):
        return super().read(min(size, 7))


def test_lines_are_put_together_from_pieces_of_any_size(monkeypatch):
    monkeypatch.setattr(deciding, "LONGEST", 20)
    text = b"short\n" + b"x" * 20 + b"\n" + b"y" * 21 + b"\nlast" + b"z" * 17
    found = [line for batch in deciding._batches(Trickle(text)) for line in batch]
    assert found == [b"short", b"x" * 20, None, None]
    kept = [line for batch in deciding._batches(Trickle(b"a\nb")) for line in batch]
    assert kept == [b"a", b"b"]


def test_an_answer_is_given_before_the_next_question_is_waited_for(monkeypatch):
    events = []

    class Asking(io.BytesIO):
        def read1(self, size=-1):
            events.append("read")
            return self.readline()

    class Out:
        buffer = io.BytesIO()

        def flush(self):
            pass

    class Told(io.BytesIO):
        def flush(self):
            events.append("told")

    Out.buffer = Told()
    line = json.dumps(DEADLINE).encode() + b"\n"
    monkeypatch.setattr("sys.stdin", type("In", (), {"buffer": Asking(line * 2)}))
    monkeypatch.setattr("sys.stdout", Out())
    deciding.decide("-")
    assert events[:4] == ["read", "told", "read", "told"]


def test_a_long_run_takes_no_more_memory(monkeypatch):
    line = json.dumps({"kind": "riddle", "id": "x" * 500}).encode() + b"\n"

    class Endless:
        left = 20_000

        def read1(self, _size):
            self.left -= 100
            return line * 100 if self.left >= 0 else b""

    class Nowhere:
        def __init__(self):
            self.count = 0

        def write(self, data):
            self.count += data.count(b"\n")

        def flush(self):
            pass

    out = Nowhere()
    monkeypatch.setattr("sys.stdin", type("In", (), {"buffer": Endless()}))
    monkeypatch.setattr("sys.stdout", type("Out", (), {"buffer": out}))
    tracemalloc.start()
    try:
        with pytest.raises(Exception, match="1"):
            deciding.decide("-")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert out.count == 20_000
    assert peak < 2_000_000
