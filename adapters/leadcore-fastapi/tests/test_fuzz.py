"""Whatever is sent, nothing breaks and every answer is one that the description names.

The cases are schemathesis', made of the API's own description; most of them name things that are
there, and everybody sends them. The long run is `LEADCORE_PROFILE=deep`, on both databases.
"""

from __future__ import annotations

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from leadcore_fastapi import app

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DEEP = os.environ.get("LEADCORE_PROFILE") == "deep"
CASES = 5_500 if DEEP else 98
"""Some routes have fewer that differ: of 5,500 asked for, more than 5,000 are made."""
EVERYBODY = (None, "ann", "bob", "sue", "sam", "mia", "mia")


def known(house):
    """Give what there is, by the names of parameters."""
    return {
        "lead_id": (house.lead_id, "lead-2-0", house.call_id),
        "order_id": ("o-north", "o-south"),
        "account_id": ("north", "south"),
        "user_id": ("cat",),
        "return_id": ("r1",),
        "appointment_id": ("a1",),
        "hook_id": ("h1",),
        "key_id": ("k1",),
        "report": ("days", "spend", "statement", "returns-by-reason", "first-contact"),
        "source": ("partner",),
    }


@st.composite
def cases(draw, operation, there):
    mode = draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
    case = draw(operation.as_strategy(generation_mode=mode))
    for name in case.path_parameters or {}:
        if name in there and draw(st.integers(0, 3)):
            case.path_parameters[name] = draw(st.sampled_from(there[name]))
    return case


def play(house, count):
    there = known(house)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app(house.settings))
    operations = [each.ok() for each in schema.get_all_operations()]
    met: dict[int, int] = {}
    for number, operation in enumerate(operations):
        house.revive()
        # As many for each as make the count whole.
        mine = (count * (number + 1)) // len(operations) - (count * number) // len(operations)

        @settings(
            max_examples=max(1, mine),
            deadline=None,
            database=None,
            derandomize=not DEEP,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases(operation, there), who=st.sampled_from(EVERYBODY))
        def one(case, who):
            headers = {"Authorization": f"Bearer {house.tokens[who]}"} if who else {}
            if case.operation.label == "POST /v1/oauth/revoke":
                headers = {}
            response = case.call(headers=headers)
            met[response.status_code] = met.get(response.status_code, 0) + 1
            case.validate_response(response, checks=CHECKS)

        one()
    return met


def test_a_few_of_everything_on_sqlite(house):
    met = play(house, CASES)
    assert sum(met.values()) >= CASES * 0.9
    assert {200, 401, 403, 404, 422} <= set(met)


@pytest.mark.slow
@pytest.mark.skipif(not DEEP, reason="the long run")
def test_many_on_postgres(postgres_house):
    met = play(postgres_house, CASES)
    assert sum(met.values()) >= CASES * 0.9
