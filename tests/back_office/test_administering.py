"""Who may change another user, the log-in, the sessions."""

import pytest
from attrs import evolve as replace

from leadcore.back_office.administering import check_administering
from leadcore.errors import NotFound, Refused
from leadcore.people import Profile, User
from leadcore.testing.scenes import AT

ANN = User(id="ann", seller_id="s", account_id="a", parent_id=None, profile=Profile(name="Ann"))


def verdict(viewer, user, *, own=False, secret=False):
    try:
        check_administering(viewer, user, own=own, secret=secret, at=AT)
    except (NotFound, Refused) as error:
        return type(error)
    return None


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("enabled", [False, True])
@pytest.mark.parametrize("admin", [False, True])
def test_an_admin_of_the_account_may_and_users_to_themselves_what_is_their_own(own, enabled, admin):
    viewer = replace(ANN, enabled=enabled, profile=Profile(name="V", admin=admin))
    assert verdict(viewer, ANN, own=own) == (None if enabled and (admin or own) else Refused)
    other = replace(ANN, id="ben")
    assert verdict(viewer, other, own=own) == (None if enabled and admin else Refused)


@pytest.mark.parametrize("changed", [{"account_id": "b"}, {"seller_id": "t"}])
def test_behind_the_wall_there_is_nobody(changed):
    admin = replace(ANN, profile=Profile(name="V", admin=True))
    assert verdict(replace(admin, **changed), ANN, own=True) is NotFound
    assert verdict(None, ANN, own=True) is NotFound


def test_nobody_changes_their_own_secrets_this_way():
    admin = replace(ANN, profile=replace(ANN.profile, admin=True))
    assert verdict(admin, admin) is None
    assert verdict(admin, admin, secret=True) is Refused
    assert verdict(admin, replace(ANN, id="other"), secret=True) is None
