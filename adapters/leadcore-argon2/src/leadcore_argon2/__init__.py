"""Passwords for leadcore: Argon2id hashes, lists of common passwords, logging in."""

from leadcore_argon2.common import (
    BadPasswords,
    BreachedFile,
    BreachedRanges,
    CommonList,
    is_common,
)
from leadcore_argon2.doing import Entered, Wish, async_log_in, fresh_token, log_in
from leadcore_argon2.hashing import (
    RFC_9106_HIGH_MEMORY,
    RFC_9106_LOW_MEMORY,
    Argon2Hasher,
    Cost,
)

__all__ = [
    "RFC_9106_HIGH_MEMORY",
    "RFC_9106_LOW_MEMORY",
    "Argon2Hasher",
    "BadPasswords",
    "BreachedFile",
    "BreachedRanges",
    "CommonList",
    "Cost",
    "Entered",
    "Wish",
    "async_log_in",
    "fresh_token",
    "is_common",
    "log_in",
]
