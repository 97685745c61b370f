"""DjangoCRM's own pages, and leadcore's beside them."""

from __future__ import annotations

from django.urls import include, path
from webcrm.urls import urlpatterns as theirs

urlpatterns = [path("leadcore/", include("leadcore_django.urls")), *theirs]
