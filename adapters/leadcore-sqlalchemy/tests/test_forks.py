"""What a forked process takes over: nothing of its parent's connections."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from leadcore_sqlalchemy import forks

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")

SCRIPT = """import os
import sys

from sqlalchemy import text
from leadcore_sqlalchemy import SqlStore, engine

made = engine(sys.argv[1])
store = SqlStore(made)
assert store.ledger_account("nobody") is None
with store._begin() as connection:
    connection.execute(text("CREATE TABLE things (name TEXT)"))
(line,) = store._alone._idle
child = os.fork()
if not child:
    assert store._alone._idle == []
    assert store.ledger_account("nobody") is None
    assert store._alone._idle[0].connection is not line.connection
    with store._begin() as connection:
        connection.execute(text("INSERT INTO things VALUES ('child')"))
    os._exit(0)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0
assert store._alone._idle == [line], "the parent goes on"
with store._begin() as connection:
    assert connection.execute(text("SELECT name FROM things")).scalar_one() == "child"
assert store.ledger_account("nobody") is None
with store._begin() as connection:
    connection.execute(text("DROP TABLE things"))
made.dispose()
"""


def test_a_forked_process_opens_connections_of_its_own(any_engine):
    url = any_engine.url.render_as_string(hide_password=False)
    # In a process of its own: where other threads run, as here, nothing should be forked.
    done = subprocess.run(  # noqa: S603 # the script above
        [sys.executable, "-W", "error", "-c", SCRIPT, url],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.returncode == 0


def test_who_is_gone_is_not_told():
    class Somebody:
        told = 0

        def forked(self):
            Somebody.told += 1

    somebody = Somebody()
    forks.when_forked(somebody)
    assert somebody in forks._TOLD
    del somebody
    assert not any(isinstance(each, Somebody) for each in forks._TOLD)
