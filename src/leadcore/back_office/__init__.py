"""Use cases of the back office: everything they need comes in, everything that follows goes out.

Each is a frozen value with `needs` (which facts a store must load) and `decide(facts)` (the outcome
a store must commit, whole or not at all). They read nothing and write nothing themselves.
"""

from leadcore.back_office.acting import By
from leadcore.back_office.appointing import (
    Appointed,
    KeepAppointment,
    MakeAppointment,
    RealignAppointment,
    RemindOfAppointment,
)
from leadcore.back_office.auctioning import (
    BidAnswer,
    CloseAuction,
    DeclineBid,
    PlaceBid,
    PostAnswer,
    PostLead,
)
from leadcore.back_office.consenting import AskContact, KeepContactPoint, ReceiveText, TextAnswer
from leadcore.back_office.contacting import (
    LeadContact,
    add_findings,
    assess_facts,
    assess_lead,
    contact_facts,
    first_contact_due,
    question_of,
)
from leadcore.back_office.delivering import ConfirmDelivery, ExpireDelivery, FailDelivery
from leadcore.back_office.duties import DueCase, DueFacts, due_cases
from leadcore.back_office.exposing import lead_exposure, logged_decisions
from leadcore.back_office.filing import KeepFile, MayKeepFile, OpenFile, RemoveLeadFile
from leadcore.back_office.funding import (
    AccountRefund,
    ExpireBonus,
    Fund,
    PaymentBack,
    RefundAccount,
)
from leadcore.back_office.keeping import (
    KeepAccount,
    KeepOrder,
    KeepUser,
    SetSellerTerms,
    WorkLead,
)
from leadcore.back_office.logging_in import (
    ChangeOwnPassword,
    CheckAgain,
    Checked,
    CheckLogIn,
    LoggedInAs,
    LogIn,
    LogInAsk,
    NotLoggedIn,
    UseSession,
)
from leadcore.back_office.login_keeping import EndSession, KeepLogin, RequestReset, UseToken
from leadcore.back_office.mailing import EmailPerson, ForwardLead, PersonEmailed
from leadcore.back_office.noting import LONGEST_NOTE, NoteLead
from leadcore.back_office.once import AtVersion, Once, Stale
from leadcore.back_office.own_login import AskOwnAddress, ConfirmOwnAddress
from leadcore.back_office.paying import (
    BalanceChecked,
    CheckBalance,
    NoticeTaken,
    ReceiveNotice,
    RepayPayment,
    RequestPayment,
    SettlePayment,
    Taken,
)
from leadcore.back_office.programs import (
    CloseHook,
    EditKey,
    IssueKey,
    OpenHook,
    RenewHook,
    RevokeKey,
)
from leadcore.back_office.receiving import OfferLead, ReceiveLead, ResellLead
from leadcore.back_office.recording_facts import RecordOfLead
from leadcore.back_office.recording_keeping import (
    HeardRecording,
    KeepRecording,
    OpenRecording,
)
from leadcore.back_office.refund_requests import RequestRefund
from leadcore.back_office.refunding import DecideRefund
from leadcore.back_office.relaying import (
    Claimed,
    ClaimLetters,
    Handed,
    HandOver,
    KeepLetter,
    SettleLetter,
)
from leadcore.back_office.reminding import (
    DUTIES,
    Duty,
    DutyRule,
    RemindOfDuty,
    duty_due,
    duty_leads,
    duty_of,
)
from leadcore.back_office.renewing import Renewed, RenewOrder
from leadcore.back_office.seeing import at_desk, seen_leads, seen_refunds, sees
from leadcore.back_office.seller_terms import EditSellerTerms
from leadcore.back_office.selling import Received, Reception
from leadcore.back_office.transferring import TransferBalance

__all__ = [
    "DUTIES",
    "LONGEST_NOTE",
    "AccountRefund",
    "Appointed",
    "AskContact",
    "AskOwnAddress",
    "AtVersion",
    "BalanceChecked",
    "BidAnswer",
    "By",
    "ChangeOwnPassword",
    "CheckAgain",
    "CheckBalance",
    "CheckLogIn",
    "Checked",
    "ClaimLetters",
    "Claimed",
    "CloseAuction",
    "CloseHook",
    "ConfirmDelivery",
    "ConfirmOwnAddress",
    "DecideRefund",
    "DeclineBid",
    "DueCase",
    "DueFacts",
    "Duty",
    "DutyRule",
    "EditKey",
    "EditSellerTerms",
    "EmailPerson",
    "EndSession",
    "ExpireBonus",
    "ExpireDelivery",
    "FailDelivery",
    "ForwardLead",
    "Fund",
    "HandOver",
    "Handed",
    "HeardRecording",
    "IssueKey",
    "KeepAccount",
    "KeepAppointment",
    "KeepContactPoint",
    "KeepFile",
    "KeepLetter",
    "KeepLogin",
    "KeepOrder",
    "KeepRecording",
    "KeepUser",
    "LeadContact",
    "LogIn",
    "LogInAsk",
    "LoggedInAs",
    "MakeAppointment",
    "MayKeepFile",
    "NotLoggedIn",
    "NoteLead",
    "NoticeTaken",
    "OfferLead",
    "Once",
    "OpenFile",
    "OpenHook",
    "OpenRecording",
    "PaymentBack",
    "PersonEmailed",
    "PlaceBid",
    "PostAnswer",
    "PostLead",
    "RealignAppointment",
    "ReceiveLead",
    "ReceiveNotice",
    "ReceiveText",
    "Received",
    "Reception",
    "RecordOfLead",
    "RefundAccount",
    "RemindOfAppointment",
    "RemindOfDuty",
    "RemoveLeadFile",
    "RenewHook",
    "RenewOrder",
    "Renewed",
    "RepayPayment",
    "RequestPayment",
    "RequestRefund",
    "RequestReset",
    "ResellLead",
    "RevokeKey",
    "SetSellerTerms",
    "SettleLetter",
    "SettlePayment",
    "Stale",
    "Taken",
    "TextAnswer",
    "TransferBalance",
    "UseSession",
    "UseToken",
    "WorkLead",
    "add_findings",
    "assess_facts",
    "assess_lead",
    "at_desk",
    "contact_facts",
    "due_cases",
    "duty_due",
    "duty_leads",
    "duty_of",
    "first_contact_due",
    "lead_exposure",
    "logged_decisions",
    "question_of",
    "seen_leads",
    "seen_refunds",
    "sees",
]
