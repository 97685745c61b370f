"""`path("leadcore/", include("leadcore_django.urls"))`."""

from __future__ import annotations

from django.urls import path

from leadcore_django import views

app_name = "leadcore"
urlpatterns = [
    path("leads/<str:pk>/", views.panel, name="panel"),
    path("leads/<str:pk>/return/", views.refund, name="refund"),
    path("leads/<str:pk>/balance/", views.balance, name="balance"),
]
