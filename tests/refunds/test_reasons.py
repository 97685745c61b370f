"""The reasons of the seller's list, by kind and by area."""

from pathlib import Path

import pytest

from leadcore.refunds.reasons import REASONS, RefundReason, reasons_for
from leadcore.submissions import LeadKind

PUBLISHED = Path(__file__).parents[2] / "docs" / "refunds.md"
EVERYWHERE = {
    "wrong_number",
    "wrong_category",
    "wrong_location",
    "had_attorney",
    "had_legal_plan",
    "not_a_legal_matter",
    "duplicate",
    "foreign_language",
    "free_advice",
    "underage",
    "third_party",
    "incarcerated",
    "government_lawsuit",
    "non_profit",
}
WEB_ONLY = {"disconnected_number", "never_submitted", "spam", "voicemail_full"}
LIVE_ONLY = {"technical_issue"}


def codes(kind, area=None):
    return {reason.code for reason in reasons_for(kind, area)}


def test_web_leads_and_live_calls_have_their_own_lists():
    assert codes(LeadKind.WEB) == EVERYWHERE | WEB_ONLY
    assert codes(LeadKind.LIVE_CALL) == EVERYWHERE | LIVE_ONLY


@pytest.mark.parametrize(
    ("area", "more"),
    [
        ("injury", {"past_sol", "at_fault"}),
        ("Personal Injury", {"past_sol", "at_fault"}),
        ("criminal", {"no_pending_charges"}),
        ("Criminal-Defense", {"no_pending_charges"}),
        ("BANKRUPTCY", {"debt_below_minimum"}),
        ("family law", {"federal_cps"}),
        ("immigration", set()),
        ("familyish", set()),
        ("", set()),
        (None, set()),
    ],
)
@pytest.mark.parametrize("kind", LeadKind)
def test_some_reasons_hold_only_in_some_areas(area, more, kind):
    assert codes(kind, area) - codes(kind) == more


def test_what_a_person_wants_or_does_is_never_a_reason():
    listed = {reason.code for reason in REASONS}
    assert not listed & {"not_interested", "chose_not_to_buy", "no_contact", "changed_mind"}


def test_every_reason_has_one_code_and_words():
    assert len({reason.code for reason in REASONS}) == len(REASONS) == 24
    assert all(reason.label.strip() for reason in REASONS)


def test_the_list_is_the_one_that_is_published():
    of = {LeadKind.WEB: "web leads", LeadKind.LIVE_CALL: "live calls"}
    published = [line for line in PUBLISHED.read_text("utf-8").splitlines() if line[:3] == "| `"]
    for reason in REASONS:
        kinds = "both" if len(reason.kinds) > 1 else of[next(iter(reason.kinds))]
        areas = " or ".join(sorted(reason.areas or {"any area"}))
        assert f"| `{reason.code}` | {reason.label} | {kinds} | {areas} |" in published


def test_a_reason_asks_for_nothing_that_it_does_not_say():
    plain = RefundReason(code="any", label="Any")
    asked = (plain.names_lead, plain.recording, plain.attempt_days, plain.documents)
    assert asked == (False, False, 0, 0)
    assert plain.kinds == {LeadKind.WEB, LeadKind.LIVE_CALL}


def test_only_a_full_mailbox_needs_attempts_and_only_a_duplicate_names_a_lead():
    assert {r.code: r.attempt_days for r in REASONS if r.attempt_days} == {"voicemail_full": 4}
    assert [r.code for r in REASONS if r.names_lead] == ["duplicate"]


@pytest.mark.parametrize(
    ("area", "met"),
    [
        ("family law", True),
        ("Law, family and divorce", False),  # "law," is no word of it
        ("Divorce in Family-Law", True),
        ("family", False),
        ("maritime law", False),
        (None, False),
    ],
)
def test_a_sellers_own_area_of_several_words_is_met_by_all_of_them(area, met):
    own = RefundReason(code="own", label="Ours", areas=frozenset({"Family Law", " "}))
    assert (reasons_for(LeadKind.WEB, area, reasons=(own,)) == (own,)) is met
