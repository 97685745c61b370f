"""What a reply by text means: a revocation, something for a person to look at, a fresh start.

The seven words of 47 CFR 64.1200(a)(10) revoke by themselves. Other words do "if a reasonable
person would read a revocation"; where that is plausible but not plain, the reply goes to review and
counts as a revocation until somebody has looked. Words used in another sense ("can you stop by")
mean nothing.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from enum import Enum

from attrs import frozen

from leadcore.values import instant

__all__ = [
    "CONFIRM_WITHIN",
    "COURTESY_REPLY",
    "Meaning",
    "Reply",
    "classify",
    "confirm_by",
]

CONFIRM_WITHIN = timedelta(minutes=5)
"""A confirmation of an opt-out sent within this is presumed wanted: 47 CFR 64.1200(a)(12)."""

COURTESY_REPLY = (
    "This number only sends notices. Your reply went to the company, not to the person who asked "
    "for help; please use the phone number or e-mail address in the lead."
)
"""What somebody is told who answers a courtesy notice; it never counts as contact with a lead."""


class Meaning(Enum):
    """What follows from a reply.

    `REVIEW` is treated as a revocation until a person has decided.
    """

    REVOKE = "revoke"
    REVIEW = "review"
    RESUBSCRIBE = "resubscribe"
    NONE = "none"


@frozen(kw_only=True)
class Reply:
    """A reply, understood.

    Attributes:
        meaning: what follows.
        sentence: why, in one sentence.
        help: does the person ask for help (`HELP`, `INFO`)? The sender must then say who it is.
    """

    meaning: Meaning
    sentence: str
    help: bool = False

    @property
    def holds_contact(self) -> bool:
        """Must contact stop, at least until a person has looked?"""
        return self.meaning in {Meaning.REVOKE, Meaning.REVIEW}


def confirm_by(received: datetime) -> datetime:
    """Give the last instant (UTC) at which the one confirmation is presumed wanted."""
    return instant(received) + CONFIRM_WITHIN


_KEYWORDS = frozenset(
    {"stop", "stopall", "quit", "end", "revoke", "optout", "cancel", "unsubscribe"}
)
_KNOWN = frozenset({"dnc"})  # not of the rule's list, and nothing else where it stands alone
_STARTS = frozenset({"start", "unstop", "subscribe", "resubscribe", "optin"})
_HELPS = frozenset({"help", "info"})
_POLITE = frozenset(
    {
        *("please", "pls", "plz", "now", "thanks", "thank", "you", "thx", "ok", "okay", "all"),
        *("just", "hi", "hello", "hey", "sir", "maam", "me", "the", "this", "it", "asap"),
        *("immediately", "today", "already", "i", "said", "want", "to"),
    }
)

_COURTEOUS = frozenset(
    {
        *("please", "pls", "plz", "thanks", "thank", "thx", "ok", "okay", "yes"),
        *("hi", "hello", "hey", "sir", "maam"),
    }
)
# A fresh start is what lets contact begin again: nothing but courtesy may stand beside it.

# Patterns are read against plain words: lower case, no marks, "don't" as "do not", "optout".
_CONTACT = (
    r"(?:te?xts?|te?xting|calls?|calling|contacts?|contacting|messages?|messaging|msgs?|emails?|"
    r"emailing|mails?|sms|spam|spamming|bother|bothering|harass|harassing|harassment|send|sending|"
    r"notifications?|alerts?|solicit\w*|phoning|ringing|reminders?|bugging|communications?)"
)
_MANY = _CONTACT.replace("calls?|", "calls|")
# One call may be ended or cancelled that was agreed on; all of them are contact.
_OWNERS = r"(?:the|these|those|this|that|your|any|all(?: the| these| of these| your)?|future)"
_NOT = r"(?:do not|never|cannot|cant|wont|did not|didnt)"
_REFUSE = r"(?:do not|no longer|never|cannot|cant|will not|wont|did not|didnt)"
_OBJECTS = r"(?:me|us|this|here|my|anything|any|again|anymore)"
_WANT = r"(?:want|wish|like|care|need|consent|agree|interested in)"
_GIVEN = r"(?:consent|permission|authori[sz]ation)"
_LISTED = r"(?:stop|quit|end|cancel|unsubscribe|optout)"
_ENDS = r"(?:stop|quit|cease)"


_NOW = r"(?:at once|right now|right away|immediately|for good|for ever|forever|for now|now)"
_WHEN = r"(?:at|on|for|today|tonight|tomorrow|this|next|mon\w*|tue\w*|wed\w*|thu\w*|fri\w*)"
_SOME = r"(?:(?!without)\w+ ){0,3}"
_PESTERING = r"(?:pester|annoy|bug|bother|harass|reach|hound|bombard|blow|disturb|nag)ing"


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


_REVOCATIONS = _compiled(
    rf"\b{_ENDS}(?: with)?(?: {_OWNERS})?(?: \w+)? {_CONTACT}\b",
    rf"\b(?:end|halt)(?: with)?(?: {_OWNERS})?(?: (?!call\b)\w+)? {_MANY}\b",
    rf"\b{_NOT}(?: \w+)? {_CONTACT}(?: to)?(?: {_OBJECTS}|$)",
    rf"\b{_NOT} {_WANT}(?: to)?(?: \w+){{0,3}} (?:hear|be|get|receive|{_CONTACT})\b",
    rf"\b(?:no longer|not) {_WANT}(?: to)?(?: \w+){{0,2}} (?:hear|be|get|receive|{_CONTACT})\b",
    rf"\bno (?:more|further|longer) {_CONTACT}\b",
    r"\b(?:remove|delete|take|drop|erase|scratch) (?:me|us)\b(?! to)",
    r"\b(?:remove|delete|take|drop|erase) my (?:number|name|phone|info\w*)\b",
    r"\b(?:remove|delete) this (?:number|phone)\b",
    r"\b(?:get|take) (?:me|us|my number) off\b",
    r"\bunsubscrib(?:e|ed|ing)\b",
    r"\bopt(?:ing|ed)(?: \w+)? out\b|\bopt \w+ out\b|\boptout\b",
    rf"\b(?:revok|withdraw|rescind|retract)\w* (?:\w+ ){{0,3}}{_GIVEN}",
    rf"\b(?:do not|never) (?:have|had|gave|give|got) (?:\w+ ){{0,2}}{_GIVEN}",
    rf"(?:^|\b(?:i|we) ){_REFUSE}(?: (?:ever|hereby))? consent(?:ed)?\b",
    rf"\bcancel(?: (?!call\b)\w+)?(?: {_OWNERS})? (?:subscription|{_MANY}|me|everything)\b",
    r"\bleave (?:me|us) alone\b",
    r"\blose (?:my|this) (?:number|phone)\b",
    r"\bcease and desist\b",
    r"\b(?:do not call|dnc|no call) list\b",
    r"\b(?:stop|quit) (?:it|this|that|bothering|now|please|pls)$",
)
"""Words a reasonable person reads as a revocation."""

_PLAINLY = _compiled(
    rf"\b(?:stop|quit|cease) (?:{_NOW}|everything|{_PESTERING})\b",
    rf"(?<!not )\b(?:revok|withdr[ae]w|rescind|retract)\w* {_SOME}(?:{_GIVEN}|agreement)\b",
    rf"\b{_GIVEN}(?: \w+){{0,2}} (?<!not )(?:revoked|withdrawn|rescinded|retracted|over)\b",
)
"""Words that revoke even where they look like another sense of a listed word."""

_OTHER_SENSES = _compiled(
    r"\b(?:stop(?:s|ped|ping)?|drop)(?: \w+)? (?:by|in|over|at|for|to|off|here|there|on)\b",
    r"\b(?:bus|truck|pit|rest|full|one|first|last|next|non|train|subway|door) stops?\b",
    r"\b(?:one|non)?stop (?:sign|light|shop|watch|gap|loss|order|payment)\b",
    r"\bstop (?:all )?(?:this|that|the|these|those|my|our|his|her|their|a|an|any)(?: \w+){1,2}",
    r"\bstop (?!\w*(?:text|call|contact|messag|send|bother|harass|spam|email)ing)\w+ing\b",
    rf"\b(?:do not|never(?! mind)|cannot|cant|wont) (?:\w+ )?{_LISTED}\b(?: {_CONTACT})?",
    rf"\b(?:will not|would not) (?:\w+ )?{_LISTED}\b(?: {_CONTACT})?",
    r"\bnot (?:stop|quit|cancel|optout|unsubscribe)\w*\b",
    r"\b(?:the|an|week|day|month|year|dead|high|low|back|front|rear|other|book|happy|open) ends?\b",
    r"\bends? (?:up|of|on|at|in|with)\b|\b(?:weekend|endless|ending|ended)\b",
    r"\bquit (?:my|his|her|the|our|smoking|drinking|work\w*|a) ?\w*\b|\bi quit\b",
    r"\bcancel(?:l?ed|l?ing)?(?: \w+){0,2} (?:appointment|appt|meeting|policy|order|reservation)\b",
    r"\bcancel(?:l?ed|l?ing)?(?: \w+){0,2} (?:plan|account|card|insurance|visit|flight|contract)\b",
    rf"\bcancel(?:l?ed|l?ing)? (?:our|my)(?: \w+)? call\b|\bcancel (?:the|this) call {_WHEN}\b",
    r"\b(?:licen[cs]e|bond|bail|probation|parole|visa)(?: \w+){0,3} revok\w*\b",
    r"\brevok\w*(?: \w+){0,2} (?:licen[cs]e|bond|bail|probation|parole|visa)\b",
    r"\brevoke (?:my|his|her|their|the) (?!consent|permission|author)\w+",
)
"""The listed words where they mean something else."""

_PLAUSIBLE = _compiled(
    r"\bno mas\b|\bbasta\b|\balto\b|\bpare(?:n)?\b|\bparar\b|\bdeten\w*\b|\bcancelar\b",
    r"\bno me (?:llam|escrib|mand|envi|text)\w*\b|\bdesuscrib\w*\b|\bdejame\b|\barret\w*\b",
    r"\b(?:not|no longer)(?: \w+)? interested\b|\bdnc\b",
    r"\bno thank(?:s| you)\b|\bno thx\b|\bnot now\b|\bno interest\b",
    r"\bwrong (?:number|person)\b|\bnot (?:him|her|me|my number)\b|\bdo not know (?:you|him|her)\b",
    r"\bgo away\b|\benough\b|\bf+u+c*k+ (?:off|you)\b|\bpiss off\b|\bget lost\b|\bback off\b",
    r"\b(?:spam|scam|scammer|harass\w*|report(?:ing|ed)? (?:you|this)|sue|suing|lawsuit)\b",
    r"\b(?:lawyer|attorney general|fcc|ftc|tcpa|do not call)\b",
    r"^(?:stp|sotp|stpo|tsop|stap|stahp|unsub|cancle|canel|uns\w*crib\w*)$",
    r"\b(?:leave|let) (?:me|us) (?:be|go)\b|\bwho (?:gave|sold) you\b|\bhow did you get my\b",
    r"\bdo not\b(?: \w+){0,2} (?:me|us)\b",
    r"^(?:remove|cease|halt|leave|no more)(?: please| pls| now)?$",
    r"\bst0p\b|\bstop2end\b|\bctoп\b",
    rf"^no {_CONTACT}(?: please| pls| now)?$",
)
"""Words that may be a revocation, typing errors and other languages among them."""

_STOP_WORD = re.compile(r"\b(?:stop|stopall|quit|revoked?|cancel|optout)\b|\bend$|^end\b")
_BOUNDS = re.compile(r"[.!?;,\n]+")
_QUOTED = re.compile(r"^\s*(?:>|on\b.*\bwrote:?\s*$|-{2,}\s*original)", re.IGNORECASE)
# What a sentence may begin or end with that has a listed word in it and is no reply to the sender.
_HARMLESS = _compiled(
    r"^(?:stop|drop) (?:by|in|over)\b",
    r"^cancel(?: \w+){0,2} (?:appointment|appt|meeting|policy|order|reservation)\b",
    r"^cancel(?: \w+){0,2} (?:visit|flight|card|account|insurance|contract)\b",
    r"^quit (?:my|smoking|drinking|work\w*)\b|^end of\b",
    r"^revoke (?:my|his|her|their|the) licen[cs]e\b",
    r"\b(?:licen[cs]e|bond|bail|probation|parole|visa)\b(?: \w+){0,3} revoked$",
    rf"\b(?:not|never|cannot|cant|wont|to|of|the|a|my|your|bus|full|next|first|last) {_LISTED}$",
    r"\b(?:the|an|week|day|month|year|dead|high|low|back|front|rear|other|book|happy|open) ends?$",
)
# Letters of other scripts that look like ours, as in a reply that is to slip through.
_ALIKE = str.maketrans("ѕтореасухіјԁ", "stopeacyxijd")
_SIGNS = frozenset("\N{OCTAGONAL SIGN}\N{RAISED HAND}\N{NO ENTRY}\N{NO ENTRY SIGN}")


def _plain(text: str) -> str:
    """Give the words alone: lower case, without accents' tricks, marks and extra spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE)
    folded = folded.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("'", "")
    stripped = "".join(
        char
        for char in unicodedata.normalize("NFD", folded)
        if not unicodedata.combining(char) and unicodedata.category(char) != "Cf"
    )
    return " ".join(re.findall(r"[^\W_]+", stripped))


