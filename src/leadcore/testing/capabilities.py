"""What a store says it can do beside what every store must; what it can't is skipped, and said so.

class TestMyStore(StoreContract):
can = frozenset({Can.CONCURRENT, Can.REOPEN})

def make_store(self): ...
def reopen(self, store): ...
"""

from __future__ import annotations

import threading
import time
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import prepaid_account
from leadcore.balances import Posted
from leadcore.errors import NotFound
from leadcore.testing.laws import reading, violations
from leadcore.testing.ledger_laws import ledger_violations
from leadcore.testing.linear import Recorder, balance_step, linearizable
from leadcore.testing.scenes import AT, PRICE, Scene, charge, reception
from leadcore.testing.simulation import simulate
from leadcore.values import SellerId

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadcore.ports import Store

__all__ = ["Can", "CapabilityContract", "only_new_tests", "together"]

_WORKERS = 4
_EACH = 5


class Can(Enum):
    """What a store may be able to do.

    * `CONCURRENT`: it is used by several threads at once;
    * `REOPEN`: what was committed is there when it is opened again, by `reopen`;
    * `STEPPED`: it loads facts and commits outcomes one by one (`simulation.SteppedStore`).
    """

    CONCURRENT = "concurrent"
    REOPEN = "reopen"
    STEPPED = "stepped"


def only_new_tests(kind: type, contract: type) -> None:
    """Refuse a class that overrides a test of its contract: it would not be kept, and look kept.

    Raises:
        TypeError: it does; which test is said.
    """
    for name in vars(kind):
        if name.startswith("test_") and hasattr(contract, name):
            message = f"{kind.__name__} overrides {name} of its contract"
            raise TypeError(message)


class CapabilityContract:
    """What only some stores can do."""

    can: ClassVar[frozenset[Can]] = frozenset()

    def make_store(self) -> Store:
        """Give a store to be tested."""
        raise TypeError("a contract's test class gives its store in make_store()")

    def reopen(self, store: Store) -> Store:
        """Open again what a store keeps, as another process would; needed for `Can.REOPEN`."""
        raise TypeError(f"a store that can be reopened says how in reopen(): {store!r}")

    def _need(self, capability: Can) -> None:
        if capability not in self.can:
            pytest.skip(f"the store does not say that it can: {capability.value}")

    def test_what_was_committed_is_there_when_it_is_opened_again(self) -> None:
        """Leads, money, journal, messages and keys are; what was taken back is not."""
        self._need(Can.REOPEN)
        scene = Scene(store=self.make_store()).set_up()
        scene.receive(1)
        taken = charge(scene.seller, scene.account(), "taken", 100)
        scene.store.post([(taken,)], at=AT)
        with pytest.raises(NotFound):
            scene.store.run_many([reception(scene.seller, 2), reception(SellerId("nobody"), 3)])
        before = reading(scene.store, scene.seller)
        again = self.reopen(scene.store)
        assert reading(again, scene.seller) == before
        assert violations(again, scene.seller) == ()
        (answer,) = again.post([(taken,)], at=AT)
        assert isinstance(answer, Posted)
        assert replace(scene, store=again).receive(1).outcome is bo.Received.KNOWN
        assert reading(again, scene.seller) == before

    def test_many_at_once_get_what_one_after_another_would(self) -> None:
        """Charges, payments and looks of several threads fit some order of them."""
        self._need(Can.CONCURRENT)
        start = 500
        scene = Scene(store=self.make_store(), funds=start).set_up()
        recorder, ledger = Recorder(time.perf_counter_ns), prepaid_account(scene.account())

        def work(worker: int) -> None:
            for number in range(_EACH):
                with recorder.call("account", ("charge", 60)) as call:
                    taken = charge(scene.seller, scene.account(), f"{worker}/{number}", 60)
                    (answer,) = scene.store.post([(taken,)], at=AT)
                    call.answer = isinstance(answer, Posted)
                with recorder.call("account", "look") as call:
                    call.answer = scene.store.balance(ledger).posted

        together(work)
        assert linearizable(recorder.history(), balance_step, start=start) is None
        assert scene.balance() == start % 60
        assert ledger_violations(scene.store, scene.seller) == ()

    def test_many_at_once_sell_no_place_twice(self) -> None:
        """Of a person who comes to several threads at once, and of the last places."""
        self._need(Can.CONCURRENT)
        places = 3
        scene = Scene(store=self.make_store(), quantity=places, funds=100_000).set_up()

        def work(worker: int) -> None:
            for number in range(2):
                who = 10 + number if worker % 2 else 20 + worker
                scene.store.run(reception(scene.seller, 10 * worker + number, of=who))

        together(work)
        ((_, standing),) = scene.store.orders(scene.seller)
        assert (standing.sold, scene.balance()) == (places, 100_000 - places * PRICE)
        assert violations(scene.store, scene.seller) == ()

    def test_a_few_simulated_days_keep_the_laws(self) -> None:
        """With conflicts, lost acknowledgements and crashes, whatever comes between."""
        self._need(Can.STEPPED)
        days = [simulate(seed, make_store=self.make_store) for seed in range(3)]
        assert sum(day.committed for day in days) > 0


def together(work: Callable[[int], Any]) -> None:
    """Do a piece of work in several threads at once; raise what one of them raised."""
    begin, failed = threading.Barrier(_WORKERS), list[BaseException]()

    def run(worker: int) -> None:
        begin.wait()
        try:
            work(worker)
        except BaseException as error:  # noqa: BLE001 - raised again below, in the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(_WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
