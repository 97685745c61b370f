"""What an account's own people may record about a contact point: what binds their account alone.

What a person took back may be recorded for everybody: it never enables anything. Consent may be
recorded only for the account itself: it speaks for nobody else. And only with what shows it: who
gains by contact says nothing by saying alone that the person agreed.

Source: 47 CFR 64.1200(f)(9): written consent is an agreement in writing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.consent import Evidence, Grant, Level, Revocation
from leadcore.contact_points.facts import DoNotCall, RegistryLookup
from leadcore.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.values import AccountId

__all__ = ["own_fact_problems"]


def own_fact_problems(
    fact: Grant | Revocation | DoNotCall | RegistryLookup,
    account_id: AccountId,
    path: str = "fact",
) -> Iterator[Problem]:
    """Give what is wrong with a fact that somebody of an account wants recorded.

    Args:
        fact: consent given or taken back, a request not to be called, or a look into the registry.
        account_id: whose people they are; the seller's own staff may record both for everybody.
        path: where the fact is.
    """
    if isinstance(fact, Grant):
        if fact.sellers - {account_id}:
            yield Problem(f"{path}.sellers", "names nobody but your own account")
        if not _shown(fact.evidence, fact.level):
            yield Problem(f"{path}.evidence", _WANTED[fact.level is Level.WRITTEN])
    elif isinstance(fact, Revocation) and fact.seller not in {None, account_id}:
        yield Problem(f"{path}.seller", _BINDS)
    elif isinstance(fact, DoNotCall) and fact.account_id not in {None, account_id}:
        yield Problem(f"{path}.account_id", _BINDS)


_BINDS = "is your own account, or nobody: then it binds everybody"


_WANTED = {
    False: "has what shows the consent: a text, a signature or a certificate",
    True: "has what shows written consent: the text that was agreed to, or a certificate",
}


def _shown(evidence: Evidence, level: Level) -> bool:
    """Tell whether evidence shows consent of a level; what is blank shows nothing."""
    given, certificate = [evidence.text], evidence.certificate
    if level is not Level.WRITTEN:
        given.append(evidence.signature)
    if certificate is not None and certificate.kind.strip():
        given.append(certificate.id)
    return any(each is not None and each.strip() for each in given)
