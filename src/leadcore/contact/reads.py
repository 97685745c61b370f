"""Which bits of the facts each kernel looks at, so that its answers can be kept by these alone.

A kernel that is not listed may look at what no bit tells, and so may a test of the user's own:
both are asked every time. What a kernel reads of the place, the date, the hour and the question is
in the key of its table anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from leadcore.contact import digests as bits

if TYPE_CHECKING:
    from leadcore.rulebooks.rule import Rule

__all__ = ["MESSAGES", "READS", "TOUCHES", "is_kept", "reads_of"]

_RELATED = bits.INQUIRED | bits.BOUGHT | bits.LISTED | bits.REVOKED
_LIFTS = bits.INVITED | bits.EXPRESS | bits.REVOKED | _RELATED
_OPENED = _LIFTS | bits.WRITTEN | bits.PERSONAL
_WRITTEN = bits.KIND | bits.WRITTEN | bits.EXPRESS
_OPTOUT = bits.MAIL_OPTOUT | bits.MAIL_NO_OPTOUT
_ADDRESS = bits.MAIL_ADDRESS | bits.MAIL_NO_ADDRESS
_GATEWAY = bits.MAIL_GATEWAY | bits.MAIL_TO_GATEWAY
MESSAGES: Final = bits.CONFIRMATION | _OPTOUT | _ADDRESS | _GATEWAY
"""The bits that only questions about e-mail and confirmations need."""
TOUCHES: Final = bits.TOUCHED | bits.TOUCHED_AGAIN
"""The bits that only questions about texts need."""
_LISTED = bits.LISTED | bits.LISTED_LONG | bits.LISTED_UNTOLD
_NATIONAL = bits.NATIONAL | bits.NATIONAL_UNKNOWN
_PORTED = bits.KIND | bits.PORTED | _NATIONAL | bits.LISTED
_CAP = bits.HISTORY_UNKNOWN | _RELATED

READS: Final[dict[str, int]] = {
    "tcpa_yes": bits.TCPA_YES,
    "tcpa_no": bits.TCPA_YES,
    "first_text": bits.HISTORY_UNKNOWN | bits.TOUCHED,
    "second_text": bits.HISTORY_UNKNOWN | TOUCHES,
    "any_consent": _PORTED | bits.GIVEN,
    "express_consent": _PORTED | bits.EXPRESS,
    "written_consent": _WRITTEN,
    "residential_consent": _WRITTEN,
    "state_written_consent": bits.WRITTEN,
    "uninvited": bits.WRITTEN | _LIFTS,
    "mobile_ban": bits.KIND | _LIFTS,
    "declared_emergency": _LIFTS,
    "reassigned": bits.STATUS,
    "reassigned_query": bits.STATUS,
    "revoked": bits.REVOKED | bits.REVOKED_LONG | bits.REVOKED_UNTOLD,
    "internal_list": _LISTED,
    "registry": _NATIONAL | bits.SCRUBBED | _OPENED,
    "scrub": bits.SCRUBBED | _OPENED,
    "confirmation": bits.CONFIRMATION | bits.CONFIRMS_SOON | bits.CONFIRMS_LATE,
    "email_optout": _OPTOUT,
    "email_address": _ADDRESS,
    "email_gateway": _GATEWAY,
    "email_revoked": bits.OPTED_OUT | bits.OPTED_OUT_LONG | bits.OPTED_OUT_UNTOLD,
    "no_zone": 0,
    "federal_hours": _LIFTS,
    "ftc_hours": _LIFTS,
    "state_hours": _LIFTS,
    "device_hours": 0,
    "closed_day": _LIFTS,
    "cap": _CAP,
    "device_cap": _CAP,
    "residential_cap": _CAP | bits.KIND | bits.EXPRESS,
}
"""The bits by the kernel's name; the bits of a cap's own counts come on top."""


def reads_of(kernel: str) -> int:
    """Give the bits a kernel looks at, as far as they are listed."""
    return READS.get(kernel, 0)


def is_kept(rule: Rule) -> bool:
    """Tell whether a rule's answer may be kept: it looks at nothing but listed bits."""
    return rule.when is None and (not rule.kernel or rule.kernel in READS)
