"""Refund rules for our marketplace: `python refund_rules.py < requests.csv`, a verdict a line."""

import csv
import sys
from datetime import datetime

from leadcore import refunds, submissions

TERMS = refunds.RefundTerms(
    clock=refunds.RefundClock.BUSINESS_DAYS,
    max_age=3,
    zone="America/Chicago",
    reasons=(
        refunds.RefundReason(code="disconnected", label="The number is disconnected"),
        refunds.RefundReason(code="twice", label="We had the person", names_lead=True),
    ),
    shares=(refunds.RefundShare(rate=5_000, from_hours=48),),
)
EARLIER = {"": None} | {each.value: each for each in refunds.EarlierRequest}
for row in csv.DictReader(sys.stdin):
    question = refunds.RefundQuestion(
        reason=row["reason"], detail=row["detail"], other_lead=row["other"] or None
    )
    facts = refunds.RefundFacts(
        lead_kind=submissions.LeadKind.WEB,
        sold_at=datetime.fromisoformat(row["sold_at"]),
        earlier=EARLIER[row["earlier"]],
    )
    at = datetime.fromisoformat(row["asked_at"])
    said = refunds.assess(question, facts, at=at, rules=TERMS)
    print(row["sale"], said.verdict.value, ",".join(said.rules), "until", said.holds_until)
