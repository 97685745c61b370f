"""Argon2id hashes of passwords, as RFC 9106 describes them."""

from __future__ import annotations

from base64 import b64encode

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from attrs import frozen

from leadcore.back_office import Checked
from leadcore.errors import Malformed
from leadcore.logins import normal

__all__ = ["RFC_9106_HIGH_MEMORY", "RFC_9106_LOW_MEMORY", "Argon2Hasher", "Cost"]


@frozen(kw_only=True)
class Cost:
    """What one hash costs whoever makes it; a hash keeps the numbers it was made with.

    Attributes:
        passes: over the memory.
        memory_kib: so much memory, in KiB.
        lanes: computed side by side.
        salt_bytes, hash_bytes: how long the salt and the hash are.
    """

    passes: int
    memory_kib: int
    lanes: int
    salt_bytes: int = 16
    hash_bytes: int = 32


RFC_9106_LOW_MEMORY = Cost(passes=3, memory_kib=64 * 1024, lanes=4)
"""The second recommended option of RFC 9106, 4: three passes over 64 MiB."""
RFC_9106_HIGH_MEMORY = Cost(passes=1, memory_kib=2 * 1024 * 1024, lanes=4)
"""The first recommended option of RFC 9106, 4: one pass over 2 GiB."""

_LONGEST = 4096
"""So many characters are hashed; what is longer is no password of ours."""


class Argon2Hasher:
    """Makes and checks hashes; knows nothing of whose they are."""

    def __init__(self, cost: Cost = RFC_9106_LOW_MEMORY) -> None:
        """Make a hasher.

        Args:
            cost: of the hashes it makes; those it checks cost what they say themselves.
        """
        self._hasher = PasswordHasher(
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=cost.hash_bytes,
            salt_len=cost.salt_bytes,
            type=Type.ID,
        )
        # Of the cost of all others, so checking it takes as long; no password gives these bytes.
        salt, made = b"\0" * cost.salt_bytes, b"\0" * cost.hash_bytes
        numbers = f"m={cost.memory_kib},t={cost.passes},p={cost.lanes}"
        parts = ("", "argon2id", "v=19", numbers, _base64(salt), _base64(made))
        self._decoy = "$".join(parts)

    def hash(self, password: str) -> str:
        """Give a hash of a password's normal form, with a fresh salt.

        Raises:
            Malformed: it is too long, or holds half a character.
        """
        whole = normal(password)
        if not _hashable(whole):
            raise Malformed.at("password", "can't be hashed")
        return self._hasher.hash(whole)

    def check(self, password: str, encoded: str | None) -> Checked:
        """Compare a password with a hash, in the same time wherever they differ.

        Args:
            password: as it was typed.
            encoded: the hash; None where there is none, which takes as long and never matches.

        Raises:
            Malformed: the hash is not one of Argon2.
        """
        whole = normal(password)
        fits = _hashable(whole)
        try:
            self._hasher.verify(self._decoy if encoded is None else encoded, whole if fits else "")
        except VerifyMismatchError:
            return Checked(encoded=encoded, matches=False)
        except (InvalidHashError, VerificationError) as error:
            raise Malformed.at("encoded", "is no hash of Argon2") from error
        if encoded is None or not fits:
            return Checked(encoded=encoded, matches=False)
        again = self._hasher.check_needs_rehash(encoded)
        rehashed = self._hasher.hash(whole) if again else None
        return Checked(encoded=encoded, matches=True, rehashed=rehashed)


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode().rstrip("=")


def _hashable(whole: str) -> bool:
    if len(whole) > _LONGEST:
        return False
    try:
        whole.encode()
    except UnicodeEncodeError:
        return False
    return True
