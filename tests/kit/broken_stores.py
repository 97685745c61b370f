"""Stores that are broken on purpose, each in one way."""

from contextlib import contextmanager
from threading import Barrier, BrokenBarrierError

from attrs import evolve as replace

from leadcore.back_office import receiving
from leadcore.balances import HoldStatus, Posted, TransferKind, holds, kernel, posting
from leadcore.decider import Versioned
from leadcore.errors import WrongState
from leadcore.intervals import elapsed_hours_after
from leadcore.leads import LeadStatus
from leadcore.orders import Standing
from leadcore.ports import ContactNeeds, PointNeeds, RefundNeeds
from leadcore.testing import MemoryStore
from leadcore.testing.memory.rows import Rows


class IgnoresVersions(MemoryStore):
    """Writes whatever comes last."""

    def _check_version(self, change):
        pass

    def _check_standing(self, delta):
        super()._check_standing(replace(delta, expected_version=None))


class ForgetsClaims(MemoryStore):
    """Does not know a person again."""

    def commit(self, outcome):
        super().commit(replace(outcome, claims=()))


class OverwritesClaims(MemoryStore):
    """Knows people, but lets two claim the same ordinal."""

    def _check(self, outcome):
        super()._check(replace(outcome, claims=()))


class PostsOutsideTheTransaction(MemoryStore):
    """Moves the money first and looks at the guards afterwards."""

    def commit(self, outcome):
        posted = self._posted(outcome)
        if posted is not None:
            self._keep(outcome.transfers, posted, at=posted.at)
        super().commit(outcome)


class WritesOutsideTheTransaction(MemoryStore):
    """Writes the events first and looks at the money afterwards."""

    def commit(self, outcome):
        super().commit(replace(outcome, transfers=()))
        super().commit(replace(outcome, changes=(), opened=(), claims=(), standings=()))


class IgnoresTheStandingLimit(MemoryStore):
    """Sells the last place as often as it is asked for."""

    def _check_standing(self, delta):
        super()._check_standing(replace(delta, limit=None))


class IgnoresCaps(MemoryStore):
    """Sells the last place of a period as often as it is asked for."""

    def _check_standing(self, delta):
        free = (replace(each, most_leads=-1, most_money=-1) for each in delta.usage)
        super()._check_standing(replace(delta, usage=tuple(free)))


class KeepsOldCounts(MemoryStore):
    """Does not forget the counts of caps that are edited."""

    def commit(self, outcome):
        kept = tuple(replace(each, recount=False) for each in outcome.standings)
        super().commit(replace(outcome, standings=kept))


class IgnoresMoves(MemoryStore):
    """Begins a count, and a cycle, with what was seen before somebody moved the order."""

    def _check_standing(self, delta):
        super()._check_standing(replace(delta, expected_moves=None))


class DropsTheJournal(MemoryStore):
    """Keeps the rows only."""

    def commit(self, outcome):
        super().commit(outcome)
        self.events.clear()


class LosesAnEvent(MemoryStore):
    """Keeps the first event of each change only."""

    def commit(self, outcome):
        kept = {key: len(events) for key, events in self.events.items()}
        super().commit(outcome)
        for change in outcome.changes:
            key = (change.kind, change.id)
            self.events[key] = self.events[key][: kept.get(key, 0) + 1]


class LosesMessages(MemoryStore):
    """Forgets to tell."""

    def commit(self, outcome):
        super().commit(replace(outcome, messages=outcome.messages[:1]))


class TellsTwice(MemoryStore):
    """Does not know a message by its id."""

    def messages(self, limit=100, seller_id=None):
        return super().messages(limit, seller_id) * 2


class ShowsTheRefunded(MemoryStore):
    """Lists what the account no longer holds."""

    def _in_scope(self, lead, scope):
        shown = lead.status in {LeadStatus.SOLD, LeadStatus.REFUNDED}
        held = replace(lead, status=LeadStatus.SOLD) if shown else lead
        return Rows._in_scope(self, held, scope)


class ShowsEverything(MemoryStore):
    """Lists without looking who asks."""

    def _in_scope(self, lead, _scope):
        return lead.sale is not None


class ForgetsRejections(MemoryStore):
    """Judges anew what was refused."""

    def post(self, batches, *, at):
        answers = []
        for batch in batches:
            result = self._answer(batch, at)
            if isinstance(result, Posted):
                self._keep(batch, result, at=at)
            answers.append(result)
        return tuple(answers)


class CommitsOneByOne(MemoryStore):
    """Keeps what came before the one that failed."""

    def run_many(self, cases):
        return tuple(self.run(case) for case in cases)


class KnowsOnlyNow(MemoryStore):
    """Gives today's balance for every day."""

    def balance(self, ledger_id, at=None):
        return super().balance(ledger_id, None if at is None else max(at, at.replace(year=9999)))


