"""Texts of leadcore through Twilio: sent, received, and what became of them."""

from leadcore_twilio.courier import MESSAGE, AsyncTwilioCourier, TwilioCourier, courier_from
from leadcore_twilio.webhooks import InboundText, TextNews, TextStatus, latest, read

__all__ = [
    "MESSAGE",
    "AsyncTwilioCourier",
    "InboundText",
    "TextNews",
    "TextStatus",
    "TwilioCourier",
    "courier_from",
    "latest",
    "read",
]
