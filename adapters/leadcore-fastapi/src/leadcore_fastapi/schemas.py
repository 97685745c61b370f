"""JSON Schemas of values, as `leadcore.wire` reads and writes them.

Made from the attrs classes themselves, so that what is documented is what is taken. `wire` refuses
unknown fields and leaves out empty ones, and so do these.
"""

from __future__ import annotations

import types
from datetime import date, datetime
from enum import Enum
from typing import Any, Union, cast, get_args, get_origin

import attrs

from leadcore.consent import Unknown
from leadcore.values import Unlimited

__all__ = ["Schemas"]

Schema = dict[str, Any]

_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    float: {"type": "number"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    Any: {},
    object: {},
}


class Schemas:
    """The schemas of classes, each under a name, as OpenAPI's components hold them."""

    def __init__(self) -> None:
        self.named: dict[str, Schema] = {}
        self._names: dict[type, str] = {}

    def of(self, kind: Any) -> Schema:  # noqa: ANN401 - any annotation
        """Give the schema of a type: a reference where it is a class of fields.

        Raises:
            TypeError: it is of a sort that `wire` does not read.
        """
        if isinstance(kind, dict):
            return cast("Schema", kind)
        supertype = getattr(kind, "__supertype__", None)
        if supertype is not None:
            return self.of(supertype)
        if kind in _PLAIN:
            return _PLAIN[kind]
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"enum": [member.value for member in kind]}
        if isinstance(kind, type) and attrs.has(kind):
            return self._class(kind)
        return self._composed(kind)

    def _composed(self, kind: Any) -> Schema:  # noqa: ANN401 - any annotation
        origin, args = get_origin(kind), get_args(kind)
        if origin in {Union, types.UnionType}:
            return self._either(args)
        if origin is frozenset:
            return {"type": "array", "items": self.of(args[0])}
        if origin is tuple and args[-1] is Ellipsis:
            return {"type": "array", "items": self.of(args[0])}
        if origin is tuple:
            parts = [self.of(each) for each in args]
            return {
                "type": "array",
                "prefixItems": parts,
                "minItems": len(parts),
                "maxItems": len(parts),
            }
        if origin is dict or getattr(origin, "__name__", "") == "Mapping":
            return {"type": "object", "additionalProperties": self.of(args[1])}
        raise TypeError(f"no schema is known for {kind!r}")

    def _either(self, args: tuple[Any, ...]) -> Schema:
        schemas: list[Schema] = []
        for each in args:
            if each is Unlimited or each is Unknown:
                schemas.append({"const": next(iter(each)).value})
            else:
                schemas.append(self.of(each))
        return {"anyOf": schemas}

    def _class(self, kind: type) -> Schema:
        name = self._names.get(kind)
        if name is None:
            name = kind.__name__
            if name in self.named:
                name = f"{kind.__module__.rpartition('.')[2].title().replace('_', '')}{name}"
            self._names[kind] = name
            self.named[name] = {}  # a class may hold itself
            self.named[name] = self._fields(kind)
        return {"$ref": f"#/components/schemas/{name}"}

    def _fields(self, kind: type) -> Schema:
        attrs.resolve_types(kind)
        entries = [entry for entry in attrs.fields(kind) if entry.init]
        made: Schema = {
            "type": "object",
            "properties": {entry.name: self.of(entry.type) for entry in entries},
            "required": [entry.name for entry in entries if entry.default is attrs.NOTHING],
            "additionalProperties": False,
        }
        said = (kind.__doc__ or "").strip().partition("\n")[0]
        return {**made, "description": said} if said else made
