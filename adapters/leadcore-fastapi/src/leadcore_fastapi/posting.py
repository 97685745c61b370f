"""One POST to one address, of which the head of the answer is there by an instant, or not at all.

The time-outs of HTTP clients hold for each read: whoever sends a byte now and then keeps them
waiting as long as they like. Here one deadline holds for the connection, the handshake, what is
sent and what is read. No redirect is followed, no proxy is asked, the answer's body is not read.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import httpcore
from attrs import frozen

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

__all__ = ["Post", "post"]


@frozen(kw_only=True)
class Post:
    """What is sent, and where to.

    Attributes:
        scheme: `https` or `http`.
        host: whose certificate is asked for.
        address: what is connected to; IPv6 without brackets.
        target: the path, and the query if there is one.
        headers: with `Host`; the length is added.
    """

    scheme: str
    host: str
    address: str
    port: int
    target: str
    headers: Mapping[str, str]
    body: bytes


def post(sent: Post, *, trust: ssl.SSLContext | None, by: float) -> int:
    """Send it, and give the status it was answered with.

    Args:
        sent: what, and where to.
        trust: whose certificates are believed; None: those every machine believes.
        by: until when, as `time.monotonic` counts.

    Raises:
        httpcore.TimeoutException: there was no answer by then.
        httpcore.NetworkError, httpcore.ProtocolError: nobody was reached, or does not speak HTTP.
        ValueError: something in it can't be sent at all.
    """
    there = httpcore.URL(
        scheme=sent.scheme.encode("ascii"),
        host=sent.address.encode("ascii"),
        port=sent.port,
        target=sent.target.encode("ascii"),
    )
    headers = {**sent.headers, "Content-Length": str(len(sent.body))}
    with (
        httpcore.ConnectionPool(ssl_context=trust, network_backend=_Network(by)) as pool,
        pool.stream(
            "POST",
            there,
            headers=[
                (name.encode("ascii"), text.encode("ascii")) for name, text in headers.items()
            ],
            content=sent.body,
            extensions={"sni_hostname": sent.host},
        ) as answer,
    ):
        return answer.status


class _Network(httpcore.NetworkBackend):
    """Connects, by an instant; the streams it gives end then, too."""

    def __init__(self, by: float) -> None:
        self._by = by
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline is what counts
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._by, httpcore.ConnectTimeout)
        made = self._plain.connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(made, self._by)


class _Stream(httpcore.NetworkStream):
    """A stream of another one, until an instant."""

    def __init__(self, stream: httpcore.NetworkStream, by: float) -> None:
        self._stream, self._by = stream, by

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as above
        return self._stream.read(max_bytes, _left(self._by, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as above
        self._stream.write(buffer, _left(self._by, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as above
    ) -> httpcore.NetworkStream:
        left = _left(self._by, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._by)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as the library has it
        return self._stream.get_extra_info(info)


def _left(by: float, late: type[httpcore.TimeoutException]) -> float:
    """Give the seconds that are left.

    Raises:
        httpcore.TimeoutException: there are none.
    """
    left = by - time.monotonic()
    if left <= 0:
        raise late("the deadline has passed")
    return left
