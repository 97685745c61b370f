"""What the description says is what is taken: schemas agree with `leadcore.wire`."""

from __future__ import annotations

import copy

import attrs
import jsonschema_rs
import pytest

from leadcore import wire
from leadcore.errors import Malformed
from leadcore_fastapi import routers
from leadcore_fastapi.describing import SCHEMAS
from leadcore_fastapi.schemas import Schemas

ROUTES = [route for group in routers.GROUPS for route in group.routes]
BODIES = [route for route in ROUTES if isinstance(route.body, type) and attrs.has(route.body)]


def valid(schema, data):
    whole = {**schema, "components": {"schemas": SCHEMAS.named}}
    return jsonschema_rs.is_valid(whole, data)


def taken(kind, data):
    try:
        wire.load(kind, data)
    except Malformed:
        return False
    return True


def changes(data):
    """Give everything that is one change away: a field less, one more, one of another kind."""
    yield {**data, "unknown_field": 1}
    for name in data:
        yield {key: each for key, each in data.items() if key != name}
        for other in ([], 1.5, "…no such word…", 7, True, {"unknown_field": 1}):
            yield {**data, name: other}
        if isinstance(data[name], dict):
            for inner in changes(data[name]):
                yield {**data, name: inner}


@pytest.mark.parametrize("route", BODIES, ids=lambda route: route.name)
def test_an_example_is_taken_and_its_neighbours_are_judged_alike(route):
    schema, data = SCHEMAS.of(route.body), route.example
    assert valid(schema, data)
    assert taken(route.body, data)
    for changed in changes(copy.deepcopy(data)):
        # What has its form may still make no sense; what is taken always has its form.
        assert not taken(route.body, changed) or valid(schema, changed), changed
        lacks = not valid(schema, changed)
        assert not (lacks and taken(route.body, changed)), changed


@pytest.mark.parametrize("route", BODIES, ids=lambda route: route.name)
def test_what_lacks_a_field_or_has_one_too_many_is_refused_by_both(route):
    schema = SCHEMAS.of(route.body)
    for wrong in ({**route.example, "seller_id": "x"}, [], "text", None):
        assert not valid(schema, wrong)
        assert not taken(route.body, wrong)


def test_a_sort_that_nobody_reads_has_no_schema():
    with pytest.raises(TypeError, match="no schema"):
        Schemas().of(list[int])


def test_two_classes_of_one_name_have_two():
    first = attrs.make_class("Twin", {"a": attrs.field(type=int)})
    second = attrs.make_class("Twin", {"b": attrs.field(type=str)})
    made = Schemas()
    assert made.of(first) != made.of(second)
    assert len(made.named) == 2
