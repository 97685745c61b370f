"""E-mail: the CAN-SPAM act, the rules made under it, and mail to wireless domains."""

from __future__ import annotations

from leadcore.rulebooks.rule import EMAIL, TELEMARKETING, Purpose, Role, Rule, Scope

__all__ = ["EMAIL_BASES", "EMAIL_GUARDS"]

_CODE = "https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title15-section7704"
_COMMERCIAL = Scope(channels=EMAIL, purposes=TELEMARKETING)

EMAIL_BASES = (
    Rule(
        id="E-XACT",
        role=Role.BASIS,
        sentence=(
            "A transactional or relationship message is outside the opt-out rules; its headers "
            "must still be true."
        ),
        citation="15 USC 7702(17)",
        source="https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title15-section7702",
        scope=Scope(channels=EMAIL, purposes=frozenset(Purpose) - TELEMARKETING),
        evidence=("channel", "purpose"),
    ),
)

EMAIL_GUARDS = (
    Rule(
        id="E-OPTOUT",
        kernel="email_optout",
        sentence=(
            "The e-mail has no clear opt-out that works for 30 days after sending, costs nothing "
            "and asks for nothing but the address."
        ),
        caution=(
            "It is not known whether the e-mail has a clear opt-out that works for 30 days after "
            "sending."
        ),
        citation="15 USC 7704(a)(3),(a)(5); 16 CFR 316.5",
        source=_CODE,
        scope=_COMMERCIAL,
        evidence=("email.optout_mechanism",),
    ),
    Rule(
        id="E-REV",
        kernel="email_revoked",
        sentence="The person opted out of e-mail and the ten business days to stop are over.",
        caution=(
            "The person opted out of e-mail; the law gives ten business days to stop, we stop at "
            "once."
        ),
        untold="It is not known whether the person opted out of e-mail.",
        citation="15 USC 7704(a)(4)(A); 16 CFR 316.4",
        source=_CODE,
        scope=_COMMERCIAL,
        evidence=("email.opted_out_at",),
    ),
    Rule(
        id="E-ADDR",
        kernel="email_address",
        sentence="The e-mail lacks a valid physical postal address of the sender.",
        caution=(
            "It is not known whether the e-mail carries a valid physical postal address of the "
            "sender."
        ),
        citation="15 USC 7704(a)(1),(2),(5)",
        source=_CODE,
        scope=_COMMERCIAL,
        evidence=("email.physical_address",),
    ),
    Rule(
        id="E-MSCM",
        kernel="email_gateway",
        sentence=(
            "The address is on a wireless carrier's domain, which needs the person's express "
            "prior authorisation."
        ),
        caution=(
            "It is not known whether the address is on a wireless carrier's domain, which needs "
            "the person's express prior authorisation."
        ),
        citation="47 CFR 64.3100",
        source="https://www.ecfr.gov/current/title-47/section-64.3100",
        scope=_COMMERCIAL,
        evidence=("email.gateway_domain", "email.wireless_authorization"),
    ),
)
