"""Both forms do what a courier must."""

from __future__ import annotations

import pytest
from twilio_stand_in import ACCOUNT, TOKEN, query_of

from leadcore.testing import AwaitedCourier, CourierContract, FarSide, Loop, Taken
from leadcore_twilio import MESSAGE


class Ways:
    """How the contract looks at the stand-in."""

    can = frozenset(FarSide)
    secrets = (TOKEN, ACCOUNT, "+12125550100")

    @pytest.fixture
    def taken(self, stand_in):
        return lambda: tuple(
            Taken(
                id=query_of(given["StatusCallback"])[MESSAGE],
                to=(message["to"],),
                body=message["body"].rstrip("\n"),
            )
            for message, given in stand_in.messages
        )

    @pytest.fixture
    def far_side(self, stand_in):
        return stand_in.does.append


class TestTwilio(Ways, CourierContract):
    """The sync form; its courier is the fixture of this folder."""

    @pytest.fixture
    def courier(self, made, stand_in):
        one = made()
        yield one
        one.close()


# The SDK signs in the way aiohttp has come to dislike; it is the SDK's to change.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning")
class TestAsyncTwilio(Ways, CourierContract):
    @pytest.fixture
    def courier(self, awaited):
        loop = Loop()
        yield AwaitedCourier(awaited, loop)
        loop.wait(awaited.aclose())
        loop.close()
