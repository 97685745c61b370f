"""What an account's own people may record about a contact point: what binds their account alone.

What a person took back may be recorded for everybody: it never enables anything. Consent may be
recorded only for the account itself: it speaks for nobody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.consent import Grant, Revocation
from leadcore.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.values import AccountId

__all__ = ["own_fact_problems"]


def own_fact_problems(
    fact: Grant | Revocation, account_id: AccountId, path: str = "fact"
) -> Iterator[Problem]:
    """Give what is wrong with a fact that somebody of an account wants recorded.

    Args:
        fact: consent given, or taken back.
        account_id: whose people they are; the seller's own staff may record both for everybody.
        path: where the fact is.
    """
    if isinstance(fact, Grant):
        if fact.sellers - {account_id}:
            yield Problem(f"{path}.sellers", "names nobody but your own account")
    elif fact.seller not in {None, account_id}:
        yield Problem(f"{path}.seller", "is your own account, or nobody: then it binds everybody")
