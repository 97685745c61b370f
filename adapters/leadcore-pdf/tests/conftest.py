"""One packet and its PDF, made once: drawing takes seconds."""

from __future__ import annotations

import pytest

from leadcore.evidence import packet
from leadcore.testing.dossiers import LEAD, MADE, SELLER, dossier
from leadcore_pdf import render


@pytest.fixture(scope="session")
def whole() -> bytes:
    """Everything recorded about one lead."""
    return packet(dossier(), lead_id=LEAD, seller_id=SELLER, made_at=MADE)


@pytest.fixture(scope="session")
def pdf(whole: bytes) -> bytes:
    """The same, drawn."""
    return render(whole)
