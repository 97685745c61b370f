"""Requests to return leads as the seller's staff answer them: on record, or beside a host's row."""

# The stubs of Django leave out what its fields, its signals and its admin are made of.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from django.db.models import Q

from leadcore import back_office as bo
from leadcore.errors import NotFound
from leadcore.host_leads import in_order
from leadcore.ports import RefundPage, RefundQuery, RefundSort
from leadcore.refunds import PENDING, Refund
from leadcore.values import RefundId, SellerId
from leadcore_django.facts import about, lead_model, requests_in
from leadcore_django.models import MODELS, LeadFacts
from leadcore_django.stores import store

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.refunds import RefundCommand

__all__ = ["answer", "waiting"]


def waiting() -> RefundPage:
    """Give the requests that wait for somebody of the staff, the one due first before others.

    Of each seller's on record those due first are listed; how many more there are is said.
    """
    kept, using = store(), store().using
    sellers = MODELS["leadcore_sellers"].objects.using(using).values_list("id", flat=True)
    asked = partial(RefundQuery, statuses=PENDING, sort=RefundSort.DUE)
    pages = [kept.refund_page(asked(seller_id=SellerId(each))) for each in sellers]
    told = Q(*(("refund__contains", f'"{each.value}"') for each in PENDING), _connector=Q.OR)
    beside = LeadFacts.objects.using(using).filter(told).values_list("refund", flat=True)
    found = in_order(chain(*(page.refunds for page in pages), *map(requests_in, beside)))
    return RefundPage(refunds=found, outside=0, beyond=sum(page.beyond for page in pages))


def answer(refund_id: str, command: RefundCommand, *, at: datetime) -> Refund:
    """Carry a request on, wherever it is kept.

    Raises:
        NotFound: there is no such request.
        Conflict: the lead's last request is another one.
        WrongState: it is decided, or does not rest on what it must; see `leadcore.refunds.decide`.
        Malformed: the note is empty.
    """
    key = refund_id.rpartition("/")[0]
    rows = LeadFacts.objects.using(store().using).filter(id=key, refund__isnull=False)
    if not rows.exists():
        return store().run(bo.DecideRefund(refund_id=RefundId(refund_id), command=command, at=at))
    lead = lead_model()._base_manager.filter(pk=key.partition(":")[2]).first()  # noqa: SLF001 # Django's own
    if lead is None:
        raise NotFound("lead", key)
    return about(lead).decide_return(command, refund_id=RefundId(refund_id), at=at)
