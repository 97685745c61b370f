"""BottleCRM's own settings, and what leadcore is told about its leads."""

from __future__ import annotations

import os
from operator import attrgetter

from crm.settings import *  # noqa: F403 # it is how one extends Django's settings
from crm.settings import DATABASES, INSTALLED_APPS

DATABASES["default"].update(
    NAME=os.environ["HOST_DATABASE"],
    USER=os.environ["HOST_USER"],
    PASSWORD="",
    HOST=os.environ["HOST_SOCKETS"],
    PORT="",
)
INSTALLED_APPS = [*INSTALLED_APPS, "leadcore_django"]
ROOT_URLCONF = "bottlecrm.urls"
CELERY_BROKER_URL = "memory://"
CELERY_RESULT_BACKEND = "cache+memory://"

LEADCORE_LEAD_MODEL = "leads.Lead"
LEADCORE_LEAD_FIELDS = {
    "seller": "org_id",
    "first_name": "first_name",
    "last_name": "last_name",
    "phone": ("phone_e164", "phone"),
    "email": "email",
    "city": "city",
    "state": "state",
    "zip": "postcode",
    "owner": "assigned_to",
    "received_at": "created_at",
    "sold_at": "created_at",
}
LEADCORE_VIEWER = attrgetter("profile")
LEADCORE_NARROW = ["leads.access.visible_leads_qs"]