def _expand(plain: str) -> str:
    joined = re.sub(r"\bopt (out|in)\b", r"opt\1", plain)
    joined = re.sub(r"\bun (subscrib\w+)", r"un\1", joined)
    joined = _DRAWN_OUT.sub(lambda word: _listed(word.group()), joined)
    return re.sub(r"\bdont\b|\bdo nt\b|\bdon t\b", "do not", joined)


_DRAWN_OUT = re.compile(r"\b\w*(\w)\1\1\w*\b")
_REPEATED = re.compile(r"(.)\1+")
_SHORTENED = {_REPEATED.sub(r"\1", word): word for word in _KEYWORDS | _KNOWN}


def _listed(word: str) -> str:
    """Give the listed word of which letters are repeated ("stoppp"); else the word itself."""
    return _SHORTENED.get(_REPEATED.sub(r"\1", word), word)


def _whole(words: list[str]) -> Reply | None:
    """Read a reply that is nothing but listed words and politeness."""
    named = [_listed(word) for word in words if word not in _POLITE]
    if named and all(word in _KEYWORDS for word in named):
        return Reply(meaning=Meaning.REVOKE, sentence="It is a word the rule lists as revoking.")
    if named and all(word in _KEYWORDS | _KNOWN for word in named):
        return Reply(meaning=Meaning.REVOKE, sentence=_REASONABLY)
    if _starts(words):
        return Reply(meaning=Meaning.RESUBSCRIBE, sentence="The person asks to start again.")
    if named and all(word in _HELPS for word in named):
        return Reply(
            meaning=Meaning.NONE, help=True, sentence="The person asks who is texting and why."
        )
    return None


