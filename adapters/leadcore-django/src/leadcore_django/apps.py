"""The application: `"leadcore_django"` in `INSTALLED_APPS`, after the host's own and the admin."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings

__all__ = ["LeadcoreConfig"]


class LeadcoreConfig(AppConfig):
    """leadcore within a host."""

    name = "leadcore_django"
    label = "leadcore"
    verbose_name = "leadcore"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Do to the host what its settings ask for, and nothing else."""
        from leadcore_django.scopes import narrow  # noqa: PLC0415 # needs the models

        for path in getattr(settings, "LEADCORE_NARROW", ()):
            narrow(path)
        if getattr(settings, "LEADCORE_ADMIN_PANEL", False):
            from leadcore_django.admin import show_panel  # noqa: PLC0415 # not every host has it

            show_panel()
