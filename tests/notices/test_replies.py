"""What is answered to a text."""

from datetime import timedelta

import pytest

from leadcore.inbound_texts import COURTESY_REPLY
from leadcore.notices import SPANISH, MessageKind
from leadcore.notices.replies import Sender, courtesy_answered, help_told, optout_confirmed
from leadcore.submissions import Channel
from tests.notices.people import AT, USER

SENDER = Sender(
    id="key", number="+12125550101", name="Lo\nOffice", seller_id="s", account_id="a", at=AT
)


@pytest.mark.parametrize("tell", [optout_confirmed, help_told])
def test_an_answer_to_a_text_goes_to_whoever_sent_it_in_one_name(tell):
    told = tell(SENDER)
    assert (told.to, told.to_person, told.channel) == (SENDER.number, True, Channel.TEXT)
    assert (told.subject, told.account_id, told.lead_id, told.user_id) == ("", "a", None, None)
    assert told.body.startswith("Lo Office: ")
    assert (told.id, told.at) == (f"key/{told.kind.value}", AT)


def test_a_confirmation_of_an_opt_out_is_not_sent_late():
    assert optout_confirmed(SENDER).not_after == AT + timedelta(minutes=5)
    assert help_told(SENDER).not_after is None


def test_an_associate_is_told_where_the_answer_went():
    told = courtesy_answered(SENDER, USER)
    assert (told.body, told.kind) == (COURTESY_REPLY, MessageKind.COURTESY_REPLY)
    assert (told.to, told.to_person) == (SENDER.number, False)
    assert (told.account_id, told.user_id, told.lead_id) == (USER.account_id, USER.id, None)


def test_the_words_a_phone_understands_stay_in_every_language():
    assert "HELP" in optout_confirmed(SENDER, catalogue=SPANISH).body
    assert "STOP" in help_told(SENDER, catalogue=SPANISH).body