class TakesAKeyTwice(MemoryStore):
    """Does not know a submission again."""

    def by_source_key(self, seller_id, source_key):
        return super().by_source_key(seller_id, f"{source_key}/never")


class RepeatsThePage(MemoryStore):
    """Begins the next page where the last one ended."""

    def leads(self, query):
        found = super().leads(replace(query, after=None, limit=10**9))
        places = [query.cursor(lead) for lead in found]
        if places and query.after == places[-1]:
            return ()
        start = places.index(query.after) if query.after in places else 0
        return found[start : start + query.limit]


class ForgetsBids(MemoryStore):
    """Keeps of a lead's auction that it is held, and the last bid, but none before it."""

    def commit(self, outcome):
        super().commit(outcome)
        for change in outcome.changes:
            bidding = getattr(change.state, "bidding", None)
            if bidding is not None and len(bidding.auction.bids) > 1:
                last = replace(bidding.auction, bids=bidding.auction.bids[-1:])
                state = replace(change.state, bidding=replace(bidding, auction=last))
                self.rows[change.kind, change.id] = Versioned(state, change.version)


class ForgetsStandings(MemoryStore):
    """Does not count what an order got."""

    def _moved(self, delta):
        return Standing(sold=delta.sold, credit=delta.credit)


class ForgetsRevocations(MemoryStore):
    """Keeps what was granted, not what was taken back."""

    def contact_point(self, seller_id, address):
        found = super().contact_point(seller_id, address)
        return found and replace(found, revocations=())


class KeepsPointsOfEverybody(MemoryStore):
    """Knows a number, but not whose it is to know."""

    def contact_point(self, seller_id, address):
        for (kind, key), seen in self.rows.items():
            if kind == "contact_point" and key.endswith(address):
                return seen.state
        return super().contact_point(seller_id, address)


class EditsADecision(MemoryStore):
    """Makes a denial that was logged a permission."""

    def commit(self, outcome):
        super().commit(outcome)
        for key, logged in self.events.items():
            if key[0] == "decisions":
                self.events[key] = tuple(
                    replace(each, text=each.text.replace("denied", "permitted")) for each in logged
                )


class DropsADecision(MemoryStore):
    """Loses the first decision that was logged."""

    def journal(self, kind, key):
        found = super().journal(kind, key)
        return found[1:] if kind == "decisions" else found


class ListsTheContacted(MemoryStore):
    """Lists leads as overdue that somebody has called."""

    def leads(self, query):
        if query.overdue_at is None:
            return super().leads(query)
        rows = dict(self.rows)
        for key, seen in rows.items():
            if key[0] == "lead":
                self.rows[key] = replace(seen, state=replace(seen.state, attempts=()))
        found = super().leads(query)
        self.rows = rows
        return found


class CountsFromTheSale(MemoryStore):
    """Knows only the sale, not since when a lead is held again."""

    def leads(self, query):
        found = super().leads(query)
        if query.overdue_at is None:
            return found
        return tuple(lead for lead in found if lead.held_since == lead.sale.sold_at)


class LosesReviews(MemoryStore):
    """Shows nobody the replies that wait."""

    def reviews(self, seller_id, limit=100):
        return super().reviews(seller_id, limit)[1:]


class DoesNotKnowCells(MemoryStore):
    """Takes an associate's reply for anybody's."""

    def load(self, needs):
        found = super().load(needs)
        return replace(found, associates=()) if isinstance(needs, PointNeeds) else found


class LetsAnybodyAsk(MemoryStore):
    """Takes whoever asks for staff."""

    def load(self, needs):
        found = super().load(needs)
        if isinstance(needs, ContactNeeds) and needs.viewer_id is not None:
            lead = found.lead.state
            return replace(found, viewer=lead and self.user(lead.assigned_to))
        return found


class GivesUpAtOnce(MemoryStore):
    """Does not run a use case again."""

    def run(self, case):
        outcome = case.decide(self.load(case.needs))
        self.commit(outcome)
        return outcome.answer


class ListsOldestFirst(MemoryStore):
    """Lists the wrong way round."""

    def leads(self, query):
        return super().leads(query)[::-1]


class TakesNobodyBack(MemoryStore):
    """Has an opinion of its own."""

    def run(self, case):
        if isinstance(case, receiving.ResellLead):
            raise WrongState("ResellLead", "we do not do that")
        return super().run(case)


# ------------------------------------------------------------------------- a ledger of each kind


