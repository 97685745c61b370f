"""The pages: the panel of a lead, the request to return it, an account's balance.

Each is a page to a browser and JSON to whoever accepts nothing else. Who may not see a lead is told
that there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from leadcore import wire
from leadcore.errors import Refused, WrongState
from leadcore.refunds import RefundQuestion, reasons_for
from leadcore_django import panels
from leadcore_django.facts import about, lead_model
from leadcore_django.scopes import visible

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

__all__ = ["balance", "panel", "refund"]


def _lead(request: HttpRequest, pk: str) -> Model:
    viewer = panels.viewer_of(request)
    if viewer is None or getattr(viewer, "is_anonymous", False):
        raise PermissionDenied
    rows = lead_model()._default_manager.all()  # noqa: SLF001 # the host's own
    try:
        return get_object_or_404(visible(rows, viewer), pk=pk)
    except (ValidationError, ValueError) as error:  # no key of the host's kind
        raise Http404 from error


def _shown(
    request: HttpRequest, page: str, told: dict[str, Any], status: int = 200
) -> HttpResponse:
    if request.accepts("text/html"):
        return render(request, f"leadcore/{page}.html", told, status=status)
    plain = {
        name: wire.dump(each) if name in {"refund", "window"} and each else each
        for name, each in told.items()
        if name not in {"lead", "reasons"}
    }
    return JsonResponse(plain, status=status)


@require_GET
def panel(request: HttpRequest, pk: str) -> HttpResponse:
    """Show what leadcore says about a lead of the host."""
    return _shown(request, "panel_page", panels.panel(_lead(request, pk)))


@require_http_methods(["GET", "POST"])
def refund(request: HttpRequest, pk: str) -> HttpResponse:
    """Ask for the return of a lead; refused with every reason and the window's instants."""
    lead = _lead(request, pk)
    here, viewer, at = about(lead), panels.viewer_of(request), timezone.now()
    given, terms = here.submission, here.seller.terms.refunds
    reasons = reasons_for(given.kind, given.area, reasons=terms.reasons)
    told = {"lead": lead, "pk": lead.pk, "reasons": reasons, "window": here.window}
    status = 200
    if request.method == "POST":
        question = RefundQuestion(
            reason=request.POST.get("reason", ""),
            detail=request.POST.get("detail", ""),
            other_lead=request.POST.get("other_lead") or None,
        )
        try:
            here.request_return(question, by=str(viewer.pk), at=at)
        except Refused as error:
            status, told["refused"] = 422, panels.told(error.decision)
        except WrongState as error:
            status, told["wrong"] = 409, str(error)
    return _shown(request, "refund", {**told, "refund": here.refund}, status)


@require_GET
def balance(request: HttpRequest, pk: str) -> HttpResponse:
    """Show the balance of the account that holds a lead."""
    sale = about(_lead(request, pk)).lead.sale
    kept = panels.balance(sale.account_id) if sale else None
    if kept is None:
        raise Http404
    return _shown(request, "balance_page", {"balance": kept})
