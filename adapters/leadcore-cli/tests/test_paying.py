"""Top-ups, notices, money on its way back; and a processor that charges nobody."""

from __future__ import annotations

import json

import pytest

from leadcore.errors import Malformed
from leadcore_cli.processors import DemoProcessor, processor_named

CARD = "4111111111111111"


def top_up(cli, amount="300", method="pm_demo", key="p1", **more):
    return cli.one("pay", "top-up", "north", amount, "--method", method, "--id", key, **more)


def posted(cli):
    return cli.one("balance", "north")["posted"]["minor"]


def test_a_top_up_brings_money_and_bonus_once(cli):
    cli("init", "--tiers", "150:5,300:10")
    for _ in range(2):
        made = top_up(cli)
        assert (made["status"], made["bonus"]["minor"]) == ("succeeded", 3_000)
    assert posted(cli) == 133_000
    said = cli("pay", "top-up", "north", "20", "--method", "pm_demo", "--id", "p2").stdout
    assert said == "Payment p2: $20.00 onto north, succeeded.\n"
    assert "with $30.00 of bonus" in cli("pay", "show", "p1").stdout
    assert cli("audit").exit_code == 0


@pytest.mark.parametrize(
    ("method", "status", "reason"),
    [
        ("pm_demo_declined", "declined", "refused"),
        ("pm_demo_declined_insufficient_funds", "declined", "insufficient_funds"),
        ("pm_demo_declined_nonsense", "declined", "refused"),
        ("pm_demo_pending", "pending", None),
        ("pm_demo_lost", "unknown", None),
    ],
)
def test_what_the_method_says_becomes_of_it(cli, method, status, reason):
    made = top_up(cli, method=method)
    assert (made["status"], made["payment"].get("reason")) == (status, reason)
    assert posted(cli) == 100_000
    assert cli.one("pay", "ask", "p1")["status"] == status
    unsettled = cli.json("pay", "list", "--unsettled")
    assert len(unsettled) == (status != "declined")


def test_a_card_number_is_never_taken(cli):
    said = cli("pay", "top-up", "north", "5", "--method", CARD, code=4).stderr
    assert "card number" in said
    assert CARD not in said
    said = cli("account", "watch", "north", "--recharge-below", "5", "--recharge-by", "5",
               "--method", CARD, code=4).stderr  # fmt: skip
    assert CARD not in said
    assert cli.json("pay", "list") == []


def test_methods_and_processors_fit(cli):
    said = cli("pay", "top-up", "north", "5", "--method", "pm_1Nir", code=4).stderr
    assert "is a method of a real processor" in said
    assert cli.json("pay", "list") == []
    assert (
        "no account 'west'"
        in cli("pay", "top-up", "west", "5", "--method", "pm_demo", code=3).stderr
    )
    assert "no payment 'p9'" in cli("pay", "show", "p9", code=3).stderr


def test_the_processor_is_chosen_by_name_and_its_keys_by_the_environment(cli, monkeypatch):
    pytest.importorskip("leadcore_stripe")
    with pytest.raises(Malformed, match="neither demo nor stripe"):
        processor_named("bank")
    monkeypatch.delenv("STRIPE_API_KEY", raising=False)
    with pytest.raises(Malformed, match="STRIPE_API_KEY"):
        processor_named("stripe")
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_x")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "whsec_x")
    monkeypatch.setenv("STRIPE_API_BASE", "http://127.0.0.1:9")
    made = processor_named("stripe")
    assert made.keys_hours == 24
    asked = ("pay", "top-up", "north", "5", "--method", "pm_demo", "--processor", "stripe")
    assert "is a method of the demo processor" in cli(*asked, code=4).stderr
    asked = ("pay", "top-up", "north", "5", "--method", "pm_1Nir", "--id", "real")
    assert cli.one(*asked, "--processor", "stripe")["status"] == "unknown", "nobody answers there"
    assert "is a method of a real processor" in cli("pay", "ask", "real", code=4).stderr
    made.close()


def test_stripe_is_said_to_be_missing_where_it_is(monkeypatch):
    monkeypatch.setattr("leadcore_cli.processors.find_spec", lambda _: None)
    with pytest.raises(Malformed, match="leadcore-stripe"):
        processor_named("stripe")


