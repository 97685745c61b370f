"""The evidence packet: everything recorded about one lead, in one file that shows tampering.

`packet` makes it of the records of any streams, `verify` checks every byte of it and says where it
was changed. A chain of hashes proves that what is here is what was here when the head was made, and
no more: whoever holds the file may make all of it anew, so the head is noted somewhere else. It
does not prove that what was recorded is true, nor that nothing was left out when it was recorded.
"""

from leadcore.evidence.canonical import canonical, digest
from leadcore.evidence.packet import Recorded, packet, recorded
from leadcore.evidence.retention import (
    CertificateAdvice,
    CertificateStatus,
    Retention,
    advise,
    retention,
)
from leadcore.evidence.verification import Verification, contents, verify

__all__ = [
    "CertificateAdvice",
    "CertificateStatus",
    "Recorded",
    "Retention",
    "Verification",
    "advise",
    "canonical",
    "contents",
    "digest",
    "packet",
    "recorded",
    "retention",
    "verify",
]
