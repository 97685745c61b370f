"""Small faults, one at a time, in the syntax tree of a module.

`mutations` gives them in a fixed order, so that a number names one; each is put into the tree it
was found in by calling its `put`, and the tree is compiled, never written. What is changed:

* comparisons: their edge (`<` to `<=`), their sense (`<` to `>=`, `is` to `is not`, `in`);
* `and` to `or`; a condition, or what a function of bools returns, to its contrary;
* whole numbers by one up and down, `True` to `False`, text to other text;
* arithmetic (`+` to `-`, `//` to `*`, `&` to `|`), a minus sign away, `+=` to `-=`;
* a member of an enumeration to another one named in the module;
* `min` to `max`, `any` to `all`;
* what a function returns to None; `return`, `continue`, `break`, `raise`, a call or a `yield` that
  stands alone to nothing.

Left alone is what no test of behaviour could tell: docstrings, annotations, decorators, `__all__`,
imports, the words of messages (f-strings, whole sentences, what is assigned to `message`).
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Mutation", "mutations"]

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
MESSAGES = frozenset({"message", "sentence"})
SENTENCE = re.compile(r"[A-Z].* .*[.;:] ?", re.DOTALL)
LONGEST = 60


@frozen(kw_only=True)
class Mutation:
    """One fault.

    Attributes:
        line: where, from 1.
        was, now: the smallest piece of code around it, before and after.
        put: puts it into the tree it was found in.
    """

    line: int
    was: str
    now: str
    put: Callable[[], None]


def mutations(tree: ast.Module) -> Iterator[Mutation]:
    """Give every fault of a module, top to bottom.

    Args:
        tree: the module; it is left as it is until a mutation is put.
    """
    members = _members(tree)
    ends = _ends(tree)
    for parent, name, node in _slots(tree):
        if node not in ends:
            for other in _others(node, members):
                yield _mutation(parent, name, node, other)


def _mutation(parent: ast.AST, name: str | int, node: ast.AST, other: ast.AST) -> Mutation:
    ast.copy_location(other, node)

    def put() -> None:
        if isinstance(name, int):
            cast("list[ast.AST]", parent)[name] = other
        else:
            setattr(parent, name, other)
        ast.fix_missing_locations(other)

    line = cast("ast.expr", node).lineno
    return Mutation(line=line, was=_short(node), now=_short(other), put=put)


def _short(node: ast.AST) -> str:
    text = re.sub(r"\s+", " ", ast.unparse(ast.fix_missing_locations(node)))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


# ---------------------------------------------------------------------------- where to look


def _slots(node: ast.AST) -> Iterator[tuple[Any, str | int, ast.AST]]:
    """Give every node that may be changed, with what holds it: a field, or a place in a list."""
    for field, value in ast.iter_fields(node):
        if _left_alone(node, field):
            continue
        if isinstance(value, list):
            items = cast("list[object]", value)
            for index, item in enumerate(items):
                if isinstance(item, ast.AST) and not _declares(item):
                    yield items, index, item
                    yield from _slots(item)
        elif isinstance(value, ast.AST) and not _declares(value):
            yield node, field, value
            yield from _slots(value)


def _left_alone(node: ast.AST, field: str) -> bool:
    if field in {"annotation", "returns", "decorator_list", "ctx", "op", "ops", "bases"}:
        return True
    if isinstance(node, ast.keyword):
        return node.arg in MESSAGES
    if isinstance(node, ast.Assign):
        return field == "value" and ast.unparse(node.targets[0]) in MESSAGES
    return field == "func" and isinstance(node, ast.Call) and not isinstance(node.func, ast.Name)


def _declares(node: ast.AST) -> bool:
    """Is it no behaviour: a docstring, an import, `__all__`, words, what type checkers read?"""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and SENTENCE.fullmatch(node.value) is not None
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]) in {"__all__", "__slots__"}
    return isinstance(node, (ast.Import, ast.ImportFrom, ast.JoinedStr))


def _members(tree: ast.Module) -> dict[tuple[str, str], str]:
    """Give for each `Enum.MEMBER` the next member of it that the module names."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            enum, member = node.value.id, node.attr
            if enum[0].isupper() and member.isupper() and len(enum) > 1:
                named[enum].add(member)
    nexts: dict[tuple[str, str], str] = {}
    for enum, found in named.items():
        ranked = sorted(found)
        for member, other in zip(ranked, [*ranked[1:], ranked[0]], strict=True):
            if member != other:
                nexts[enum, member] = other
    return nexts


def _ends(tree: ast.Module) -> set[ast.AST]:
    """Give each `return None` that ends a function: without it, it would end all the same."""
    lasts = (
        node.body[-1]
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    )
    return {
        last
        for last in lasts
        if isinstance(last, ast.Return) and (last.value is None or _is_none(last.value))
    }


# ---------------------------------------------------------------------------- what to put there


def _others(node: ast.AST, members: dict[tuple[str, str], str]) -> Iterator[ast.AST]:
    """Give what may stand in a node's stead."""
    if isinstance(node, ast.expr):
        yield from _expressions(node)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            other = members.get((node.value.id, node.attr))
            if other:
                yield ast.Attribute(value=node.value, attr=other, ctx=node.ctx)
    elif isinstance(node, ast.stmt):
        yield from _statements(node)


def _expressions(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare):
        yield from _comparisons(node)
    elif isinstance(node, ast.BoolOp):
        turned = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield ast.BoolOp(op=turned, values=node.values)
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield ast.BinOp(left=node.left, op=ARITHMETIC[type(node.op)](), right=node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(test=node.test, body=node.orelse, orelse=node.body)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in CALLS:
        yield ast.Name(id=CALLS[node.id], ctx=node.ctx)


def _comparisons(node: ast.Compare) -> Iterator[ast.expr]:
    for index, op in enumerate(node.ops):
        for other in COMPARISONS[type(op)]:
            ops = [*node.ops[:index], other(), *node.ops[index + 1 :]]
            yield ast.Compare(left=node.left, ops=ops, comparators=node.comparators)


def _constants(node: ast.Constant) -> Iterator[ast.expr]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(value=not value)
    elif isinstance(value, int):
        yield ast.Constant(value=value + 1)
        yield ast.Constant(value=value - 1)
    elif isinstance(value, str):
        yield ast.Constant(value=f"XX{value}")


def _statements(node: ast.stmt) -> Iterator[ast.stmt]:
    if isinstance(node, (ast.Continue, ast.Break, ast.Raise, ast.Expr)):
        yield ast.Pass()
    elif isinstance(node, ast.Return):
        yield ast.Pass()
        if node.value is not None and not _is_none(node.value):
            yield ast.Return(value=ast.UnaryOp(op=ast.Not(), operand=node.value))
    elif isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
        turned = ARITHMETIC[type(node.op)]()
        yield ast.AugAssign(target=node.target, op=turned, value=node.value)
    elif isinstance(node, (ast.If, ast.While)) and _bare(node.test):
        contrary = ast.UnaryOp(op=ast.Not(), operand=node.test)
        yield type(node)(test=contrary, body=node.body, orelse=node.orelse)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _bare(test: ast.expr) -> bool:
    """Has the condition no other contrary among the mutations: no comparison, no `not`?"""
    return not (
        isinstance(test, ast.UnaryOp) or (isinstance(test, ast.Compare) and len(test.ops) == 1)
    )