def notice(reference, number=1, **more):
    told = {
        "id": f"evt_{number}",
        "reference": reference,
        "news": "charge",
        "progress": "succeeded",
        "occurred_at": "2026-11-22T12:00:00Z",
    }
    return json.dumps(told | more)


def take(cli, text, **more):
    return cli.one("pay", "notice", "-", "--signature", "demo", given=text, **more)


def test_a_notice_counts_once_from_a_file_or_standard_input(cli, tmp_path):
    reference = top_up(cli, method="pm_demo_pending")["payment"]["reference"]
    file = tmp_path / "notice.json"
    file.write_text(notice(reference), "utf-8")
    said = cli("pay", "notice", file, "--signature", "demo").stdout
    assert said.splitlines()[0] == "Notice evt_1: counted."
    told = take(cli, notice(reference))
    assert (told["outcome"], told["payment"], told["status"]) == ("known", "p1", "succeeded")
    assert posted(cli) == 130_000
    assert take(cli, notice("demo_other", 2))["outcome"] == "stray"
    assert [each["notices"][0]["id"] for each in cli.json("pay", "strays")] == ["evt_2"]
    assert "evt_2" in cli("pay", "strays").stdout


@pytest.mark.parametrize(
    ("text", "signature", "words"),
    [
        (notice("demo_x"), "forged", "is not the processor's"),
        ("{", "demo", "is no JSON"),
        ("{}", "demo", "is missing"),
        (notice("ch_real"), "demo", "begins with demo_"),
        ("x" * 1_000_001, "demo", "more than 1,000,000 bytes"),
    ],
)
def test_a_notice_that_proves_nothing_is_refused(cli, text, signature, words):
    asked = ("pay", "notice", "-", "--signature", signature)
    assert words in cli(*asked, given=text, code=4).stderr


def test_a_notice_about_nothing_is_passed_over(cli, monkeypatch):
    monkeypatch.setattr(DemoProcessor, "read", lambda *_, **__: None)
    asked = ("pay", "notice", "-", "--signature", "x")
    assert "nothing that matters" in cli(*asked, given="{}").stdout
    assert cli.one(*asked, given="{}")["outcome"] == "ignored"


def test_money_goes_back_with_the_bonus_it_earned(cli):
    cli("init", "--tiers", "150:5,300:10")
    top_up(cli)
    asked = ("pay", "back", "p1", "100", "--reason", "asked for", "--id", "r1")
    for _ in range(2):
        assert cli.one(*asked)["status"] == "partly_repaid"
    assert posted(cli) == 133_000 - 10_000 - 2_000
    lines = cli.json("statement", "north")
    assert [(each["kind"], each["of"]) for each in lines[3:]] == [
        ("hold", 2),
        ("hold", 3),
        ("capture", 4),
        ("void", 5),
        ("promo_expiry", 3),
    ]
    assert lines[3]["ref"] == "payment/2/p1/topup"
    shown = cli("pay", "show", "p1").stdout
    assert "$100.00 back: succeeded, asked for (r1)" in shown
    assert (
        "at most what is left" in cli("pay", "back", "p1", "500", "--reason", "more", code=4).stderr
    )
    assert cli("audit").exit_code == 0


def test_a_lost_dispute_is_shown_and_taken(cli):
    reference = top_up(cli)["payment"]["reference"]
    amount = {"minor": 30_000, "currency": "USD"}
    disputed = {"news": "dispute", "dispute": "lost", "subject": "dp_1", "amount": amount}
    told = json.loads(notice(reference)) | disputed
    del told["progress"]
    assert take(cli, json.dumps(told))["status"] == "disputed"
    assert posted(cli) == 100_000
    assert "dispute dp_1: lost" in cli("pay", "show", "p1").stdout
    take(cli, notice(reference, 3, progress="declined"))
    assert "the charge is declined, it was succeeded" in cli("pay", "show", "p1").stdout


def test_payments_are_listed_newest_first(cli):
    top_up(cli)
    top_up(cli, method="pm_demo_declined_limit", key="p2")
    assert [each["payment"]["id"] for each in cli.json("pay", "list")] == ["p2", "p1"]
    asked = ("pay", "list", "--status", "declined", "--account", "north")
    assert [each["payment"]["id"] for each in cli.json(*asked)] == ["p2"]
    assert cli.json("pay", "list", "--account", "south") == []
    assert cli("pay", "list").stdout.splitlines()[2].split()[0] == "p2"
