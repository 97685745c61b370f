"""Headers of every answer: what browsers must not do with our pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["CONTENT_SECURITY", "Guarded"]

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing inline, nothing from elsewhere, in nobody's frame."""

_ALWAYS = (
    ("Content-Security-Policy", CONTENT_SECURITY),
    ("Cache-Control", "private, no-store"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    # With `no-referrer` browsers would name no origin when they send a form.
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)
_SECURE = (("Strict-Transport-Security", "max-age=31536000"),)


class Guarded:
    """Adds the headers to every answer that does not say otherwise itself."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        """Wrap an application."""
        self._app = app
        self._headers = (*_ALWAYS, *(_SECURE if secure else ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers:
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)
