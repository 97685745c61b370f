"""Every variant of some acts, on a stage where there is something to do."""

from datetime import timedelta
from itertools import product

from leadcore.testing import MemoryStore
from leadcore.testing.scenes import person
from leadcore.testing.stage import Plan, Stage, Step


def stage(**plan):
    made = Stage(reader=MemoryStore(), seller="s", plan=Plan(**plan))
    made.set_up()
    return made


def received(made, count=3):
    for number in range(count):
        made.perform(Step(what="receive", submission=person(number)))
    return made


def act(made, what, **more):
    return made.perform(Step(what=what, **more))


def every(made, *acts):
    """Do each act in each of its variants; give the answers by act."""
    hour = timedelta(hours=1)
    return {
        what: [
            act(made, what, index=index, other=other, gap=hour)
            for index, other in product(range(8), repeat=2)
        ]
        for what in acts
    }


def refused(answer):
    return isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[0], str)


def went_well(answers):
    return [each for each in answers if each is not None and not refused(each)]
