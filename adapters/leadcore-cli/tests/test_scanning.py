"""Whole lists: an answer for each row, what stands out, and going on after an interruption."""

from __future__ import annotations

import csv
import gc
import io
import json
from datetime import UTC, date, datetime

import pytest
from attrs import evolve

from leadcore import back_office as bo
from leadcore.errors import Malformed
from leadcore.submissions import Channel
from leadcore_cli.scan import answers as answering
from leadcore_cli.scan.answers import Answer, Tally, answers
from leadcore_cli.scan.numbers import read_addresses
from leadcore_cli.scan.rows import Row, Wish, of_leads
from leadcore_cli.scan.writing import COLUMNS, asked_file
from leadcore_intake import Record, read_file

HEADER = "id,First Name,Last Name,Phone,Email,ZIP,State,tcpa_consent,Do not call\n"
GRACE = "7,Grace,Abara,813-555-0141,grace@example.com,33602,FL,yes,\n"
OMAR = "8,Omar,Reyes,480-555-0143,omar@example.com,85281,AZ,no,\n"
HANA = "9,Hana,Sato,917-555-0144,hana@example.com,10003,NY,yes,yes\n"
NOBODY = "10,,,,,33602,FL,,\n"
MAIL = "=1+1,Mail,Only,,mail@example.com,,,yes,\n"
TEN = "2026-11-25T10:00:00-05:00"
NIGHT = "2026-11-25T03:00:00-05:00"
KNOWN = ("--scrubbed-on", "2026-11-20", "--not-listed", "--emergency", "none")
CALL = ("--channel", "call", "--at", TEN, *KNOWN)


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "people.csv"
    made.write_text(HEADER + GRACE + OMAR + HANA + NOBODY + MAIL, "utf-8")
    return made


@pytest.fixture
def scan(empty):
    """Scan with --json: the rows, by where they stand, and the counts."""

    def run(*words, code=1, given=None):
        *rows, counts = empty.json("contact", "scan", *words, code=code, given=given)
        return {row["where"]: row for row in rows}, counts

    run.said = lambda *words, code=1: empty("contact", "scan", *words, code=code)
    return run


def test_each_row_is_answered_with_its_reasons_and_the_rest_is_told(scan, file):
    rows, counts = scan(file, *CALL)
    assert {where: row["verdict"] for where, row in rows.items()} == {
        "row 2": "permitted",
        "row 3": "permitted",
        "row 4": "denied",
        "row 5": "malformed",
        "row 6": "no_address",
    }
    assert rows["row 2"]["id"] == "7"
    assert rows["row 4"]["rules"] == ["F-REV-10", "F-IDNC"]
    assert rows["row 4"]["next_permitted_at"] is None
    assert rows["row 5"]["problems"][0]["path"] == "row 5"
    assert rows["row 6"]["sentence"] == "There is no number to call."
    assert counts["counts"] == {"denied": 1, "malformed": 1, "no_address": 1, "permitted": 2}
    assert counts["opens"] == {"never": 1}
    assert [(each["rule"], each["rows"], each["alone"]) for each in counts["reasons"]] == [
        ("F-IDNC", 1, 0),
        ("F-REV-10", 1, 0),
    ]


def test_who_opens_when_is_told_in_the_stated_zone_and_the_persons_own(scan, file):
    rows, counts = scan(file, "--channel", "call", "--at", NIGHT, *KNOWN)
    assert rows["row 2"]["local"] == "2026-11-25 08:00 America/New_York"
    assert rows["row 3"]["local"] == "2026-11-25 08:00 America/Phoenix"
    assert counts["zone"] == "America/New_York"
    opens = {"2026-11-25T08:00-0500": 1, "2026-11-25T10:00-0500": 1, "never": 1}
    assert counts["opens"] == opens
    _, utc = scan(file, "--channel", "call", "--at", NIGHT, *KNOWN, "--zone", "UTC")
    assert set(utc["opens"]) == {"2026-11-25T13:00+0000", "2026-11-25T15:00+0000", "never"}


