"""Where the contents of files are kept: a folder, or a bucket."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from leadcore.errors import Malformed

if TYPE_CHECKING:
    from leadcore.ports import FileKeeper

__all__ = ["DEFAULT_FILES", "FilesOption", "keeper_named"]

DEFAULT_FILES = "leadcore-files"

FilesOption = Annotated[
    str,
    typer.Option(
        "--files",
        envvar="LEADCORE_FILES",
        metavar="PLACE",
        help="Where contents are kept: a folder, or s3://BUCKET/PREFIX (LEADCORE_S3_ENDPOINT).",
    ),
]


def keeper_named(place: str) -> FileKeeper:
    """Give the keeper of a place.

    Raises:
        Malformed: it is a bucket, and `leadcore-s3` is not installed or knows no credentials.
    """
    if not place.startswith("s3://"):
        from leadcore_files import FolderKeeper  # noqa: PLC0415 - what keeps no files needs none

        return FolderKeeper(Path(place))
    try:
        from leadcore_s3 import BucketKeeper, client_for  # noqa: PLC0415 - slow, and not always there
    except ImportError:
        raise Malformed.at("--files", "a bucket needs leadcore-s3 to be installed") from None
    found = urlsplit(place)
    if not found.netloc:
        raise Malformed.at("--files", "is no bucket such as s3://BUCKET/PREFIX")
    prefix = found.path.strip("/")
    client = client_for(os.environ.get("LEADCORE_S3_ENDPOINT"))
    return BucketKeeper(client, found.netloc, prefix=f"{prefix}/" if prefix else "")
