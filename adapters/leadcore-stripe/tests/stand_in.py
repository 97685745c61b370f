"""A stand-in of Stripe's API on loopback: the shapes and the habits its public reference tells of.

PaymentIntents that are confirmed as they are made, Refunds, searching and listing, idempotency keys
(answers kept by key, a key with other parameters refused, a key in use told so), signed events. And
what goes wrong: answers that never come, before or after it was done; errors of every family.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from contextlib import contextmanager
from urllib.parse import parse_qsl

from attrs import define, field
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from leadcore.payments import PaymentMethod
from leadcore.testing import Trouble
from tools import loopback

SECRET = "whsec_" + "5" * 32
DECLINES = {
    "pm_card_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_chargeDeclinedLostCard": ("card_declined", "lost_card"),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", None),
    "pm_card_chargeDeclinedProcessingError": ("processing_error", None),
    "pm_card_authenticationRequired": ("authentication_required", "authentication_required"),
}


@define
class StandIn:
    """What it holds, and what it is told to do wrong."""

    troubles: list = field(factory=list)
    errors: list = field(factory=list)
    requests: list = field(factory=list)
    intents: dict = field(factory=dict)
    refunds: list = field(factory=list)
    events: list = field(factory=list)
    by_key: dict = field(factory=dict)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/payment_intents", self._unsafe(self._pay), methods=["POST"]),
                Route("/v1/payment_intents/search", self._safe(self._search)),
                Route("/v1/payment_intents/{id}", self._safe(self._retrieve)),
                Route("/v1/refunds", self._unsafe(self._refund), methods=["POST"]),
                Route("/v1/refunds", self._safe(self._refunds)),
            ]
        )

    # ------------------------------------------------------------------------------- requests

    def _unsafe(self, work):
        async def answer(request):
            given = dict(parse_qsl((await request.body()).decode(), strict_parsing=True))
            key = request.headers.get("idempotency-key")
            self.requests.append((request.method, request.url.path, key, given))
            trouble = self.troubles.pop(0) if self.troubles else Trouble.NONE
            if trouble is Trouble.BEFORE:
                return await _never(request)
            found = self._once(key, given, work)
            return await _never(request) if trouble is Trouble.AFTER else found

        return answer

    def _once(self, key, given, work):
        if self.errors:
            return _error(*self.errors.pop(0))
        if key is None:
            return _error(400, "invalid_request_error", "no key, which this stand-in insists on")
        if key in self.by_key:
            before, status, body = self.by_key[key]
            if before != given:
                return _error(400, "idempotency_error", None)
        else:
            status, body = work(given)
            self.by_key[key] = (given, status, body)
        return JSONResponse(body, status)

    def _safe(self, work):
        async def answer(request):
            self.requests.append((request.method, request.url.path, None, {}))
            trouble = self.troubles.pop(0) if self.troubles else Trouble.NONE
            if trouble is not Trouble.NONE:
                return await _never(request)
            if self.errors:
                return _error(*self.errors.pop(0))
            return work(request)

        return answer

    # ---------------------------------------------------------------------------- the objects

    def _pay(self, given):
        number = len(self.intents) + 1
        token = given["payment_method"]
        intent = {
            "id": f"pi_{number}",
            "object": "payment_intent",
            "amount": int(given["amount"]),
            "amount_received": 0,
            "currency": given["currency"],
            "customer": given.get("customer"),
            "metadata": _metadata(given),
            "last_payment_error": None,
            "payment_method": token,
            "status": "processing" if token.startswith("pm_bank") else "succeeded",
        }
        if token == "pm_gone":
            return 404, _told("invalid_request_error", "resource_missing", param="payment_method")
        self.intents[intent["id"]] = intent
        if token in DECLINES:
            code, decline = DECLINES[token]
            error = {"type": "card_error", "code": code, "decline_code": decline}
            intent |= {"status": "requires_payment_method", "last_payment_error": error}
            self.tell("payment_intent.payment_failed", intent)
            return 402, {"error": error | {"message": "declined", "payment_intent": dict(intent)}}
        if intent["status"] == "succeeded":
            intent["amount_received"] = intent["amount"]
        self.tell(f"payment_intent.{intent['status']}", intent)
        return 200, dict(intent)

    def _refund(self, given):
        intent = self.intents[given["payment_intent"]]
        mine = [each for each in self.refunds if each["payment_intent"] == intent["id"]]
        back = sum(each["amount"] for each in mine if each["status"] == "succeeded")
        if back + int(given["amount"]) > intent["amount"]:
            return 400, _told("invalid_request_error", "charge_already_refunded")
        refund = {
            "id": f"re_{len(self.refunds) + 1}",
            "object": "refund",
            "amount": int(given["amount"]),
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "metadata": _metadata(given),
            "status": "succeeded",
        }
        self.refunds.append(refund)
        self.tell("refund.created", refund)
        return 200, dict(refund)

    def _search(self, request):
        found = re.fullmatch(
            r"metadata\['leadcore_payment'\]:'((?:[^'\\]|\\.)*)'", request.query_params["query"]
        )
        wanted = re.sub(r"\\(.)", r"\1", found[1])
        data = [
            each
            for each in self.intents.values()
            if each["metadata"].get("leadcore_payment") == wanted
        ]
        return JSONResponse({"object": "search_result", "data": data, "has_more": False})

    def _retrieve(self, request):
        intent = self.intents.get(request.path_params["id"])
        if intent is None:
            return _error(404, "invalid_request_error", "resource_missing")
        return JSONResponse(intent)

    def _refunds(self, request):
        mine = [
            each
            for each in self.refunds
            if each["payment_intent"] == request.query_params["payment_intent"]
        ]
        # One a page, so that whoever reads must go on.
        after = request.query_params.get("starting_after")
        start = next((n + 1 for n, each in enumerate(mine) if each["id"] == after), 0)
        page = mine[start : start + 1]
        more = start + 1 < len(mine)
        return JSONResponse(
            {"object": "list", "url": "/v1/refunds", "data": page, "has_more": more}
        )

    # ---------------------------------------------------------------------------------- events

    def tell(self, kind, thing):
        self.events.append(
            {
                "id": f"evt_{len(self.events) + 1}",
                "object": "event",
                "type": kind,
                "created": 1_763_305_200 + len(self.events),
                "data": {"object": dict(thing)},
            }
        )

    def dispute(self, intent, status, amount, kind="charge.dispute.closed"):
        thing = {
            "id": f"dp_{intent}",
            "object": "dispute",
            "amount": amount,
            "currency": "usd",
            "payment_intent": intent,
            "reason": "fraudulent",
            "status": status,
        }
        self.tell(kind, thing)


def signed(event, *, at, secret=SECRET):
    """Give an event as it is sent: its bytes, and the header that proves who sent it."""
    body = json.dumps(event).encode()
    stamp = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return body, f"t={stamp},v1={digest}"


async def _never(request):
    """Answer nobody: wait until whoever asked has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return JSONResponse({})


def _error(status, kind, code):
    return JSONResponse(_told(kind, code), status)


def _told(kind, code, **more):
    return {"error": {"type": kind, "code": code, "message": "told in words", **more}}


def _metadata(given):
    return {
        found[1]: value
        for name, value in given.items()
        if (found := re.fullmatch(r"metadata\[(\w+)\]", name))
    }


@contextmanager
def serving(stand_in):
    """Serve it on a random port of loopback; give where."""
    with loopback.serving(stand_in.app()) as place:
        yield f"http://{place}"


@define
class Rig:
    """The processor on a stand-in, as the contract asks for it."""

    processor: object
    server: StandIn
    good = PaymentMethod(token="pm_card_visa", customer="cus_1", brand="visa", last4="4242")
    declined = PaymentMethod(token="pm_card_chargeDeclinedInsufficientFunds")

    def trouble(self, trouble):
        self.server.troubles.append(trouble)

    def made(self, payment_id):
        return sum(
            each["metadata"]["leadcore_payment"] == payment_id and each["status"] == "succeeded"
            for each in self.server.intents.values()
        )

    def deliveries(self, *, at):
        return tuple(signed(each, at=at) for each in self.server.events)