def test_people_read_the_same(scan, file):
    done = scan.said(file, "--channel", "text", "--at", NIGHT, *KNOWN)
    assert done.stdout.startswith(
        "people.csv: 3 denied, 1 without a number or address, 1 unreadable (text, manual, "
        "telemarketing, strict, at 2026-11-25 08:00 UTC)\n"
    )
    assert "Each row is taken for a lead that has just come in" in done.stdout
    assert "\nF-QH          3     0      It is before 8 a.m." not in done.stdout
    assert "\nF-QH" in done.stdout
    assert "\n2026-11-25 08:00 (UTC-0500)  1\nnot by waiting               2\n" in done.stdout
    assert "no legal advice" in done.stdout
    assert "1 rows can't be read:\n  row 5: names nobody" in done.stderr


def test_a_registry_file_and_a_list_of_ones_own_count(scan, file, tmp_path):
    (tmp_path / "dnc.txt").write_text("phone\n(813) 555-0141\n\n", "utf-8")
    (tmp_path / "own.txt").write_text("omar@Example.com\n", "utf-8")
    words = ("--channel", "call", "--at", TEN, "--scrubbed-on", "2026-11-20", "--emergency", "none")
    lists = ("--listed", tmp_path / "dnc.txt", "--own-list", tmp_path / "own.txt")
    rows, _ = scan(file, *words, *lists)
    assert rows["row 2"]["rules"] == ["F-DNC"]
    assert rows["row 3"]["rules"] == ["F-REV-10", "F-IDNC", "S-AZ-MOBILE"]


def test_the_address_alone_may_be_trusted(scan, tmp_path):
    moved = tmp_path / "moved.csv"
    moved.write_text("Phone,ZIP\n917-555-0144,90001\n", "utf-8")
    early = ("--channel", "call", "--at", "2026-11-25T20:30:00-05:00", *KNOWN)
    rows, _ = scan(moved, *early, code=0)
    assert rows["row 2"]["verdict"] == "permitted"
    late = ("--channel", "call", "--at", "2026-11-25T22:30:00-05:00", *KNOWN)
    rows, _ = scan(moved, *late, code=0)
    assert rows["row 2"]["rules"][0] == "F-QH"
    assert "; " in rows["row 2"]["local"]
    rows, _ = scan(moved, *late, "--trust", "address", code=0)
    assert rows["row 2"]["verdict"] == "permitted"


def test_columns_may_be_named_and_an_email_says_what_it_carries(scan, tmp_path):
    odd = tmp_path / "odd.csv"
    odd.write_text("Who,Reach,Stop\nAda,ada@example.com,\nBen,ben@example.com,x\n", "utf-8")
    mapped = ("--map", "Reach=email", "--map", "Stop=opt_out", "--map", "Who=name")
    carried = ("--postal-address", "--opt-out", "--no-carrier-address", "--at", TEN)
    rows, _ = scan(odd, "--channel", "email", *mapped, *carried, code=0)
    assert [row["verdict"] for row in rows.values()] == ["permitted", "denied"]
    assert rows["row 3"]["rules"] == ["E-REV"]


# -------------------------------------------------------------------------------------- questions

FACTS = {
    "channel": "text",
    "initiation": "manual",
    "purpose": "telemarketing",
    "seller": "s",
    "lead": {"tcpa": "yes", "zip": "33602"},
    "number": {"e164": "+18135550141", "line_type": "wireless", "zones": ["America/New_York"]},
    "states": ["FL"],
    "consent": {"level": "none", "invitation": True, "revoked_at": None},
    "dnc": {"national": False, "scrubbed_on": "2026-11-20", "internal_since": None},
    "rnd": {"status": "not_checked"},
    "personal_relationship": False,
    "history": [{"kind": "call", "at": f"2026-11-{day}T15:00:00Z"} for day in (19, 20)],
    "declared_emergencies": [],
}
QUESTION = {"id": 5, "kind": "contact", "instant_utc": "2026-11-25T15:00:00Z", "facts": FACTS}


def lines(*questions):
    made = (q if isinstance(q, bytes) else json.dumps(q).encode() for q in questions)
    return b"\n".join(made)


def test_contact_questions_are_asked_as_they_say(scan):
    late = QUESTION | {"id": "late", "instant_utc": "2026-11-26T02:30:00Z"}
    rows, counts = scan("-", code=0, given=lines(QUESTION, late))
    assert [row["verdict"] for row in rows.values()] == ["permitted", "denied"]
    assert [row["id"] for row in rows.values()] == ["5", "late"]
    assert rows["line 2"]["rules"] == ["F-QH", "S-FL-QH"]
    assert counts["rows"] == 2


