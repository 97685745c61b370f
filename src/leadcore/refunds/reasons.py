"""The seller's usual list of refund reasons, as data (domain: returns of web leads and live calls).

"Not interested", "chose not to buy" and "no contact" are never reasons: what is not on the list is
refused. Some reasons hold only in some areas of law; a lead whose area is not known does not have
them, for unknown means not allowed.
"""

from __future__ import annotations

from attrs import frozen

from leadcore.submissions import LeadKind

__all__ = ["REASONS", "RefundReason", "reasons_for"]

WEB = frozenset({LeadKind.WEB})
LIVE = frozenset({LeadKind.LIVE_CALL})
BOTH = WEB | LIVE


@frozen(kw_only=True)
class RefundReason:
    """One reason a lead may be returned for.

    Attributes:
        code: its stable name.
        label: what a person reads in a list.
        kinds: the kinds of lead it holds for.
        areas: the areas it holds in; None for all. An area is met where all of its words are
            among the lead's, whatever their case: `injury` is met by "Personal injury".
        attempt_days: on how many different days the person must have been tried.
        names_lead: must the request name the other lead?
        recording: must a recording be at hand, of a web lead too?
        documents: how many documents the request must name (a file of the lead, a reference).
    """

    code: str
    label: str
    kinds: frozenset[LeadKind] = BOTH
    areas: frozenset[str] | None = None
    attempt_days: int = 0
    names_lead: bool = False
    recording: bool = False
    documents: int = 0


REASONS: tuple[RefundReason, ...] = (
    RefundReason(code="disconnected_number", label="The number is disconnected", kinds=WEB),
    RefundReason(code="wrong_number", label="The number belongs to somebody else"),
    RefundReason(code="wrong_category", label="The matter is of another category"),
    RefundReason(code="wrong_location", label="The matter is out of the area ordered"),
    RefundReason(code="had_attorney", label="The person had an attorney already"),
    RefundReason(code="had_legal_plan", label="The person had a legal plan already"),
    RefundReason(code="never_submitted", label="The person never submitted the form", kinds=WEB),
    RefundReason(code="not_a_legal_matter", label="It is no legal matter"),
    RefundReason(code="duplicate", label="The same lead was bought before", names_lead=True),
    RefundReason(code="foreign_language", label="The person speaks another language only"),
    RefundReason(code="spam", label="The submission is spam", kinds=WEB),
    RefundReason(
        code="voicemail_full",
        label="The voice mailbox is full, on four different days",
        kinds=WEB,
        attempt_days=4,
    ),
    RefundReason(code="free_advice", label="The person wants free advice only"),
    RefundReason(code="underage", label="The person is under age"),
    RefundReason(
        code="past_sol",
        label="The statute of limitations has run out",
        areas=frozenset({"injury"}),
    ),
    RefundReason(code="at_fault", label="The person was at fault", areas=frozenset({"injury"})),
    RefundReason(
        code="no_pending_charges", label="No charges are pending", areas=frozenset({"criminal"})
    ),
    RefundReason(
        code="debt_below_minimum",
        label="The debt is below the minimum",
        areas=frozenset({"bankruptcy"}),
    ),
    RefundReason(
        code="federal_cps",
        label="A federal or child-protection matter",
        areas=frozenset({"family"}),
    ),
    RefundReason(code="third_party", label="Somebody else asked for the person"),
    RefundReason(code="incarcerated", label="The person is incarcerated"),
    RefundReason(code="government_lawsuit", label="A suit against the government"),
    RefundReason(code="non_profit", label="The person needs a non-profit"),
    RefundReason(code="technical_issue", label="A technical issue cut the call", kinds=LIVE),
)
"""Every reason, in the order people are shown them."""


def reasons_for(
    kind: LeadKind, area: str | None, *, reasons: tuple[RefundReason, ...] = REASONS
) -> tuple[RefundReason, ...]:
    """Give the reasons that hold for a lead of this kind and area, in their order.

    >>> [r.code for r in reasons_for(LeadKind.WEB, "Bankruptcy")][-5:]
    ['debt_below_minimum', 'third_party', 'incarcerated', 'government_lawsuit', 'non_profit']
    """
    return tuple(
        reason for reason in reasons if kind in reason.kinds and _in_area(reason.areas, area)
    )


def _in_area(areas: frozenset[str] | None, area: str | None) -> bool:
    if areas is None:
        return True
    known = _words(area or "")
    return any(words and words <= known for words in map(_words, areas))


def _words(area: str) -> set[str]:
    return set(area.casefold().replace("-", " ").split())
