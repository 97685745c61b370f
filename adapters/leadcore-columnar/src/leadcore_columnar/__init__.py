"""The contact question asked about millions of leads at once, in columns.

    leads = prepare(frame, question, US)   # once
    answers = leads.ask(at)                # as often as wanted, at any instant

`schema.COLUMNS` says which columns there are. No rule is written here: the core says where in a
column's values an answer may change (`leadcore.contact.cuts`); leads with the same values between
those cuts are of one sort, and of each sort one lead is put to the core (`Bound.assess`). So every
row's answer is the core's own.
"""

from __future__ import annotations

from leadcore_columnar.asking import Answers, Leads, prepare
from leadcore_columnar.schema import COLUMNS, Column, Kind
from leadcore_columnar.streaming import ask_batches, scan

__all__ = [
    "COLUMNS",
    "Answers",
    "Column",
    "Kind",
    "Leads",
    "ask_batches",
    "prepare",
    "scan",
]
