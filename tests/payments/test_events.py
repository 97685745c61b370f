"""Every event is a value that is written and read back; the commands and events are all there."""

from typing import get_args

import pytest
from attrs import fields

from leadcore import wire
from leadcore.payments import events
from leadcore.payments.events import PaymentCommand, PaymentEvent


def test_the_unions_name_every_class():
    classes = {name for name in events.__all__ if not name.startswith("Payment")}
    named = {each.__name__ for each in (*get_args(PaymentCommand), *get_args(PaymentEvent))}
    assert classes <= named
    assert set(wire.EVENTS["payment"]) == {each.__name__ for each in get_args(PaymentEvent)}


@pytest.mark.parametrize("kind", get_args(PaymentEvent))
def test_every_event_says_when(kind):
    assert fields(kind).at.converter is not None