def test_options_go_before_a_questions_own_words(scan, tmp_path):
    (tmp_path / "list.txt").write_text("+18135550141\n", "utf-8")
    given = lines(QUESTION)
    rows, _ = scan("-", "--at", NIGHT, code=0, given=given)
    assert rows["line 1"]["rules"] == ["F-QH", "S-FL-QH"]
    rows, _ = scan("-", "--channel", "call", "--profile", "literal", code=0, given=given)
    assert rows["line 1"]["verdict"] == "permitted"
    rows, _ = scan("-", "--scrubbed-on", "2026-01-01", code=0, given=given)
    assert rows["line 1"]["rules"] == ["F-DNC-SCRUB"]
    rows, _ = scan("-", "--listed", tmp_path / "list.txt", code=0, given=given)
    assert rows["line 1"]["rules"] == ["F-DNC"]
    rows, _ = scan("-", "--own-list", tmp_path / "list.txt", code=0, given=given)
    assert rows["line 1"]["rules"] == ["F-REV-10", "F-IDNC"]
    rows, _ = scan("-", "--emergency", "NY", code=0, given=given)
    assert rows["line 1"]["verdict"] == "permitted"


@pytest.mark.parametrize(
    ("line", "path", "said"),
    [
        (b"{", "", "is no JSON"),
        (b"[]", "", "a question is an object"),
        (b'{"id": NaN}', "", "NaN is no number"),
        (
            b'{"facts": {"dnc": {"national": true, "national": false}}}',
            "facts.dnc.national",
            "twice",
        ),
        (b'{"id": 1e400}', "id", "too large"),
        (b'{"id": "\xff"}', "", "is not UTF-8"),
        (b"x" * 1_000_001, "", "is longer than 1,000,000 bytes"),
        ({"kind": "keyword", "facts": FACTS}, "kind", "must be contact"),
        ({"kind": "contact"}, "facts", "is missing"),
        (QUESTION | {"facts": FACTS | {"states": ["Florida"]}}, "facts.states[0]", "two capital"),
        (QUESTION | {"instant_utc": "today"}, "instant_utc", "must be an instant"),
    ],
)
def test_a_bad_question_is_told_with_its_path_and_the_rest_goes_on(scan, line, path, said):
    rows, counts = scan(*("-", "--format", "questions"), given=lines(QUESTION, line, b"", QUESTION))
    assert rows["line 2"]["verdict"] == "malformed"
    assert path in {problem["path"] for problem in rows["line 2"]["problems"]}
    assert said in rows["line 2"]["sentence"]
    assert rows["line 4"]["verdict"] == "permitted"
    assert counts["counts"]["malformed"] == 1


def test_leads_in_json_lines_are_no_questions(scan):
    given = lines({"phone": "813-555-0141", "zip": "33602", "tcpa": "yes"}, {"favourite": "tea"})
    rows, _ = scan("-", *CALL, given=given)
    assert [row["verdict"] for row in rows.values()] == ["permitted", "malformed"]
    assert rows["line 2"]["problems"][0]["path"].startswith("line 2")


# ------------------------------------------------------------------------------------------ store


def test_leads_that_accounts_hold_are_asked_about_with_what_is_recorded(sold):
    *rows, counts = sold.json("contact", "scan", "--store", *CALL)
    assert [row["verdict"] for row in rows] == ["permitted", "permitted"]
    assert counts["list"] == "leads that accounts hold"
    *mine, counts = sold.json("contact", "scan", "--store", "--as", "ada", *CALL)
    assert len(mine) == 2
    assert counts["list"] == "leads ada may see"
    *none, _ = sold.json("contact", "scan", "--store", "--as", "dan", *CALL)
    assert none == []
    sold("refund", "request", "Grace", "--as", "ben", "--yes", "--reason", "wrong_number",
         "--detail", "A bakery answers.")  # fmt: skip
    sold("refund", "approve", "Grace", "--note", "Yes.")
    *left, _ = sold.json("contact", "scan", "--store", *CALL)
    assert len(left) == 1
    assert "no rows" in sold("contact", "scan", "--store", "--as", "dan", *CALL).stdout


