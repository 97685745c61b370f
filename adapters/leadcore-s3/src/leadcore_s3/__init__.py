"""Contents of leadcore's files in a bucket of S3, or of anything that speaks its protocol."""

from leadcore_s3.bucket import BucketKeeper, client_for

__all__ = ["BucketKeeper", "client_for"]
