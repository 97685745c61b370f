"""Messages that follow from a use case: who is told what, and no more than may be told.

A message is data for the outbox. It is delivered later, by something else, at least once, with its
id as idempotency key. Only the facts named in each function's docstring are disclosed, whatever its
text says: a text can only name facts that `catalogues.FACTS` allows its kind. What a stranger typed
into a form is put on one line and cut: it can neither add a header to an e-mail nor turn one of
ours into theirs.

The words live in catalogues, one a language, and a seller may replace any of them
(`NoticeTerms.texts`); what a catalogue lacks is told in English.
"""

from leadcore.notices.catalogues import (
    CATALOGUES,
    ENGLISH,
    FACTS,
    SPANISH,
    Catalogue,
    NoticeTerms,
    OwnText,
    catalogue_of,
    text_problems,
)
from leadcore.notices.log_ins import (
    LogInChanged,
    LogInTold,
    address_changed,
    address_confirm,
    address_taken,
    invitation,
    password_changed,
    password_reset,
)
from leadcore.notices.messages import Attachment, Message, MessageKind, one_line, without_link
from leadcore.notices.replies import Sender, courtesy_answered, help_told, optout_confirmed
from leadcore.notices.sales import confirmation, courtesy
from leadcore.notices.told import (
    AppointmentNews,
    AppointmentTold,
    DutyTold,
    appointment_told,
    appointment_words,
    first_contact_overdue,
    follow_up_due,
    low_balance,
    news_address,
    refund_told,
)
from leadcore.notices.writing import Written, instant_words, money_words

__all__ = [
    "CATALOGUES",
    "ENGLISH",
    "FACTS",
    "SPANISH",
    "AppointmentNews",
    "AppointmentTold",
    "Attachment",
    "Catalogue",
    "DutyTold",
    "LogInChanged",
    "LogInTold",
    "Message",
    "MessageKind",
    "NoticeTerms",
    "OwnText",
    "Sender",
    "Written",
    "address_changed",
    "address_confirm",
    "address_taken",
    "appointment_told",
    "appointment_words",
    "catalogue_of",
    "confirmation",
    "courtesy",
    "courtesy_answered",
    "first_contact_overdue",
    "follow_up_due",
    "help_told",
    "instant_words",
    "invitation",
    "low_balance",
    "money_words",
    "news_address",
    "one_line",
    "optout_confirmed",
    "password_changed",
    "password_reset",
    "refund_told",
    "text_problems",
    "without_link",
]