class Ledger(MemoryStore):
    """A ledger in which one thing is done another way."""

    plants = ()

    @contextmanager
    def planted(self):
        before = [(target, name, getattr(target, name)) for target, name, _ in self.plants]
        try:
            for target, name, broken in self.plants:
                setattr(target, name, broken)
            yield
        finally:
            for target, name, honest in before:
                setattr(target, name, honest)

    def _answer(self, batch, at):
        with self.planted():
            return super()._answer(batch, at)

    def _keep(self, batch, result, *, at):
        with self.planted():
            super()._keep(batch, result, at=at)


class IgnoresHolds(Ledger):
    """Spends what is reserved."""

    plants = ((kernel, "available", lambda came, left, _pending: came - left),)


_end_of = holds.evolve


def _stays_open(state, transfer):
    return replace(_end_of(state, transfer), status=HoldStatus.OPEN)


class VoidsTwice(Ledger):
    """Gives back what it has given back."""

    plants = ((holds, "evolve", _stays_open),)


class CapturesAfterVoid(Ledger):
    """Takes money for a reservation that was given up."""

    def _answer(self, batch, at):
        kept = dict(self.book.holds)
        for each in batch:
            hold = kept.get(each.ref)
            if each.kind is TransferKind.CAPTURE and hold and hold.status is HoldStatus.VOIDED:
                kept[hold.id] = replace(hold, status=HoldStatus.OPEN)
        self.book = replace(self.book, holds=kept)
        return super()._answer(batch, at)


class RefundsBeyondTheCharge(Ledger):
    """Gives back as often as it is asked."""

    plants = ((kernel, "quota_left", lambda charged, _refunded, _restored: charged),)


class CapturesAboveTheHold(Ledger):
    """Takes more than was reserved."""

    plants = ((kernel, "capturable", lambda _held, asked: asked > 0),)


class PostsARetryAgain(Ledger):
    """Does what it did before when it is asked again."""

    plants = ((posting, "_answered", lambda _book, _batch: None),)


class TakesAnyBody(Ledger):
    """Knows a key, and not what it was used for."""

    plants = (
        (posting, "_same", lambda _outcome, _transfer: True),
        (posting, "batch_digest", lambda _batch: "always the same"),
    )


class RefundsAfterTheWindow(MemoryStore):
    """Keeps the hour of a sale, and none of its minutes: a day later it looks like a later one."""

    def load(self, needs):
        found = super().load(needs)
        lead = found.lead.state if isinstance(needs, RefundNeeds) else None
        if lead is None or lead.sale is None:
            return found
        sold = lead.sale.sold_at.replace(minute=0, second=0, microsecond=0)
        sale = replace(lead.sale, sold_at=elapsed_hours_after(sold, 1))
        return replace(found, lead=replace(found.lead, state=replace(lead, sale=sale)))


class LosesALeg(Ledger):
    """Takes without giving."""

    plants = ((kernel, "credited", lambda _mode, _amount: 0),)


class KeepsTheQuotaUsed(Ledger):
    """Does not count a refund back that was reversed."""

    plants = ((kernel, "quota_left", lambda charged, refunded, _restored: charged - refunded),)


# --------------------------------------------------------------------- what only many at once show


class ReadsStale(MemoryStore):
    """Loads what it loaded before, as a replica that lags would, and writes without a look."""

    def __init__(self):
        super().__init__()
        self.cached = {}

    def load(self, needs):
        found = super().load(needs)
        return self.cached.setdefault(repr(needs), found)

    def _check(self, outcome):
        pass


class AcknowledgesTooEarly(MemoryStore):
    """Says that it is done, and sometimes forgets to do it."""

    def __init__(self):
        super().__init__()
        self.commits = 0

    def commit(self, outcome):
        self.commits += 1
        if self.commits % 20:
            super().commit(outcome)


class CommitsHalf(MemoryStore):
    """Writes the rows and events, and the counts of orders only every second time."""

    def __init__(self):
        super().__init__()
        self.commits = 0

    def commit(self, outcome):
        self.commits += 1
        kept = outcome if self.commits % 2 else replace(outcome, standings=())
        super().commit(kept)


class ChecksThenWrites(MemoryStore):
    """Looks whether there is enough, and writes what it saw when somebody else has written."""

    def __init__(self):
        super().__init__()
        self.both = Barrier(2, timeout=0.05)

    def post(self, batches, *, at):
        seen = self.book
        answers = tuple(self._answer(batch, at) for batch in batches)
        try:
            self.both.wait()
        except BrokenBarrierError:
            self.both.reset()
        self.book = seen
        for batch, answer in zip(batches, answers, strict=True):
            self._keep(batch, answer, at=at)
        return answers


class ForgetsTheOutbox(MemoryStore):
    """Keeps everything when it is closed but for what is still to be told."""

    def reopened(self):
        again = type(self)()
        again._restore(self._snapshot())
        again.outbox = {}
        return again
