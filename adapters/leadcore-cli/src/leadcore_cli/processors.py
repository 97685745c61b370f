"""Which processor is asked: the demo one, or the one that is configured.

`LEADCORE_PROCESSOR` names it: `demo` (the default) or `stripe`. Keys come from the environment
alone, never from the command line, where other users of the machine could read them.
"""

from __future__ import annotations

import hashlib
import json
import os
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from leadcore.errors import Malformed
from leadcore.payments import Answer, ChargeAsk, DeclineReason, Notice, Progress

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.payments import NotThere, PaymentMethod, RepayAsk
    from leadcore.ports import Processor

__all__ = ["DEMO_TOKEN", "DemoProcessor", "ProcessorOption", "check_method", "processor_named"]

DEMO_TOKEN = "pm_demo"  # noqa: S105 - no secret: what demo methods begin with

ProcessorOption = Annotated[
    str,
    typer.Option(
        "--processor",
        envvar="LEADCORE_PROCESSOR",
        metavar="NAME",
        help="demo, which moves no money, or stripe.",
    ),
]


class DemoProcessor:
    """Charges nobody, and always answers the same ask alike, so that it needs no memory.

    Only methods that say they are of the demo: `pm_demo` succeeds, `pm_demo_declined` and
    `pm_demo_declined_` with a reason do not, `pm_demo_pending` waits for a notice, and of
    `pm_demo_lost` no answer ever comes. So nobody takes it for a real one by mistake.
    """

    keys_hours = 24
    """As long as a real one remembers a key; this one never forgets."""

    def charge(self, ask: ChargeAsk) -> Answer:
        """Answer as the method's token says; see `leadcore.ports.Processor.charge`.

        Raises:
            Malformed: the method is no demo one.
        """
        check_method(self, ask.method)
        token = ask.method.token
        kind, _, reason = token.removeprefix(DEMO_TOKEN).lstrip("_").partition("_")
        if kind == "lost":
            return Answer(progress=Progress.UNKNOWN)
        progress = {"declined": Progress.DECLINED, "pending": Progress.PENDING}.get(
            kind, Progress.SUCCEEDED
        )
        declined = progress is Progress.DECLINED
        return Answer(
            progress=progress,
            reference=_reference(ask.key),
            amount=ask.amount,
            reason=_reason(reason) if declined else None,
        )

    def repay(self, ask: RepayAsk) -> Answer:
        """Give back, always; see `leadcore.ports.Processor.repay`."""
        return Answer(progress=Progress.SUCCEEDED, reference=_reference(ask.key), amount=ask.amount)

    def look(self, ask: ChargeAsk | RepayAsk) -> Answer | NotThere:
        """Say what became of it: what was answered when it was asked for."""
        return self.charge(ask) if isinstance(ask, ChargeAsk) else self.repay(ask)

    def read(self, body: bytes, signature: str, *, at: datetime) -> Notice | None:  # noqa: ARG002 - the port's own
        """Read a notice: a `Notice` in JSON, about a charge of the demo, signed `demo`.

        Raises:
            Malformed: it is none.
        """
        from leadcore import wire  # noqa: PLC0415 - slow, and only needed here

        if signature != "demo":
            raise Malformed.at("signature", "is not the processor's; that of the demo is 'demo'")
        try:
            notice = wire.load(Notice, json.loads(body))
        except ValueError as error:
            raise Malformed.at("notice", f"is no JSON: {error}") from None
        if not notice.reference.startswith(_PREFIX):
            raise Malformed.at("notice.reference", f"is of the demo, and begins with {_PREFIX}")
        return notice


def check_method(processor: Processor, method: PaymentMethod) -> None:
    """Refuse a method that the processor can't be asked to charge.

    Raises:
        Malformed: a real one at the demo, or the demo's at a real one.
    """
    token, demo = method.token, isinstance(processor, DemoProcessor)
    if demo is not (token == DEMO_TOKEN or token.startswith(f"{DEMO_TOKEN}_")):
        whose = "a real processor: name it by --processor" if demo else "the demo processor"
        raise Malformed.at("--method", f"is a method of {whose}")


_PREFIX = "demo_"


def _reference(key: str) -> str:
    return _PREFIX + hashlib.sha256(key.encode()).hexdigest()[:20]


def _reason(word: str) -> DeclineReason:
    known = {each.value: each for each in DeclineReason}
    return known.get(word, DeclineReason.REFUSED)


def processor_named(name: str) -> Processor:
    """Give the processor of a name, with its keys from the environment.

    Raises:
        Malformed: there is none of this name, it is not installed, or its keys are not set.
    """
    if name == "demo":
        return DemoProcessor()
    if name != "stripe":
        raise Malformed.at("--processor", f"{name!r} is neither demo nor stripe")
    if find_spec("leadcore_stripe") is None:
        raise Malformed.at("--processor", "stripe needs the package leadcore-stripe")
    keys = {key: os.environ.get(key, "") for key in ("STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET")}
    for key, value in keys.items():
        if not value:
            raise Malformed.at("--processor", f"stripe needs {key} in the environment")
    made: Processor = import_module("leadcore_stripe").StripeProcessor(
        keys["STRIPE_API_KEY"],
        webhook_secret=keys["STRIPE_WEBHOOK_SECRET"],
        base=os.environ.get("STRIPE_API_BASE") or None,
    )
    return made
