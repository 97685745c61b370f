"""The admin: leadcore's rows to be read, and the panel on the page of a host's own lead."""

# The stubs of Django leave out what its fields, its signals and its admin are made of.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.sites import all_sites
from django.template.loader import render_to_string
from django.urls import path

from leadcore_django import views
from leadcore_django.facts import lead_model
from leadcore_django.scopes import viewer_of, visible
from leadcore_django.templatetags.leadcore import leadcore_panel

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

__all__ = ["KeptAdmin", "LeadAdminMixin", "show_panel"]

_HIDDEN = frozenset({"LoginNames", "Logins", "Passwords", "Sessions", "Tries"})
"""They hold what lets people in, if only as digests."""

_PANEL = "leadcore_panel"


class KeptAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for type checkers alone
    """Rows that are looked at, and changed by use cases only."""

    search_fields = ("id",)

    def get_list_display(self, request: HttpRequest) -> Any:  # noqa: ANN401, ARG002 # Django's signature
        """Show every column but the long ones."""
        names = [field.name for field in self.model._meta.fields]  # noqa: SLF001 # Django's own
        return [name for name in names if name not in {"attempts", "data", "letter", "search"}]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 # as above
        """Say no."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401, ARG002 # as above
        """Say no."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401, ARG002 # as above
        """Say no."""
        return False


class ReturnsAdmin(KeptAdmin):
    """Requests to return leads, with a page on which those that wait are answered."""

    change_list_template = "leadcore/refunds_list.html"

    def get_urls(self) -> Any:  # noqa: ANN401 # Django's signature
        """Add the page."""
        page = self.admin_site.admin_view(views.queue)
        return [path("waiting/", page, name="leadcore_returns"), *super().get_urls()]


for _model in apps.get_app_config("leadcore").get_models():
    # Django's admin takes no composite keys; what hides behind one is part of another row.
    if len(_model._meta.pk_fields) == 1 and _model.__name__ not in _HIDDEN:  # noqa: SLF001 # Django's own
        admin.site.register(_model, ReturnsAdmin if _model.__name__ == "Refunds" else KeptAdmin)


class LeadAdminMixin:
    """For the admin class of a host's leads: the panel on top, and only what the viewer may see."""

    def leadcore_panel(self, lead: Model) -> str:
        """Show the panel."""
        return render_to_string("leadcore/panel.html", leadcore_panel(lead))

    leadcore_panel.short_description = "leadcore"  # type: ignore[attr-defined]  # Django reads it

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ANN401 # Django's signature
        """Add the panel."""
        theirs = super().get_readonly_fields(request, obj)  # type: ignore[misc]  # the host's class comes next
        return (*theirs, _PANEL)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ANN401 # as above
        """Put it before everything else, once there is a lead."""
        theirs = super().get_fieldsets(request, obj)  # type: ignore[misc]  # as above
        kept = [
            (title, {**part, "fields": [each for each in part["fields"] if each != _PANEL]})
            for title, part in theirs
        ]
        return kept if obj is None else [(None, {"fields": (_PANEL,)}), *kept]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what the viewer may not see."""
        theirs: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]  # as above
        return visible(theirs, viewer_of(request))


def show_panel() -> None:
    """Put the mixin on every admin class the host registered for its leads."""
    model = lead_model()
    for site in all_sites:
        if site.is_registered(model):
            theirs = type(site.get_model_admin(model))
            site.unregister(model)
            site.register(model, type(theirs.__name__, (LeadAdminMixin, theirs), {}))
