from __future__ import annotations

import uuid

from django.db import models


class Person(models.Model):
    name = models.TextField()

    def __str__(self) -> str:
        return self.name


class Request(models.Model):
    """What this host calls a lead."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    who = models.TextField()
    telephone = models.TextField(blank=True)
    mail = models.TextField(blank=True)
    postcode = models.TextField(blank=True)
    worker = models.ForeignKey(Person, models.CASCADE, null=True)
    helpers = models.ManyToManyField(Person, related_name="helping")
    came = models.DateTimeField()
    asked = models.DateTimeField(null=True)
    bought = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.who
