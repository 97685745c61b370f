"""A bucket: links that serve downloads, and what a server says that is no "not there"."""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from leadcore.files import LeadFile
from leadcore_s3 import BucketKeeper, client_for


def put(keeper, whole):
    key = hashlib.sha256(whole).hexdigest()
    keeper.put([whole], key=key, size=len(whole))
    return key


def test_a_link_serves_one_file_as_a_download(keeper):
    key = put(keeper, b"%PDF-1.7")
    file = LeadFile(
        id="f",
        seller_id="s",
        account_id="n",
        lead_id="l",
        name="Löhne.pdf",
        size=8,
        media_type="application/pdf",
        sha256=key,
        added_by="ann",
        added_at=datetime(2026, 11, 22, tzinfo=UTC),
    )
    link = keeper.presigned(file, seconds=60)
    with urllib.request.urlopen(link) as answer:  # noqa: S310 # the server of the tests
        assert answer.read() == b"%PDF-1.7"
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert "L%C3%B6hne.pdf" in answer.headers["Content-Disposition"]
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(link.replace(key, "0" * 64))  # noqa: S310 # the same


def test_what_else_lies_in_the_bucket_is_left_alone(keeper, client):
    key = put(keeper, b"ours")
    other = f"{keeper._prefix}readme.txt"
    client.put_object(Bucket=keeper._bucket, Key=other, Body=b"theirs")
    assert [each.key for each in keeper.every()] == [key]
    assert list(BucketKeeper(client, keeper._bucket, prefix="nothing/").every()) == []


def test_only_not_there_is_not_there(client, endpoint):
    missing = BucketKeeper(client, "no-such-bucket-here")
    assert missing.look("0" * 64) is None
    keys = {"aws_access_key_id": "leadcore", "aws_secret_access_key": "wrong"}
    stranger = BucketKeeper(client_for(endpoint, region_name="us-east-1", **keys), "leadcore")
    with pytest.raises(ClientError, match="403"):
        stranger.look("0" * 64)


def test_gone_between_the_look_and_the_reading_is_not_found(keeper, monkeypatch):
    key = put(keeper, b"going")
    found = keeper.look(key)
    assert keeper.delete(key, put_before=found.kept_at + timedelta(seconds=2))
    monkeypatch.setattr(keeper, "look", lambda _key: found)
    with pytest.raises(Exception, match="there is no contents"):
        list(keeper.read(key))
