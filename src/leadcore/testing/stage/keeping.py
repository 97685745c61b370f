"""What happens to accounts, orders, people and terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.accounts import ActivateAccount, SetCreditLimit, StopAccount
from leadcore.orders import CloseOrder, EditOrder, PauseOrder, ResumeOrder
from leadcore.people import DisableUser, EnableUser, MoveUser
from leadcore.testing.stage.base import Seen
from leadcore.values import Money

if TYPE_CHECKING:
    from leadcore.accounts import AccountCommand
    from leadcore.orders import OrderCommand
    from leadcore.people import UserCommand
    from leadcore.testing.stage.base import Case, Step

__all__ = ["Keeping"]


_LIMITS = (0, 0, 0, 1, 2_499, 2_500, 6_000)


class Keeping(Seen):
    """Pause, resume, edit, close; stop, activate, credit; move, disable, enable; the terms."""

    __slots__ = ()

    def _keep_order(self, step: Step, command: OrderCommand) -> Case:
        return bo.KeepOrder(
            order_id=self.order(step.index),
            account_id=self.account(step.index),
            command=command,
            at=self.now,
        )

    def do_pause(self, step: Step) -> Case:
        """Pause an order."""
        return self._keep_order(step, PauseOrder())

    def do_resume(self, step: Step) -> Case:
        """Resume an order."""
        return self._keep_order(step, ResumeOrder())

    def do_edit(self, step: Step) -> Case:
        """Let an order ask for something else."""
        user = self.user(step.index)
        terms = self.plan.order_terms(step.index, user, shift=step.other)
        return self._keep_order(step, EditOrder(terms))

    def do_close(self, step: Step) -> Case | None:
        """Close the last order, now and then."""
        if step.other != 7:  # noqa: PLR2004 - one in eight: what is closed stays closed
            return None
        return bo.KeepOrder(
            order_id=self.order(3),
            account_id=self.account(3),
            command=CloseOrder("done"),
            at=self.now,
        )

    def _keep_account(self, step: Step, command: AccountCommand) -> Case:
        return bo.KeepAccount(
            seller_id=self.seller,
            account_id=self.account(step.index),
            command=command,
            at=self.now,
        )

    def do_stop(self, step: Step) -> Case:
        """Stop an account."""
        return self._keep_account(step, StopAccount("on holiday"))

    def do_activate(self, step: Step) -> Case:
        """Let an account get leads again."""
        return self._keep_account(step, ActivateAccount())

    def do_credit(self, step: Step) -> Case:
        """Change how far an account may go below zero: up, down, below what it owes."""
        limit = Money(_LIMITS[step.other % len(_LIMITS)], "USD")
        command = SetCreditLimit(limit=limit, reason="reviewed", actor="staff")
        return self._keep_account(step, command)

    def _keep_user(self, step: Step, command: UserCommand) -> Case:
        return bo.KeepUser(
            user_id=self.user(step.index),
            account_id=self.account(step.index),
            command=command,
            at=self.now,
        )

    def do_move(self, step: Step) -> Case:
        """Move a user below another, or to the top."""
        below = step.other % 3
        parent = None if below == 0 else self.user(step.index % 2 + 2 * (below - 1))
        return self._keep_user(step, MoveUser(parent))

    def do_disable(self, step: Step) -> Case:
        """Disable a user."""
        return self._keep_user(step, DisableUser())

    def do_enable(self, step: Step) -> Case:
        """Enable a user."""
        return self._keep_user(step, EnableUser())

    def do_terms(self, step: Step) -> Case:
        """Give the seller other terms."""
        terms = self.plan.seller_terms(shift=step.other)
        return bo.SetSellerTerms(seller_id=self.seller, terms=terms, at=self.now)
