"""DjangoCRM's own settings, and what leadcore is told about its leads."""

from __future__ import annotations

import os

from webcrm.settings import *  # noqa: F403 # it is how one extends Django's settings
from webcrm.settings import DATABASES, INSTALLED_APPS

DATABASES["default"]["NAME"] = os.environ["HOST_DATABASE"]
DATABASES["default"]["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 30}
INSTALLED_APPS = [*INSTALLED_APPS, "leadcore_django"]
ROOT_URLCONF = "djangocrm.urls"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

LEADCORE_SELLER = "northwind"
LEADCORE_LEAD_MODEL = "crm.Lead"
LEADCORE_LEAD_FIELDS = {
    "first_name": "first_name",
    "last_name": "last_name",
    "phone": ("phone", "other_phone"),
    "cell": "mobile",
    "email": "email",
    "city": "city_name",
    "state": "region",
    "owner": "owner",
    "received_at": "creation_date",
    "sold_at": "creation_date",
}
LEADCORE_ADMIN_PANEL = True
