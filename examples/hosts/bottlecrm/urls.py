"""BottleCRM's own API, and leadcore's pages beside it.

Its credential is a token in a header, which no other site can make a browser send, so what is
posted with it needs no second one against forgery; its own API does the same.
"""

from __future__ import annotations

from crm.urls import urlpatterns as theirs
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from leadcore_django import views

urlpatterns = [
    path("leadcore/leads/<str:pk>/return/", csrf_exempt(views.refund)),
    path("leadcore/", include("leadcore_django.urls")),
    *theirs,
]
