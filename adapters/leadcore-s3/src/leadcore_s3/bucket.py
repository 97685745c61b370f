"""Contents in a bucket.

An object is there whole or not at all: S3 shows it when the last byte has come. Contents are set
aside first and checked, so that nothing is sent that is not what was said.

S3 has no delete that asks when an object was last written. `delete` looks just before: contents
that somebody puts again in the milliseconds between are deleted with the old ones, a day after they
were first put. Turn versioning on to be able to bring them back; `leadcore file check` finds them.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any

import boto3  # type: ignore[import-untyped]  # it has no types
from botocore.config import Config  # type: ignore[import-untyped]  # the same
from botocore.exceptions import ClientError  # type: ignore[import-untyped]  # the same

from leadcore.errors import NotFound
from leadcore.files import KeptContents, check_key, content_disposition, verified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from leadcore.files import LeadFile

__all__ = ["BucketKeeper", "client_for"]

_IN_MEMORY = 1_048_576
_PIECE = 65_536
_NOT_THERE = frozenset({"404", "NoSuchKey", "NotFound"})
_PRECISION = timedelta(seconds=1)
"""S3 says when an object was written to the second."""


def client_for(endpoint: str | None = None, **options: Any) -> Any:  # noqa: ANN401 # boto3 makes its clients at run time
    """Make a client: credentials and region as boto3 finds them, unless they are given.

    Args:
        endpoint: where another server than Amazon's speaks the protocol.
        options: of `boto3.client`.
    """
    # Checksums that newer clients add of their own accord are unknown to many other servers.
    config = Config(
        connect_timeout=5,
        read_timeout=30,
        retries={"max_attempts": 4, "mode": "standard"},
        signature_version="s3v4",
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"} if endpoint else {},
    )
    library: Any = boto3  # it has no types
    return library.client("s3", endpoint_url=endpoint, config=config, **options)


class BucketKeeper:
    """Keeps contents in a bucket; see `leadcore.ports.FileKeeper`."""

    def __init__(self, client: Any, bucket: str, *, prefix: str = "") -> None:  # noqa: ANN401 # boto3 makes its clients at run time
        """Keep them in a bucket that is there.

        Args:
            client: of boto3, for S3; `client_for` makes one. It may be used by several threads.
            bucket: its name.
            prefix: of the names of all objects, such as `leadcore/`.
        """
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    def put(self, chunks: Iterable[bytes], *, key: str, size: int) -> None:
        """Keep contents, all or nothing."""
        check_key(key)
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as aside:
            for chunk in verified(chunks, key=key, size=size):
                aside.write(chunk)
            aside.seek(0)
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._prefix + key,
                Body=aside,
                ContentLength=size,
                # Whoever comes to the object past leadcore gets a download of no type, too.
                ContentType="application/octet-stream",
                ContentDisposition="attachment",
            )

    def read(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Give contents in pieces."""
        found = self.look(key)
        if found is None:
            raise NotFound("contents", key)
        last = found.size if end is None else min(end, found.size)
        # The protocol has no way to ask for no byte at all.
        if start >= last:
            return iter(())
        try:
            answer = self._client.get_object(**self._named(key), Range=f"bytes={start}-{last - 1}")
        except ClientError as error:
            raise _missing(error, key) from error
        return _pieces(answer["Body"])

    def look(self, key: str) -> KeptContents | None:
        """Say what is kept under a key; None for nothing."""
        try:
            told = self._client.head_object(**self._named(check_key(key)))
        except ClientError as error:
            _missing(error, key)
            return None
        return KeptContents(key=key, size=told["ContentLength"], kept_at=told["LastModified"])

    def every(self) -> Iterator[KeptContents]:
        """Give all that is kept, by key; what else lies under the prefix is left out."""
        pages = self._client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
            for each in page.get("Contents", ()):
                key = each["Key"].removeprefix(self._prefix)
                if _is_key(key):
                    yield KeptContents(key=key, size=each["Size"], kept_at=each["LastModified"])

    def delete(self, key: str, *, put_before: datetime) -> bool:
        """Delete contents if they were last put before an instant; say whether they were."""
        found = self.look(key)
        if found is None or found.kept_at + _PRECISION > put_before:
            return False
        self._client.delete_object(**self._named(key))
        return True

    def tidy(self, *, begun_before: datetime) -> int:  # noqa: ARG002 # an object that was not sent whole was never there
        """Remove what puts left behind: nothing ever is."""
        return 0

    def presigned(self, file: LeadFile, *, seconds: int = 300) -> str:
        """Give a link to a file's contents that works for a while, for whoever has it.

        It serves them as a download under the file's name and type. Ask `back_office.OpenFile`
        first whether the viewer may have it; the link itself asks nobody.
        """
        link: str = self._client.generate_presigned_url(
            "get_object",
            Params={
                **self._named(check_key(file.sha256)),
                "ResponseContentDisposition": content_disposition(file.name),
                "ResponseContentType": file.media_type,
                "ResponseCacheControl": "private, no-store",
            },
            ExpiresIn=seconds,
        )
        return link

    def _named(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + key}


def _missing(error: ClientError, key: str) -> NotFound:
    """Give what says that there is no such object; anything else the server said is raised."""
    told: Any = error.response  # pyright: ignore[reportUnknownMemberType]  # it has no types
    if told.get("Error", {}).get("Code") not in _NOT_THERE:
        raise error
    return NotFound("contents", key)


def _pieces(body: Any) -> Iterator[bytes]:  # noqa: ANN401 # boto3 makes its answers at run time
    with body:
        yield from iter(partial(body.read, _PIECE), b"")


def _is_key(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")  # noqa: PLR2004 # the digits of a SHA-256
