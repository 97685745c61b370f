"""What a dashboard shows: leads by the day, first contacts, returns, spend, the statement in short.

Every report is asked with a `ReportQuery`, always within a viewer's scope or as the seller's own
staff, and is a fold over what is recorded; stores answer the port `leadcore.ports.Reports`, by one
statement each where they keep tables. Amounts are whole minor units of one currency, rates are two
whole numbers with the denominator said, times are whole microseconds.
"""

from leadcore.dashboard.asking import (
    ReportQuery,
    belongs,
    counted_at,
    held,
    money_account,
    staff_only,
)
from leadcore.dashboard.counting import (
    IN_TIME,
    NO_ORDER,
    DayCount,
    FirstContact,
    LeadCount,
    WhyNot,
    first_contacts,
    fold_counts,
    fold_days,
    fold_first_contact,
    fold_overdue,
    fold_undelivered,
    rank,
    source_label,
    tried_after,
    why_not,
    with_appointments,
)
from leadcore.dashboard.money import (
    CohortSale,
    Rate,
    RateBy,
    RefundRate,
    Spend,
    StatementSummary,
    fold_refund_rates,
    fold_spend,
    fold_statement,
    summary_of_sums,
)
from leadcore.dashboard.spans import MOST_DAYS, Days, two_months

__all__ = [
    "IN_TIME",
    "MOST_DAYS",
    "NO_ORDER",
    "CohortSale",
    "DayCount",
    "Days",
    "FirstContact",
    "LeadCount",
    "Rate",
    "RateBy",
    "RefundRate",
    "ReportQuery",
    "Spend",
    "StatementSummary",
    "WhyNot",
    "belongs",
    "counted_at",
    "first_contacts",
    "fold_counts",
    "fold_days",
    "fold_first_contact",
    "fold_overdue",
    "fold_refund_rates",
    "fold_spend",
    "fold_statement",
    "fold_undelivered",
    "held",
    "money_account",
    "rank",
    "source_label",
    "staff_only",
    "summary_of_sums",
    "tried_after",
    "two_months",
    "why_not",
    "with_appointments",
]
