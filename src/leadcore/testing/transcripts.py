"""A labelled set of transcripts, and the measure of a finder of what must not be shared.

Each line is something people say to each other on the phone, as a transcriber or a machine writes
it. What must not be shared stands in braces with its kind, so that the text and its labels can't
drift apart. Numbers are the payment networks' published test numbers, numbers of examples that
were never issued, and made-up ones.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.sensitive import Sensitive, SensitiveKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["TRANSCRIPTS", "Score", "Transcript", "measure", "table", "transcripts"]

_KINDS = {
    "card": SensitiveKind.CARD_NUMBER,
    "code": SensitiveKind.SECURITY_CODE,
    "ssn": SensitiveKind.SSN,
}
_LABEL = re.compile(r"\{(card|code|ssn):([^{}]*)\}")


@frozen(kw_only=True)
class Transcript:
    """One labelled snippet.

    Attributes:
        text: what was said.
        labels: what in it must not be shared, and where.
    """

    text: str
    labels: tuple[Sensitive, ...] = ()


@frozen(kw_only=True)
class Score:
    """How a finder did on one kind.

    Attributes:
        kind: the kind.
        labelled: how many are in the set.
        found: how many of them were found.
        missed: the snippets in which one was not.
        wrong: the snippets in which something else was taken for one.
    """

    kind: SensitiveKind
    labelled: int
    found: int
    missed: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def per_mille(self) -> tuple[int, int]:
        """Precision and recall, in thousandths, rounded down."""
        told = self.found + len(self.wrong)
        return (1000 * self.found // told if told else 1000, 1000 * self.found // self.labelled)


def transcripts(lines: Iterable[str]) -> tuple[Transcript, ...]:
    """Read labelled lines: `my card is {card:4111 1111 1111 1111}`."""
    return tuple(map(_read, lines))


def _read(line: str) -> Transcript:
    text = ""
    labels: list[Sensitive] = []
    at = 0
    for match in _LABEL.finditer(line):
        text += line[at : match.start()]
        start = len(text)
        text += match.group(2)
        labels.append(Sensitive(kind=_KINDS[match.group(1)], start=start, end=len(text)))
        at = match.end()
    return Transcript(text=text + line[at:], labels=tuple(labels))


def measure(
    find: Callable[[str], tuple[Sensitive, ...]], told: Iterable[Transcript] | None = None
) -> tuple[Score, ...]:
    """Measure a finder, kind by kind.

    Something is found where a find of its kind covers every digit of it; a find that touches
    nothing labelled as its kind is wrong.

    Args:
        find: the finder, such as `leadcore.sensitive.find_sensitive`.
        told: the labelled set; `TRANSCRIPTS` where none is given.
    """
    finds = [(each, find(each.text)) for each in (TRANSCRIPTS if told is None else told)]
    return tuple(_score(kind, finds) for kind in SensitiveKind)


def _score(kind: SensitiveKind, finds: list[tuple[Transcript, tuple[Sensitive, ...]]]) -> Score:
    missed: list[str] = []
    wrong: list[str] = []
    labelled = 0
    for told, found in finds:
        labels = [each for each in told.labels if each.kind is kind]
        ours = [each for each in found if each.kind is kind]
        labelled += len(labels)
        missed += [
            told.text
            for label in labels
            if not any(each.start <= label.start and label.end <= each.end for each in ours)
        ]
        wrong += [
            told.text
            for each in ours
            if not any(each.start < label.end and label.start < each.end for label in labels)
        ]
    return Score(
        kind=kind,
        labelled=labelled,
        found=labelled - len(missed),
        missed=tuple(missed),
        wrong=tuple(wrong),
    )


def table(scores: Iterable[Score]) -> str:
    """Give the scores as a table of text."""
    lines = ["kind           labelled  found  missed  wrong  precision  recall"]
    for each in scores:
        precision, recall = (f"{part / 10:.1f} %" for part in each.per_mille)
        lines.append(
            f"{each.kind.value:<13}  {each.labelled:>8}  {each.found:>5}  {len(each.missed):>6}"
            f"  {len(each.wrong):>5}  {precision:>9}  {recall:>7}"
        )
    return "\n".join(lines)


_LINES = """\
my card is {card:4111 1111 1111 1111}
it's {card:4111-1111-1111-1111}, expires 12/29
{card:5555555555554444} is the number
the amex, {card:378282246310005}
{card:3782 822463 10005}
{card:6011 1111 1111 1117} it's a discover
the card ending, no, the whole thing is {card:4012 8888 8888 1881}
{card:5105.1051.0510.5100}
card number {card:4000056655665556} exp oh four twenty eight
it starts with {card:3530 1113 3330 0000}
diners club {card:3056 930902 5904}
{card:2223 0031 2200 3222} mastercard
{card:6200 0000 0000 0005} it's a union pay
so that's {card:4242 4242 4242 4242} right
{card:4242,4242,4242,4242}
{card:4242 4242 42424242} and my zip is 90210
the number's {card:6011000990139424} and the name is John
you can use {card:371449635398431} thanks
{card:four one one one one one one one one one one one one one one one}
{card:four triple one, one one one one, one one one one, one one one one}
{card:five five five five um five five five five uh five five five five four four four four}
{card:four two four two, four two four two, four two four two, four two four two}
{card:four zero one two eight eight eight eight eight eight eight eight one eight eight one}
{card:three seven eight two eight two two four six three one oh oh oh five}
{card:double five double five double five double five double five double five double four double four}
it's {card:four two four two and then four two four two and then four two four two and four two four two}
{card:six oh one one, one one one one, one one one one, one one one seven} expires next june
okay {card:four oh one two dash eight eight eight eight dash eight eight eight eight dash one eight eight one}
{card:forty two forty two forty two forty two forty two forty two forty two forty two}
{card:fifty-five fifty-five fifty-five fifty-five fifty-five fifty-five forty-four forty-four}
{card:forty one eleven eleven eleven eleven eleven eleven eleven}
{card:four two four two okay four two four two okay four two four two okay four two four two}
{card:4242 mhm 4242 mhm 4242 yeah 4242}
Caller: {card:four one one one Agent: uh huh Caller: one one one one Agent: okay Caller: one one one one Agent: yes Caller: one one one one}
Agent: go ahead. Caller: {card:4111 1111. Agent: okay. Caller: 1111 1111}
[00:12] {card:4242 4242 [00:15] 4242 4242} [00:19] thank you
{card:for two for two for two for two for two for two for two for two}
{card:four to four to four too four to four to four to four to four to}
{card:five won oh five won oh five won oh five won oh five one oh oh}
{card:fore two fore two fore two fore two four two four two four two four two}
{card:5555 5555 five five five five 4444} yes
{card:four o one two eight eight eight eight eight eight eight eight one eight eight one}
{card:4 0 1 2, 8 8 8 8, 8 8 8 8, 1 8 8 1}
{card:4-2-4-2-4-2-4-2-4-2-4-2-4-2-4-2}
{card:4111 1111 1112, no sorry, 1111 1111}
{card:four two four two, four three, sorry, four two four two, four two four two, four two four two}
{card:4242 4242 4242 424, wait, 2}
my visa {card:4222222222222} is old
here {card:4242 4242 4242 4242} and the cvv is {code:123}
{card:5555 5555 5555 4444}, security code {code:737}
{card:378282246310005} and the four digit code is {code:1234}
{card:4111111111111111} 12/29 {code:123}
the security code is {code:999}
three digit code on the back? yes, {code:4 5 6}
CVC: {code:7890}
the code on the back is {code:one two three}
my pin is {code:4321}
cvv {code:eight two six}
c v v is {code:331}
C.V.V. {code:331}
the cvv2 is um {code:five five one}
and the verification code? {code:204}
security number on the back {code:772}
the three numbers on the back are {code:four four nine}
the last three digits on the back? {code:112}
what's the three digits on the back - {code:909}
csc {code:6 1 1}
it's {code:double two seven} on the back
the PIN number is {code:0 0 4 7}
card verification value {code:318}
cid on the front {code:4455}
your CVV please. sure it's {code:one ninety two}
security code: {code:oh one two}
And the code? {code:three two one}
the little number is {code:481}
social is {ssn:219-09-9999}
my social security number is {ssn:219099999}
social security {ssn:two one nine oh nine nine nine nine nine}
{ssn:219 09 9999}
SSN {ssn:078051120}
ssn: {ssn:078-05-1120}
my social's {ssn:078 05 1120} okay
the social is {ssn:four five seven, five five, five four six two}
social security number, {ssn:four five seven dash five five dash five four six two}
my soc is {ssn:457555462}
what's your social? um {ssn:457 55 5462}
social? it's {ssn:four five seven okay five five okay five four six two}
Agent: social security number? Caller: {ssn:457-55-5462}
it is {ssn:457.55.5462} my ssn
{ssn:457 555 462} is the social
social {ssn:4 5 7 5 5 5 4 6 2}
her social security is {ssn:double four seven five five five four six two}
I need your social. Okay so that is going to be, let me look at the card here, it is {ssn:457555462}
the tax id is {ssn:457-55-5462}
mi numero de seguro social es {ssn:457-55-5462}
call me at 212-555-0123 any time
my number is 1 800 555 0199 extension 1234
it's two one two five five five oh one two three
reach me at +44 20 7946 0958
cell 917 555 0100 or home 718 555 0101
my two numbers are 917 555 0100 718 555 0101
call 4155550123 or 4155550124
four one five, five five five, oh one two three
fax is (305) 555-0111
the reference is 219099999
my social is 000 123 456
I live at 4111 Main Street, ZIP 10001
ninety two oh one Elm Street apartment four
the policy number is 4111111111111112
order 1234567890123456
order number 4242-4242-4242-4241
your confirmation number is 88213 4411 902
invoice 2026-11-4471-88
case number 22-CV-004512
case 000-12-3456 is closed
the docket is 19 DR 2214
tracking number 9999999999999999
tracking 1Z 999 AA1 01 2345 6784
tracking 9400 1000 0000 0000 0000 00
the IMEI is 490154203237518
routing number 021000021
account number 000123456789
routing 021000021 account 1234567890
my member id is 8012345678
group number 4471120
claim 55-1234-987
VIN is 1HGCM82633A004352
driver license D123 4567 8901
my zip code is 90210, the address is 12 Elm
zip is 10001-1234
zip plus four is nine oh two one oh dash one two three four
I was born on 01/02/1960
date of birth oh one oh two nineteen sixty
born on the third of may nineteen seventy one
we were married 06-15-1998 and split 07-01-2019
we have 3 kids, 7, 9 and 12
my kids are three, five and nine
the year 2026 and 2027
from 2011 to 2019 and again in 2021
one two three testing
we pay 123 dollars a month
she owes me 4,500 dollars
between 1200 and 1500 a month, maybe 1600
the settlement was 12,500.00
rent is eleven fifty, utilities two hundred
I make 4200 and he makes 5100
the security code? I don't have it. My zip is 10001
I don't want to give the security code over the phone
no I'd rather not say my social
the last four of my social are on file
the alarm code expired in 2019
what's the code section? 18 USC 2511
section 227 b 3
the area code is 212
our area code is four one five
the zip code is 331 something
apartment 345 on the third floor
exit 123 off the highway
room 4321 in the Hilton
flight 737 at 4 15
it's a 2019 Ford F 150
bus 42 and then 42 again
twenty four seven
nine one one was called
I called 911 three times
seven eleven on the corner
fifty fifty custody
five five five, like in the movies
one one one one one one one one one one one one one one one one
thirteen fourteen fifteen sixteen
press 1 for sales, 2 for service, 3 for billing, 4 for hours
version 3.11.7 build 20261122
the ticket is 4000 1234 5678 9010
loan number 5500 0000 0000 0005 says the letter
batch 20261122130000
twelve thirty on 11 22 2026
UPC 036000291452
ISBN 978 3 16 148410 0
thirty five minutes at 60 miles an hour, then 25 more, then 30 in town
between four and five, or five and six, or six and seven, or seven and eight, or nine and ten
he was there for two years, for two months, for two weeks
it went from 4 to 2 to 4 to 2 in one season
the pin of the grenade, 1944
he pinned 123 photos
"""  # noqa: E501 - a line is what was said without a pause
TRANSCRIPTS = transcripts(_LINES.splitlines())
"""The set: cards, security codes and social security numbers, and what looks like them."""
