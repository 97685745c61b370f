"""The processor on Stripe's API: one call an ask, each unsafe one with its idempotency key."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import stripe

from leadcore.errors import Malformed, Problem
from leadcore.payments import Answer, ChargeAsk, NotThere, RepayAsk
from leadcore_stripe import answers, webhooks
from leadcore_stripe.answers import PAYMENT, REPAYMENT
from leadcore_stripe.words import stripe_amount

if TYPE_CHECKING:
    from leadcore.payments import Notice, PaymentMethod

__all__ = ["AsyncStripeProcessor", "StripeProcessor"]

_TIMEOUT = 20.0
_TOLERANCE = timedelta(minutes=5)
_MOST = 100


class _Shared:
    """What both forms have in common: what is sent, and how webhooks are read."""

    keys_hours = 24
    """Stripe keeps a key for at least so long."""

    def __init__(
        self, client: stripe.StripeClient, *, webhook_secret: str, tolerance: timedelta
    ) -> None:
        self._v1 = client.v1
        self._secret = webhook_secret
        self._tolerance = tolerance

    def read(self, body: bytes, signature: str, *, at: datetime) -> Notice | None:
        """Read a webhook; see `leadcore.ports.Processor.read`."""
        return webhooks.read(body, signature, secret=self._secret, at=at, tolerance=self._tolerance)


def _client(api_key: str, base: str | None, http: stripe.HTTPClient) -> stripe.StripeClient:
    # Whoever asks has the time and asks again; a retry in here would only hide how long it takes.
    where: Any = {"base_addresses": {"api": base}} if base else {}
    return stripe.StripeClient(api_key, max_network_retries=0, http_client=http, **where)


class StripeProcessor(_Shared):
    """Stripe, sync; see `leadcore.ports.Processor`."""

    def __init__(
        self,
        api_key: str,
        *,
        webhook_secret: str,
        timeout: float = _TIMEOUT,
        tolerance: timedelta = _TOLERANCE,
        base: str | None = None,
    ) -> None:
        """Make a processor.

        Args:
            api_key: the secret or restricted key (`sk_…`, `rk_…`).
            webhook_secret: of the endpoint webhooks are sent to (`whsec_…`).
            timeout: seconds to wait for an answer; after them it is "unknown".
            tolerance: how old a webhook's signature may be.
            base: where the API is; None: Stripe's.
        """
        self._http = stripe.RequestsClient(timeout=timeout)
        client = _client(api_key, base, self._http)
        super().__init__(client, webhook_secret=webhook_secret, tolerance=tolerance)

    def close(self) -> None:
        """Close its connections; one that is asked again opens new ones."""
        self._http.close()  # type: ignore[no-untyped-call]  # the SDK does not annotate it

    def charge(self, ask: ChargeAsk) -> Answer:
        """Charge a saved method; see `leadcore.ports.Processor.charge`."""
        params, options = _charge_call(ask)
        try:
            made = self._v1.payment_intents.create(params=params, options=options)
            return answers.charge_answer(made.to_dict())
        except stripe.StripeError as error:
            return answers.error_answer(error)

    def look(self, ask: ChargeAsk | RepayAsk) -> Answer | NotThere:
        """Look what became of it; see `leadcore.ports.Processor.look`."""
        try:
            if isinstance(ask, RepayAsk):
                refunds = self._v1.refunds.list(params=_refunds_of(ask))
                every = [each.to_dict() for each in refunds.auto_paging_iter()]
                return answers.found_repayment(every, ask)
            if ask.reference is not None:
                known = self._v1.payment_intents.retrieve(ask.reference)
                return answers.charge_answer(known.to_dict())
            found = self._v1.payment_intents.search(params=_search(ask))
            return answers.found_charge([each.to_dict() for each in found.data])
        except stripe.StripeError as error:
            return NotThere() if answers.missing(error) else answers.unknown(error)

    def repay(self, ask: RepayAsk) -> Answer:
        """Refund; see `leadcore.ports.Processor.repay`."""
        params, options = _repay_call(ask)
        try:
            made = self._v1.refunds.create(params=params, options=options)
            return answers.repay_answer(made.to_dict())
        except stripe.StripeError as error:
            return answers.error_answer(error)


class AsyncStripeProcessor(_Shared):
    """Stripe, async; see `leadcore.ports.AsyncProcessor`. Needs `leadcore-stripe[async]`."""

    def __init__(
        self,
        api_key: str,
        *,
        webhook_secret: str,
        timeout: float = _TIMEOUT,
        tolerance: timedelta = _TOLERANCE,
        base: str | None = None,
    ) -> None:
        """Make a processor; see `StripeProcessor`."""
        self._http = stripe.HTTPXClient(timeout=timeout)
        client = _client(api_key, base, self._http)
        super().__init__(client, webhook_secret=webhook_secret, tolerance=tolerance)

    async def aclose(self) -> None:
        """Close its connections, for good."""
        await self._http.close_async()  # type: ignore[no-untyped-call]  # the SDK does not annotate it

    async def charge(self, ask: ChargeAsk) -> Answer:
        """As `StripeProcessor.charge`."""
        params, options = _charge_call(ask)
        try:
            made = await self._v1.payment_intents.create_async(params=params, options=options)
            return answers.charge_answer(made.to_dict())
        except stripe.StripeError as error:
            return answers.error_answer(error)

    async def look(self, ask: ChargeAsk | RepayAsk) -> Answer | NotThere:
        """As `StripeProcessor.look`."""
        intents = self._v1.payment_intents
        try:
            if isinstance(ask, RepayAsk):
                refunds = await self._v1.refunds.list_async(params=_refunds_of(ask))
                every = [each.to_dict() async for each in refunds.auto_paging_iter()]
                return answers.found_repayment(every, ask)
            if ask.reference is not None:
                known = await intents.retrieve_async(ask.reference)
                return answers.charge_answer(known.to_dict())
            found = await intents.search_async(params=_search(ask))
            return answers.found_charge([each.to_dict() for each in found.data])
        except stripe.StripeError as error:
            return NotThere() if answers.missing(error) else answers.unknown(error)

    async def repay(self, ask: RepayAsk) -> Answer:
        """As `StripeProcessor.repay`."""
        params, options = _repay_call(ask)
        try:
            made = await self._v1.refunds.create_async(params=params, options=options)
            return answers.repay_answer(made.to_dict())
        except stripe.StripeError as error:
            return answers.error_answer(error)


def _charge_call(ask: ChargeAsk) -> tuple[Any, Any]:
    _require_saved(ask.method)
    params = {
        **stripe_amount(ask.amount),
        "payment_method": ask.method.token,
        # The owner is not there to approve: what needs it is declined, and says so.
        "confirm": True,
        "off_session": True,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        "metadata": {PAYMENT: ask.payment_id},
    }
    if ask.method.customer is not None:
        params["customer"] = ask.method.customer
    return params, {"idempotency_key": ask.key}


def _require_saved(method: PaymentMethod) -> None:
    problems: list[Problem] = []
    if not method.token.startswith("pm_"):
        problems.append(Problem("method.token", "is a saved payment method of Stripe's: pm_…"))
    if method.customer is not None and not method.customer.startswith("cus_"):
        problems.append(Problem("method.customer", "is a customer of Stripe's: cus_…"))
    if problems:
        raise Malformed(problems)


def _repay_call(ask: RepayAsk) -> tuple[Any, Any]:
    params = {
        "payment_intent": ask.reference,
        "amount": stripe_amount(ask.amount)["amount"],
        "metadata": {PAYMENT: ask.payment_id, REPAYMENT: ask.repayment_id},
    }
    return params, {"idempotency_key": ask.key}


def _refunds_of(ask: RepayAsk) -> Any:  # noqa: ANN401 # what the SDK takes
    return {"payment_intent": ask.reference, "limit": _MOST}


def _search(ask: ChargeAsk) -> Any:  # noqa: ANN401 # what the SDK takes
    quoted = ask.payment_id.replace("\\", "\\\\").replace("'", "\\'")
    return {"query": f"metadata['{PAYMENT}']:'{quoted}'", "limit": _MOST}