def _starts(words: list[str]) -> bool:
    """Tell whether a reply is nothing but words to start again and courtesy."""
    told = re.sub(r"\bthank you\b", "thanks", " ".join(words)).split()
    named = [word for word in told if word not in _COURTEOUS]
    return bool(named) and all(word in _STARTS for word in named)


def classify(text: str) -> Reply:
    """Tell what a reply means; what it quotes of an earlier message does not count.

    >>> classify("Opt-out please").meaning
    <Meaning.REVOKE: 'revoke'>
    >>> classify("We have got to STOP this bill").meaning
    <Meaning.NONE: 'none'>
    """
    own = _unquoted(text)
    plain = _expand(_plain(own))
    words = plain.split()
    if len(words) > 1 and all(len(word) == 1 for word in words):
        words = ["".join(words)]  # s t o p
    found = _whole(words)
    if found is not None:
        return found
    said = [_expand(_plain(part)).split() for part in _BOUNDS.split(own)]
    for sentence in said:
        found = _whole(sentence)
        if found is not None and found.meaning is Meaning.REVOKE:
            return found
    if any(sign in text for sign in _SIGNS):
        return Reply(meaning=Meaning.REVIEW, sentence="A stop sign is plausibly a revocation.")
    found = _sentence(plain)
    if found.meaning is Meaning.NONE and any(map(_stands_out, said)):
        return Reply(meaning=Meaning.REVIEW, sentence=_MAYBE)
    return found


