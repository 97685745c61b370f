"""A program for the tests: posts to the ledger until it is killed, and says what was answered.

poster.py URL NAME SEED: charges, top-ups and holds of its own ids, single and in batches, one call
for each line it is given. It prints `try ID…` before and `done ID…` after each call whose transfers
were posted.
"""

from __future__ import annotations

import random
import sys

from conftest import Town  # this folder is on the path of a program that lies in it
from leadcore.balances import Posted, TransferKind
from leadcore.errors import Conflict
from leadcore_sqlalchemy import SqlStore, engine


def batch_of(town: Town, seeded: random.Random, name: str):
    kind = seeded.choice(["charge", "charge", "topup", "hold", "batch"])
    account = f"prepaid:seller/a{seeded.randrange(2)}"
    if kind == "topup":
        up = {"debit": "cash:seller", "credit": account}
        return (town.move(name, TransferKind.TOPUP, 60, **up),)
    if kind == "hold":
        return (town.hold(name, 5),)
    number = 20 if kind == "batch" else 1
    return tuple(town.charge(f"{name}.{n}", 2, debit=account) for n in range(number))


def main(url: str, name: str, seed: str) -> None:
    store, town, seeded = SqlStore(engine(url)), Town(), random.Random(int(seed))
    for number, _ in enumerate(sys.stdin):
        batch = batch_of(town, seeded, f"{name}-{number}")
        ids = " ".join(each.id for each in batch)
        print("try", ids, flush=True)  # noqa: T201 # whoever kills it waits for this
        while True:
            try:
                (answer,) = store.post([batch], at=town.at)
            except Conflict:  # the server is away for longer than a store waits
                continue
            break
        if isinstance(answer, Posted):
            print("done", ids, flush=True)  # noqa: T201 # as above


main(*sys.argv[1:])
