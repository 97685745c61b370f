"""The peers of `bench_downline`: other ways to ask who stands below whom, from the registry.

This file is run twice: imported, it installs a peer and says how to run it; as a program, in the
peer's environment, it makes the same people, checks that the peer answers right and tells how long
it took. What a peer can't do at a depth it says in the last line it prints.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.run import Sample

__all__ = ["PEERS", "limits", "peer_run"]

PEERS = {
    "networkx": "3.6.1",
    "cedarpy": "4.12.2",
    "pycasbin": "2.8.0",
    "django-treebeard": "7.0.3",
    "django-mptt": "0.20.0",
}
DJANGO = ("django==5.2.19", "psycopg[binary]==3.3.9")


def _python(name: str) -> Path:
    from bench.run import peer  # noqa: PLC0415 # a peer's own environment has no leadcore

    more = DJANGO if name.startswith("django") else ()
    return peer(name, f"{name}=={PEERS[name]}", *more)


def peer_run(name: str, *arguments: str) -> Callable[[], Sample]:
    """Install a peer and give a runner of one round."""
    from bench.run import in_peer  # noqa: PLC0415 # as above

    python, script = _python(name), Path(__file__).resolve()
    return lambda: in_peer(python, script, name, *arguments)


def limits(name: str) -> str:
    """Let a peer say what it does with a chain of ten thousand."""
    import subprocess  # noqa: PLC0415 # only here

    command = [str(_python(name)), str(Path(__file__).resolve()), name, "limits"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    said = (done.stdout or done.stderr).strip().splitlines()
    return said[-1] if said else f"ended with {done.returncode}"


# ------------------------------------------------------------------- in a peer's environment


def _networkx(people: Any) -> Callable[[str, str], bool]:
    import networkx as nx  # noqa: PLC0415 # in the peer's environment only

    graph = nx.DiGraph((user, above) for user, above in people.links.items() if above)
    graph.add_node(people.names[0])
    return lambda one, viewer: one != viewer and nx.has_path(graph, one, viewer)


def _cedarpy(people: Any) -> Callable[[str, str], bool]:
    import cedarpy  # noqa: PLC0415 # as above

    policy = "permit(principal, action, resource) when { resource in principal };"
    links = people.links

    def check(one: str, viewer: str) -> bool:
        # The slice of the entities that the question is about: everybody above.
        slices, user = [], one
        while user:
            above = links[user]
            parents = [{"type": "User", "id": above}] if above else []
            slices.append({"uid": {"type": "User", "id": user}, "attrs": {}, "parents": parents})
            user = above
        asked = {
            "principal": f'User::"{viewer}"',
            "action": 'Action::"see"',
            "resource": f'User::"{one}"',
            "context": {},
        }
        answer = cedarpy.is_authorized(asked, policy, slices)
        return one != viewer and bool(answer.allowed)

    return check


def _pycasbin(people: Any, levels: int = 10) -> Callable[[str, str], bool]:
    from casbin.rbac import default_role_manager  # noqa: PLC0415 # as above

    manager = default_role_manager.RoleManager(levels)
    for user, above in people.links.items():
        if above:
            manager.add_link(above, user)
    return lambda one, viewer: one != viewer and bool(manager.has_link(viewer, one))


_STACK = 2**29
CHECKS = {"networkx": _networkx, "cedarpy": _cedarpy, "pycasbin": _pycasbin}


def _sample(name: str, count: int, deep: int, asked: int) -> None:
    from downline_load import people_of  # noqa: PLC0415 # found beside this file

    people = people_of(count, deep=deep, shapes="c" if deep == count - 1 else "owc")
    check = CHECKS[name](people)
    pairs = people.questions(asked)
    named = [(people.names[one], people.names[other]) for one, other in pairs]
    start = time.perf_counter()
    answers = [check(one, other) for one, other in named]
    seconds = time.perf_counter() - start
    assert answers == [people.is_below(*pair) for pair in pairs]
    print(json.dumps({"operations": asked, "seconds": seconds}))


def _django(url: str) -> None:
    """Set Django up, durable as ours is."""
    from django.conf import settings  # noqa: PLC0415 # as above
    from ledger_peers import django_database  # noqa: PLC0415 # found beside this file

    database: dict[str, Any] = {**django_database(url), "CONN_MAX_AGE": None}
    if "sqlite" in database["ENGINE"]:
        database["OPTIONS"] = {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"}
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["treebeard"] if "treebeard" in sys.argv[1] else ["mptt"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    import django  # noqa: PLC0415 # as above

    django.setup()


def _treebeard_models() -> tuple[Any, Any]:
    from django.db import models  # noqa: PLC0415 # as above
    from treebeard.mp_tree import MP_Node  # noqa: PLC0415 # as above

    class Node(MP_Node):
        name = models.TextField(unique=True)

        class Meta:
            app_label = "bench"
            db_table = "bench_node"

    class Lead(models.Model):  # noqa: DJ008 # nobody prints it
        id = models.TextField(primary_key=True)
        holder_account_id = models.TextField()
        holder = models.ForeignKey(
            Node, on_delete=models.DO_NOTHING, to_field="name", db_column="holder_id"
        )
        received_at = models.DateTimeField()
        name = models.TextField()
        data = models.TextField()

        class Meta:
            app_label = "bench"
            managed = False
            db_table = "leadcore_leads"

    return Node, Lead


def _treebeard(url: str, people: Any) -> dict[str, Callable[..., Any]]:
    _django(url)
    node, lead = _treebeard_models()
    from django.db import connection, transaction  # noqa: PLC0415 # as above

    table = node._meta.db_table  # noqa: SLF001 # Django's documented name
    if table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(node)
        _treebeard_fill(node, people)

    def get(name: str) -> Any:
        return node.objects.get(name=name)

    def page(viewer: str, column: str, way: str) -> list[str]:
        found = lead.objects.filter(
            holder_account_id="account", holder__path__startswith=get(viewer).path
        ).order_by(way + column, way + "id")
        return [one.data for one in found[:50]]

    def move(user: str, above: str) -> None:
        with transaction.atomic():
            get(user).move(get(above), "last-child")

    def join(user: str, above: str) -> None:
        with transaction.atomic():
            get(above).add_child(name=user)

    check = {"check": lambda one, viewer: get(one).is_descendant_of(get(viewer))}
    return {**check, "page": page, "move": move, "join": join}


def _treebeard_fill(node: Any, people: Any) -> None:
    children = [0] * len(people.names)
    paths: list[str] = []
    for number in range(len(people.names)):
        above = people.parents[number]
        if number:
            children[above] += 1
        # Its own function: a million nodes are not added one by one.
        step = node._get_path("", 1, children[above] if number else 1)  # noqa: SLF001 # see above
        paths.append((paths[above] if number else "") + step)
    rows = (
        node(name=name, path=path, depth=len(path) // node.steplen, numchild=below)
        for name, path, below in zip(people.names, paths, children, strict=True)
    )
    node.objects.bulk_create(rows, batch_size=2_000)


def _limits(name: str) -> None:
    """Print what becomes of a chain."""
    from downline_load import people_of  # noqa: PLC0415 # as above

    chain = people_of(10_000, deep=9_999, shapes="c")
    if name == "pycasbin":
        check = _pycasbin(chain)
        wrong = next(n for n in range(1, 100) if not check(chain.names[n], chain.names[0]))
        print(f"as it comes it denies a right answer from depth {wrong} on", end="; ")
        try:
            right = _pycasbin(chain, 20_000)(chain.names[-1], chain.names[0])
            print(f"told of 20,000 levels it says {right} at depth 9,999")
        except RecursionError as error:
            print(f"told of 20,000 levels it ends in {type(error).__name__} at depth 9,999")
        return
    _django("sqlite:///:memory:")
    from django.db import connection, models  # noqa: PLC0415 # as above

    if name == "django-treebeard":
        node, _ = _treebeard_models()
    else:
        from mptt.models import MPTTModel, TreeForeignKey  # noqa: PLC0415 # as above

        class Person(MPTTModel):
            parent = TreeForeignKey("self", null=True, on_delete=models.CASCADE)

            class Meta:
                app_label = "bench"

        node = Person
    with connection.schema_editor() as editor:
        editor.create_model(node)
    depth, last = 0, None
    try:
        for depth in range(1, 10_001):
            if name == "django-treebeard":
                made = {"name": str(depth)}
                last = node.add_root(**made) if last is None else last.add_child(**made)
            else:
                last = node.objects.create(parent=last)
            if depth % 100 == 0 and name == "django-mptt":
                last.get_root().get_descendant_count()
                node.objects.rebuild()
    except Exception as error:  # noqa: BLE001 # whatever it fails with is what is told
        print(f"fails at depth {depth}: {type(error).__name__}: {str(error)[:80]}")
        return
    print(f"reaches depth {depth}")


def main() -> None:
    """Do what the arguments say."""
    name, what, *more = sys.argv[1:]
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    if what == "limits":
        _limits(name)
        return
    if name in CHECKS:
        # Some recurse once a level, past the stack that a main thread is given.
        threading.stack_size(_STACK)
        sampling = threading.Thread(target=_sample, args=(name, *map(int, more)))
        sampling.start()
        sampling.join()
        return
    from downline_load import people_of  # noqa: PLC0415 # as above

    url, count, calls = more
    acts = _treebeard(url, people_of(int(count), shapes="ow"))
    given = json.loads(calls)
    start = time.perf_counter()
    answers = [acts[what](*each) for each in given]
    seconds = time.perf_counter() - start
    assert what != "page" or any(answers)
    print(json.dumps({"operations": len(given), "seconds": seconds}))


if __name__ == "__main__":
    main()
