from __future__ import annotations

from django.contrib import admin

from . import models


@admin.register(models.Request)
class RequestAdmin(admin.ModelAdmin):
    list_display = ("who",)
