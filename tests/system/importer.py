"""A process that imports one file into one database; started and killed by the tests beside it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from leadcore.values import SellerId
from leadcore_cli.commands.importing import import_records
from leadcore_cli.context import open_store
from leadcore_intake import Options, read_file

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)


def main(url: str, seller: str, file: str) -> None:
    """Import the file; print a line for each batch that is committed."""
    store = open_store(url)
    records = read_file(Path(file), options=Options(vertical="legal"))
    for tally in import_records(store, SellerId(seller), records, at=AT):
        print(sum(tally.counts[name] for name in ("accepted", "refused", "known")), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