def test_what_was_answered_before_a_file_breaks_off_is_told(scan, file, monkeypatch):
    def breaking_off(source, **_):
        yield next(read_file(source, format="csv"))
        raise Malformed.at("line 9", "opens more quotes than can be sorted out")

    monkeypatch.setattr("leadcore_cli.commands.scanning.read_file", breaking_off)
    done = scan.said(file, *CALL, code=4)
    assert done.stdout.startswith("people.csv: 1 permitted (")
    assert "line 9: opens more quotes" in done.stderr


def test_an_empty_table_has_no_rows(scan, tmp_path):
    bare = tmp_path / "bare.csv"
    bare.write_text("Phone,ZIP\n", "utf-8")
    assert "no rows" in scan.said(bare, *CALL, code=0).stdout


def test_the_store_needs_to_be_told_how(sold):
    assert "--channel: say how" in sold("contact", "scan", "--store", code=4).stderr


def test_the_store_is_read_page_by_page(sold, monkeypatch):
    monkeypatch.setattr("leadcore_cli.scan.rows.PAGE", 1)
    *rows, _ = sold.json("contact", "scan", "--store", *CALL)
    assert len({row["id"] for row in rows}) == 2


# ------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("name", ["answers.csv", "answers.jsonl"])
def test_answers_go_to_a_file_a_line_each(scan, file, tmp_path, name):
    out = tmp_path / name
    said = scan.said(file, *CALL, "--out", out).stdout
    assert f"Every row is answered in {out}." in said
    written = out.read_text("utf-8").splitlines()
    if name.endswith("csv"):
        rows = list(csv.DictReader(written))
        assert tuple(rows[0]) == COLUMNS
        assert rows[-1]["id"] == "'=1+1"  # no formula for a spreadsheet to run
    else:
        rows = [json.loads(line) for line in written]
        assert rows[-1]["id"] == "=1+1"
    assert [row["verdict"] for row in rows] == [
        *("permitted", "permitted", "denied", "malformed", "no_address"),
    ]
    assert "is there already" in scan.said(file, *CALL, "--out", out, code=4).stderr


@pytest.mark.parametrize("name", ["answers.csv", "answers.jsonl"])
@pytest.mark.parametrize("kept", [0, 1, 40, 200, 330])
def test_an_interrupted_scan_goes_on_and_ends_with_the_same(scan, file, tmp_path, name, kept):
    whole, out = tmp_path / f"whole-{name}", tmp_path / name
    _, counts = scan(file, *CALL, "--out", whole)
    assert scan(file, *CALL, "--out", out)[1]["counts"] == counts["counts"]
    out.write_bytes(whole.read_bytes()[:kept])
    _, again = scan(file, *CALL, "--out", out, "--resume")
    assert out.read_bytes() == whole.read_bytes()
    for part in ("rows", "counts", "opens"):
        assert again[part] == counts[part]
    told = [(each["rule"], each["rows"], each["alone"]) for each in again["reasons"]]
    assert told == [(each["rule"], each["rows"], each["alone"]) for each in counts["reasons"]]
    assert all(each["sentence"] for each in again["reasons"])


def test_going_on_asks_about_the_same_instant(scan, file, tmp_path):
    out = tmp_path / "answers.csv"
    words = ("--channel", "call", *KNOWN, "--out", out)
    _, first = scan(file, *words, "--resume")  # nothing to go on with: it begins
    _, second = scan(file, *words, "--resume")
    assert second["at"] == first["at"]
    assert (second["counts"], second["opens"]) == (first["counts"], first["opens"])


def test_going_on_with_another_question_is_refused(scan, file, tmp_path):
    out = tmp_path / "answers.csv"
    scan(file, *CALL, "--out", out)
    other = ("--channel", "text", "--at", TEN, *KNOWN, "--out", out, "--resume")
    assert "answers another question: channel" in scan.said(file, *other, code=4).stderr
    again = (*CALL, "--out", out, "--resume")
    out.write_text("where,what\nrow 2,me\n", "utf-8")
    assert "is no file of answers" in scan.said(file, *again, code=4).stderr
    out.write_text(",".join(COLUMNS) + "\nrow 2,7\n", "utf-8")
    assert "no file of answers (answer 1" in scan.said(file, *again, code=4).stderr
    asked_file(out).unlink()
    assert "nobody knows what was asked" in scan.said(file, *again, code=4).stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "a FILE, or --store"),
        (("FILE", "--store", "--channel", "call"), 2, "a FILE, or --store"),
        (("FILE",), 4, "--channel: say how"),
        (("FILE", "--channel", "fax"), 2, "Invalid value"),
        (("FILE", *CALL, "--zone", "Mars"), 4, "--zone: 'Mars'"),
        (("FILE", *CALL, "--emergency", "Texas"), 4, "two letters of a state"),
        (("FILE", *CALL, "--resume"), 4, "name it with --out"),
        (("FILE", *CALL, "--listed", "none.txt"), 2, "--listed says"),
        (("FILE", *CALL, "--map", "Phone"), 4, "is not COLUMN=FIELD"),
        (("FILE", *CALL, "--own-list", "none.txt"), 4, "no such file"),
        (("none.csv", *CALL), 4, "no such file"),
        (("FILE", *CALL, "--format", "fax"), 4, "none we read"),
        (("--store", "--channel", "call", "--as", "zoe"), 4, "run `leadcore init` first"),
    ],
)
def test_a_wrong_question_is_refused(scan, file, words, code, said):
    given = [file if word == "FILE" else word for word in words]
    assert said in scan.said(*given, code=code).stderr


