"""What a viewer may see, as a filter of a host's own query sets."""

# The stubs of Django leave out what its fields, its signals and its admin are made of.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db import connections, models
from django.db.models.functions import Cast, Replace
from django.utils.module_loading import import_string

from leadcore.downline import Reach
from leadcore.values import UserId
from leadcore_django.models import MODELS
from leadcore_django.stores import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest

__all__ = ["narrow", "viewer_of", "visible"]

M = TypeVar("M", bound=models.Model)


def viewer_of(request: HttpRequest) -> Any:  # noqa: ANN401 # a host's
    """Give who looks: the host's user, or what `LEADCORE_VIEWER` gives for a request."""
    chosen = getattr(settings, "LEADCORE_VIEWER", None)
    find = import_string(chosen) if isinstance(chosen, str) else chosen
    return find(request) if find else request.user


def visible(
    queryset: models.QuerySet[M],
    viewer: Any,  # noqa: ANN401 # a host's
    owner: str | None = None,
) -> models.QuerySet[M]:
    """Give those rows of a host whose owner the viewer may see: the same scope as everywhere.

    Who stands below whom is looked up in the database, in one query with the host's own. Whom
    leadcore does not know sees nothing; a host's superuser is the seller's staff and sees all.

    Args:
        queryset: of the host's leads, however filtered.
        viewer: the row of the host that owns leads: a user, a profile. Its key as text is the id
            of the user in leadcore.
        owner: the field, or path, by which a lead names its owner; None for the one that
            `LEADCORE_LEAD_FIELDS` names. Of several owners one that may be seen is enough.
    """
    if getattr(viewer, "is_superuser", False):
        return queryset
    if viewer is None:
        return queryset.none()
    seen = store().scope(UserId(str(viewer.pk)))
    if seen is None or seen.reach is Reach.NOTHING:
        return queryset.none()
    field = owner or settings.LEADCORE_LEAD_FIELDS["owner"]
    if seen.reach is Reach.OWN:
        return _owned(queryset, field, [viewer.pk])
    within = MODELS["leadcore_intervals"].objects.using(queryset.db)
    within = within.filter(account_id=seen.account_id)
    if seen.reach is Reach.DOWNLINE:
        own = within.filter(id=seen.user_id)
        within = within.filter(
            low__gte=models.Subquery(own.values("low")), low__lt=models.Subquery(own.values("high"))
        )
    return _owned(queryset, field, within.values_list(_as_key(viewer, queryset.db), flat=True))


def _as_key(viewer: models.Model, using: str) -> Any:  # noqa: ANN401 # an expression
    """Turn leadcore's ids into the host's keys, so that the host's own index is used."""
    key = viewer._meta.pk  # noqa: SLF001 # Django's own interface
    kind: Any = models.BigIntegerField() if isinstance(key, models.AutoField) else key
    named: Any = "id"
    if isinstance(key, models.UUIDField) and not connections[using].features.has_native_uuid_field:
        named, kind = Replace("id", models.Value("-"), models.Value("")), models.CharField()
    return Cast(named, output_field=kind)


def _owned(queryset: models.QuerySet[M], field: str, owners: Iterable[Any]) -> models.QuerySet[M]:
    # By key: a lead with two owners who may be seen is still one row.
    model = queryset.model
    mine = model._base_manager.using(queryset.db).filter(**{f"{field}__in": owners})  # noqa: SLF001 # the host's own manager may hide rows
    return queryset.filter(pk__in=mine.values("pk"))


def narrow(path: str) -> None:
    """Filter what a host's own function `f(viewer, …) -> QuerySet` gives, wherever it is called.

    `LEADCORE_NARROW` lists them; a host whose lists all start at one such function needs no change.

    Args:
        path: of the function, such as `leads.access.visible_leads_qs`; it is called through its
            module.
    """
    module, _, name = path.rpartition(".")
    place = import_module(module)
    theirs: Callable[..., models.QuerySet[Any]] = getattr(place, name)

    @wraps(theirs)
    def narrowed(viewer: Any, *given: Any, **named: Any) -> models.QuerySet[Any]:  # noqa: ANN401 # a host's
        return visible(theirs(viewer, *given, **named), viewer)

    setattr(place, name, narrowed)
