"""Both forms do what a processor must; the async one is asked from a loop of its own."""

from __future__ import annotations

import asyncio

import pytest
from stand_in import SECRET, Rig

from leadcore.testing import ProcessorContract
from leadcore_stripe import AsyncStripeProcessor


class TestStripe(ProcessorContract):
    @pytest.fixture(autouse=True)
    def _rig(self, rig):
        self.rig = rig

    def make_rig(self):
        return self.rig


class Waiting:
    """The async form, waited for."""

    keys_hours = AsyncStripeProcessor.keys_hours

    def __init__(self, base):
        self.base = base

    def _made(self):
        return AsyncStripeProcessor("sk_test_x", webhook_secret=SECRET, timeout=1.5, base=self.base)

    async def _asked(self, name, ask):
        made = self._made()
        try:
            return await getattr(made, name)(ask)
        finally:
            await made.aclose()

    def charge(self, ask):
        return asyncio.run(self._asked("charge", ask))

    def look(self, ask):
        return asyncio.run(self._asked("look", ask))

    def repay(self, ask):
        return asyncio.run(self._asked("repay", ask))

    def read(self, body, signature, *, at):
        return self._made().read(body, signature, at=at)


# The SDK hands httpx a body the way httpx has come to dislike; it is the SDK's to change.
@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
class TestAsyncStripe(ProcessorContract):
    @pytest.fixture(autouse=True)
    def _rig(self, stand_in, base):
        self.rig = Rig(Waiting(base), stand_in)

    def make_rig(self):
        return self.rig