def test_a_lead_may_still_be_asked_about_by_itself(sold):
    assert sold.one("contact", "Grace", *CALL[:4], "--scrubbed", "2026-11-20", "--not-listed",
                    "--emergency", "none")["verdict"] == "permitted"  # fmt: skip


# -------------------------------------------------------------------------------------- the parts


def test_lists_of_numbers_are_read_however_they_are_written(tmp_path):
    file = tmp_path / "list.txt"
    text = "\ufeffnumber\n813,5550141\n+44 20 7123 4567\n1 (480) 555-0143\nA@Example.com\n\n"
    file.write_text(text, "utf-8")
    held = read_addresses(file, "--listed")
    assert len(held) == 4
    for each in ("+18135550141", "+442071234567", "+14805550143", "a@example.com"):
        assert each in held
    for each in ("+18135550142", "+19", "b@example.com", None, 5):
        assert each not in held


@pytest.mark.parametrize("line", ["12345", "1234567890123456", "call me"])
def test_a_line_of_a_list_that_cannot_be_read_is_no_line_to_pass_over(tmp_path, line):
    file = tmp_path / "list.txt"
    file.write_text(f"8135550141\n{line}\n", "utf-8")
    with pytest.raises(Malformed, match=r"--listed line 2: .* is no whole"):
        read_addresses(file, "--listed")


def test_hours_beyond_the_first_are_told_together():
    tally = Tally(zone="UTC")
    at = datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert answering.hour_of(at, "America/St_Johns") == "2026-11-25T04:00-0330"
    tally.opens.update({"never": 3, "2026-11-25T08:00+0000": 1, "2026-11-24T08:00+0000": 1})
    assert [hour for hour, _ in tally.by_hour()] == [
        "2026-11-24T08:00+0000",
        "2026-11-25T08:00+0000",
        "never",
    ]
    assert answering.sentence_of("NO-SUCH-RULE") == ""


def test_many_questions_at_once_keep_few_bound(monkeypatch):
    monkeypatch.setattr(answering, "_BOUND", 1)
    row = next(iter(of_leads(read_file(_csv("Phone,ZIP\n8135550141,33602\n")), WISH)))
    night = evolve(row, at=datetime(2026, 11, 26, 5, tzinfo=UTC))
    verdicts = [answer.verdict for answer in answers([row, night, row])]
    assert verdicts == ["permitted", "denied", "permitted"]


WISH = Wish(
    contact=bo.LeadContact(
        channel=Channel.CALL,
        listed=False,
        scrubbed_on=date(2026, 11, 20),
        declared_emergencies=frozenset(),
    ),
    at=datetime(2026, 11, 25, 15, tzinfo=UTC),
    seller="s",
)


def _csv(text):
    return io.BytesIO(text.encode())


def test_a_long_list_is_never_held():
    rows, row = 2000, f"8135550141,33602,{'x' * 100}\n"
    file = _csv("Phone,ZIP,remark\n" + row * rows)
    size = len(file.getvalue())
    tally = Tally(zone="UTC")
    for count, answer in enumerate(answers(of_leads(read_file(file), WISH)), 1):
        tally.add(answer)
        if count == rows // 2:
            held = sum(type(each) in {Row, Record, Answer} for each in gc.get_objects())
            assert held < 10
            assert file.tell() < size * 3 / 4
    assert tally.rows == rows
