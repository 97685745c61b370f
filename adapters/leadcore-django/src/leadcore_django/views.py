"""The pages: the panel of a lead, the request to return it, an account's balance.

Each is a page to a browser and JSON to whoever accepts nothing else. Who may not see a lead is told
that there is none. The seller's staff answer requests to return leads on a page of the admin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from leadcore import refunds, wire
from leadcore.errors import LeadcoreError, Refused
from leadcore.host_leads import choices
from leadcore_django import returns
from leadcore_django.facts import about, lead_model
from leadcore_django.scopes import viewer_of, visible

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

__all__ = ["balance", "panel", "queue", "refund"]


def _lead(request: HttpRequest, pk: str) -> Model:
    viewer = viewer_of(request)
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
    return JsonResponse(wire.dump(told), status=status)


@require_GET
def panel(request: HttpRequest, pk: str) -> HttpResponse:
    """Show what leadcore says about a lead of the host."""
    told = about(_lead(request, pk)).panel(at=timezone.now())
    return _shown(request, "panel_page", {"panel": told, "pk": pk})


@require_http_methods(["GET", "POST"])
def refund(request: HttpRequest, pk: str) -> HttpResponse:
    """Ask for the return of a lead; refused with every reason and the window's instants."""
    row, at = _lead(request, pk), timezone.now()
    here, told, status = about(row), dict[str, Any](), 200
    if request.method == "POST":
        question = refunds.RefundQuestion(
            reason=request.POST.get("reason", ""),
            detail=request.POST.get("detail", ""),
            other_lead=request.POST.get("other_lead") or None,
        )
        try:
            here.request_return(question, by=str(viewer_of(request).pk), at=at)
        except Refused as error:
            status, told["refused"] = 422, error.decision
        except LeadcoreError as error:  # never sold, somebody was faster, no lead of theirs
            status, told["wrong"] = 409, str(error)
    told["reasons"] = here.reasons
    return _shown(request, "refund", {**told, "name": str(row), "panel": here.panel(at=at)}, status)


@require_GET
def balance(request: HttpRequest, pk: str) -> HttpResponse:
    """Show the balance of the account that holds a lead."""
    purse = about(_lead(request, pk)).panel(at=timezone.now()).purse
    if purse is None:
        raise Http404
    return _shown(request, "balance_page", {"purse": purse})


@require_http_methods(["GET", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """List the requests to return leads that wait for the seller's staff, and answer one."""
    user: Any = request.user
    if not user.has_perm("leadcore.change_refunds"):
        raise PermissionDenied
    told: dict[str, Any] = {}
    if request.method == "POST":
        by, note = str(user.pk), request.POST.get("note", "")
        try:
            command: refunds.RefundCommand = refunds.DeclineRefund(by=by, note=note)
            if request.POST.get("answer") == "approve":
                basis = refunds.Basis(request.POST.get("basis"))
                command = refunds.ApproveRefund(by=by, note=note, basis=basis)
            told["decided"] = returns.answer(request.POST["refund"], command, at=timezone.now())
        except (KeyError, LeadcoreError, ValueError) as error:
            told["wrong"] = str(error)
    page = returns.waiting()
    told |= {"waiting": page.refunds, "beyond": page.beyond, "bases": choices(refunds.Basis)}
    return _shown(request, "queue", told, 409 if "wrong" in told else 200)
