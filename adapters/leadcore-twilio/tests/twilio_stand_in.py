"""A stand-in of Twilio on loopback: the shapes and the habits its public reference tells of.

Messages that are sent, with what may go wrong; texts that come in and reports, signed by the
published rule: the address, then each name and value in order, HMAC-SHA1 with the auth token; of a
body that is no form, its SHA-256 in the address.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from attrs import define, field
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from leadcore.testing import FarSide
from tools import loopback

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
ACCOUNT = "AC" + "0" * 32
TOKEN = "7" * 32
SENDER = "+15005550006"
STATUS_URL = "https://leads.example/twilio/status?tenant=7"
LONGEST = 1600

ERRORS = {
    FarSide.LATER: (429, 20429, "Too Many Requests"),
    FarSide.REFUSED: (400, 21211, "The 'To' number {To} is not a valid phone number"),
    FarSide.OPTED_OUT: (400, 21610, "Attempt to send to unsubscribed recipient {To}"),
}


@define
class StandIn:
    """What it was sent, and what it is told to do wrong."""

    requests: list = field(factory=list)
    messages: list = field(factory=list)
    does: list = field(factory=list)
    users: dict = field(factory=lambda: {ACCOUNT: TOKEN})

    def app(self) -> Starlette:
        path = "/2010-04-01/Accounts/{account}/Messages.json"
        return Starlette(routes=[Route(path, self._create, methods=["POST"])])

    async def _create(self, request):
        given = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        does = self.does.pop(0) if self.does else None
        self.requests.append(given)
        if does is FarSide.BREAKS:
            return await _never(request)
        if not self._known(request):
            return _error(401, 20003, "Authenticate")
        answer = self._answer(does, given)
        return await _never(request) if does is FarSide.LOST else answer

    def _known(self, request):
        scheme, _, coded = request.headers.get("authorization", "").partition(" ")
        user, _, password = base64.b64decode(coded).decode().partition(":")
        ours = request.path_params["account"] == ACCOUNT
        return scheme == "Basic" and ours and self.users.get(user) == password

    def _answer(self, does, given):
        if isinstance(does, tuple):
            return _error(*does)
        if isinstance(does, bytes):
            self._take(given)
            return _raw(does)
        if does in ERRORS:
            status, code, words = ERRORS[does]
            return _error(status, code, words.format(**given))
        problem = _problem(given)
        if problem is not None:
            return _error(400, *problem)
        return JSONResponse(self._take(given), 201)

    def _take(self, given):
        message = {
            "sid": f"SM{len(self.messages):032x}",
            "account_sid": ACCOUNT,
            "to": given["To"],
            "from": given.get("From"),
            "messaging_service_sid": given.get("MessagingServiceSid"),
            "body": given["Body"],
            "status": "queued",
            "num_segments": "1",
            "direction": "outbound-api",
            "error_code": None,
            "date_created": "Mon, 16 Nov 2026 15:30:00 +0000",
        }
        self.messages.append((message, given))
        return message


def _problem(given):
    """Give the code and the words of what Twilio refuses."""
    if not re.fullmatch(r"\+[1-9]\d{6,14}", given.get("To", "")):
        return 21211, f"The 'To' number {given.get('To')} is not a valid phone number"
    if not given.get("Body", "").strip():
        return 21602, "Message body is required"
    if len(given["Body"]) > LONGEST:
        return 21617, "The concatenated message body exceeds the 1600 character limit"
    if not given.get("From") and not given.get("MessagingServiceSid"):
        return 21603, "A 'From' phone number is required"
    if not 1 <= int(given.get("ValidityPeriod", 36_000)) <= 36_000:
        return 21623, "ValidityPeriod is not valid"
    return None


def _raw(content):
    answer = JSONResponse({}, 201)
    answer.body = content
    answer.headers["content-length"] = str(len(content))
    return answer


def _error(status, code, words):
    url = f"https://www.twilio.com/docs/errors/{code}"
    told = {"code": code, "message": words, "more_info": url, "status": status}
    return JSONResponse(told, status)


async def _never(request):
    """Answer nobody: wait until whoever asked has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return JSONResponse({})


# ------------------------------------------------------------------------------------- webhooks


def signature(url, values, token=TOKEN):
    said = url + "".join(name + value for name, value in sorted(values))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


def form(url, values, token=TOKEN):
    """Give a form as it is sent: its bytes, and the header that proves who sent it."""
    pairs = list(values.items())
    return urlencode(pairs).encode(), signature(url, pairs, token)


def as_json(url, values, token=TOKEN):
    """Give JSON as it is sent: the address with its hash, its bytes, and the header."""
    body = (values if isinstance(values, str) else json.dumps(values)).encode()
    joint = "&" if urlsplit(url).query else "?"
    called = f"{url}{joint}bodySHA256={hashlib.sha256(body).hexdigest()}"
    return called, body, signature(called, (), token)


def inbound(words, sid="SM1", **more):
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "AccountSid": ACCOUNT,
        "SmsStatus": "received",
        "From": "+12125550100",
        "To": SENDER,
        "Body": words,
        "NumMedia": "0",
        **more,
    }


def report(given, message, status, code=None):
    """Give where a message's status is reported to, and what is told."""
    told = {
        "MessageSid": message["sid"],
        "SmsSid": message["sid"],
        "MessageStatus": status,
        "SmsStatus": status,
        "AccountSid": ACCOUNT,
        "To": message["to"],
        "From": SENDER,
    }
    if code is not None:
        told["ErrorCode"] = str(code)
    return given["StatusCallback"], told


def query_of(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@contextmanager
def serving(stand_in):
    """Serve it on a random port of loopback; give where."""
    with loopback.serving(stand_in.app()) as place:
        yield f"http://{place}"
