"""What an example in an OpenAPI document is worth: made from a schema where none is written, and held against it."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

Json = dict[str, Any]
FORM = "application/x-www-form-urlencoded"


class NoExample(Exception):
    """Nothing in the schema says what a value could look like."""


def resolved(document: Json, node: Json) -> Json:
    """The node itself, or what its `$ref` points to within the document."""
    while "$ref" in node:
        found: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def faults(document: Json, schema: Json, value: object) -> list[str]:
    """How the value breaks the schema; references are looked up in the document."""
    validator = Draft202012Validator({**schema, "components": document.get("components", {})})
    return [error.message for error in validator.iter_errors(value)]


def written(node: Json) -> list[Any]:
    """The examples beside a schema: of a media type, a parameter or a header."""
    return [node["example"]] if "example" in node else [one["value"] for one in node.get("examples", {}).values()]


def made(document: Json, schema: Json) -> Any:
    """A value from the examples, constants and defaults in the schema. Raises NoExample."""
    schema = resolved(document, schema)
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("example", "const", "default"):
        if key in schema:
            return schema[key]
    for alternatives in ("anyOf", "oneOf", "allOf"):
        if alternatives in schema:
            return made(document, schema[alternatives][0])
    return _made_by_type(document, schema)


def _made_by_type(document: Json, schema: Json) -> Any:
    match schema.get("type"):
        case "object" if "properties" in schema:
            return {name: made(document, one) for name, one in schema["properties"].items()}
        case "array":
            return [made(document, schema["items"])]
        case "boolean":
            return True
        case "null":
            return None
    raise NoExample(schema.get("title") or schema.get("description") or str(schema))


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Path, method, operation."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def media_types(operation: Json) -> Iterator[tuple[str, str, Json]]:
    """Where (`request` or a status), media type, and what is said of it."""
    for name, described in operation.get("requestBody", {}).get("content", {}).items():
        yield "request", name, described
    for status, answer in operation["responses"].items():
        for name, described in answer.get("content", {}).items():
            yield status, name, described
