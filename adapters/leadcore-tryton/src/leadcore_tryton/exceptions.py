"""Refusals, as the host's own user errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trytond.exceptions import UserError
from trytond.model.exceptions import AccessError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.decisions import Finding

__all__ = ["ContactRefused", "KeptForever", "NotSold", "ReturnRefused", "sentences"]


class ContactRefused(UserError):
    """The rules do not permit the contact that was to be logged."""


class ReturnRefused(UserError):
    """The rules do not permit the return that was asked for."""


class NotSold(ValidationError):
    """What was asked needs the instant at which the lead was sold."""


class KeptForever(AccessError):
    """What is recorded once is never changed."""


def sentences(findings: Iterable[Finding]) -> str:
    """Give findings as people read them, one a line: rule, sentence, citation."""
    return "\n".join(f"{one.rule}: {one.sentence} [{one.citation}]" for one in findings)
