"""A program for the tests: receives and sells leads until it is done, or killed.

worker.py URL FIRST LAST NAME [MANY]: leads FIRST to LAST, under lead ids of its own NAME, one by
one or MANY in a transaction.
"""

from __future__ import annotations

import sys

from conftest import Town  # this folder is on the path of a program that lies in it
from leadcore_sqlalchemy import SqlStore, engine


def main(url: str, first: str, last: str, name: str, many: str = "1") -> None:
    store, town, size = SqlStore(engine(url)), Town(), int(many)
    numbers = range(int(first), int(last))
    for start in range(0, len(numbers), size):
        batch = numbers[start : start + size]
        store.run_many([town.lead(each, lead_id=f"{name}-{each}") for each in batch])
        print(batch[-1], flush=True)  # noqa: T201 # whoever kills it waits for this


main(*sys.argv[1:])