_REASONABLY = "A reasonable person reads a revocation in these words."
_MAYBE = "It may be a revocation; it counts as one until a person has looked."


def _unquoted(text: str) -> str:
    """Give a reply without what it quotes; all of it where nothing else is left."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if number and _QUOTED.match(line):
            return "\n".join(lines[:number])
    return text


def _stands_out(words: list[str]) -> bool:
    """Tell whether a sentence begins or ends with a listed word, and not in a harmless phrase."""
    core = list(words)
    while core and core[0] in _POLITE:
        del core[0]
    while core and core[-1] in _POLITE:
        del core[-1]
    if not core or not {core[0], core[-1]} & (_KEYWORDS | {"revoked"}):
        return False
    return not any(pattern.search(" ".join(core)) for pattern in _HARMLESS)


def _unless_revoking(found: re.Match[str]) -> str:
    """Take a phrase out, unless it revokes by itself ("stop the calls") and is no negation."""
    words = found.group()
    negated = words.startswith(("do not", "never", "can", "wont", "will", "would", "not"))
    revoking = any(pattern.search(words) for pattern in _REVOCATIONS)
    return words if revoking and not negated else " "


def _sentence(plain: str) -> Reply:
    """Read a reply in its own words."""
    rest = plain
    for sense in _OTHER_SENSES:
        rest = sense.sub(_unless_revoking, rest)
    plainly = any(pattern.search(plain) for pattern in _PLAINLY)
    if plainly or any(pattern.search(rest) for pattern in _REVOCATIONS):
        return Reply(meaning=Meaning.REVOKE, sentence=_REASONABLY)
    if any(pattern.search(rest) for pattern in _PLAUSIBLE) or _STOP_WORD.search(rest):
        return Reply(
            meaning=Meaning.REVIEW,
            sentence=_MAYBE,
        )
    return Reply(meaning=Meaning.NONE, sentence="Nothing in it reads as a revocation.")
