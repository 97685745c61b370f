"""May somebody change another user, the log-in, the sessions? Asked before all else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.errors import NotFound
from leadcore.logins import assess_administering

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.people import User

__all__ = ["check_administering"]


def check_administering(
    viewer: User | None, user: User, *, own: bool = False, secret: bool = False, at: datetime
) -> None:
    """Check that a viewer may change a user.

    Args:
        viewer: who does it; None where there is no such user, and then nothing is there.
        user: who is changed, or is to be added.
        own: is it something that users may do to themselves?
        secret: is it what a user logs in with, which nobody changes for themselves this way?
        at: when.

    Raises:
        NotFound: the user is of another account, and so is not there for the viewer.
        Refused: the viewer is no admin, or disabled; the decision says which.
    """
    walls = (user.seller_id, user.account_id)
    if viewer is None or (viewer.seller_id, viewer.account_id) != walls:
        raise NotFound("user", user.id)
    assess_administering(viewer, user, own=own, secret=secret, at=at).require()
