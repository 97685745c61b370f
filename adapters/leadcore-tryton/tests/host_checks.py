"""What the host asks of every module: views, access, fields, defaults, copies and more.

It makes databases of its own, so it runs in a process of its own: `make tryton` names this file.
"""

from __future__ import annotations

from trytond.tests import test_tryton


class LeadcoreTestCase(test_tryton.ModuleTestCase):
    """The host's tests of a module, for ours."""

    module = "leadcore"
