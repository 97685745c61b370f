"""Texts through Celery: what travels is wire JSON, and the rules are asked again when it leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from celery import Celery, Task

from leadcore import contact, rulebooks, wire
from leadcore.decisions import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from celery.result import AsyncResult

__all__ = ["app", "enqueue", "ways"]

app = Celery("texts", broker="memory://", backend="cache+memory://")
# JSON only: a broker that others can write to must not hand us pickles.
app.conf.update(accept_content=["json"], task_serializer="json", result_serializer="json")


class Ways:
    """What the tasks use of the world: exchange it for your own provider, tables and clock."""

    def __init__(self) -> None:
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.send: Callable[[str, str], object] = print
        self.facts: Callable[[str], contact.Facts] = lambda _lead: contact.Facts()


ways = Ways()


def enqueue(lead: str, question: contact.Question, body: str, at: datetime) -> AsyncResult | None:
    """Send a text at an instant, if the rules permit it then as far as is known now.

    Returns:
        The pending result; None where the rules deny it and nothing opens it again.
    """
    decision = contact.assess(question, ways.facts(lead), at=at, rules=rulebooks.US)
    if decision.next_permitted_at is None:
        return None
    payload = {"lead": lead, "question": wire.dump(question), "body": body}
    return text.apply_async((payload,), eta=decision.next_permitted_at)


@app.task(bind=True, max_retries=None, acks_late=True)
def text(self: Task, payload: dict[str, Any]) -> dict[str, Any]:
    """Send a text if the rules permit it now, by what is known now; else later, or never."""
    question = wire.load(contact.Question, payload["question"])
    facts, at = ways.facts(payload["lead"]), ways.now()
    decision = contact.assess(question, facts, at=at, rules=rulebooks.US)
    if decision.verdict is not Verdict.DENIED and facts.number.e164 is not None:
        ways.send(facts.number.e164, payload["body"])
    elif decision.next_permitted_at is not None:
        raise self.retry(eta=decision.next_permitted_at)
    return wire.dump(decision)
