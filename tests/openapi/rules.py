"""What a description must be: each rule takes a document and answers with what is wrong in it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.openapi.samples import FORM, Json, NoExample, faults, made, media_types, operations, resolved, written

NOT_SHOWN = ("text/html", "image/*")
"""A page is for people: its words are the catalogues' and its shape the templates', and what a test program needs of
it, the form, is described where it is sent. A picture of any kind cannot be written down as text."""
_THIS_MACHINE = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])")


def is_valid(document: Json) -> list[str]:
    return [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]


def is_of_31(document: Json) -> list[str]:
    return [] if document["openapi"].startswith("3.1.") else [document["openapi"]]


def has_a_front_page(document: Json) -> list[str]:
    told = {name for name, text in document["info"].items() if text}
    return sorted({"title", "version", "description"} - told) + ([] if document.get("servers") else ["servers"])


def operations_are_told(document: Json) -> list[str]:
    return [
        f"{method} {path}: {member}"
        for path, method, operation in operations(document)
        for member in ("summary", "description", "operationId", "tags")
        if not operation.get(member)
    ]


def operation_ids_are_names(document: Json) -> list[str]:
    ids = [str(operation.get("operationId")) for _, _, operation in operations(document)]
    strange = [one for one in ids if not re.fullmatch(r"[a-z][A-Za-z0-9_]{2,40}", one)]
    return strange + [one for one in set(ids) if ids.count(one) > 1]


def tags_are_declared(document: Json) -> list[str]:
    used = {tag for _, _, operation in operations(document) for tag in operation.get("tags", ())}
    declared = {tag["name"] for tag in document.get("tags", ()) if tag.get("description")}
    return sorted(used ^ declared)


def success_is_described(document: Json) -> list[str]:
    return [
        f"{method} {path}"
        for path, method, operation in operations(document)
        if not any(status[0] in "23" for status in operation["responses"])
    ]


def refusals_are_described(document: Json) -> list[str]:
    """Whoever takes input refuses some of it."""
    return [
        f"{method} {path}"
        for path, method, operation in operations(document)
        if (operation.get("parameters") or "requestBody" in operation)
        and not any(status[0] == "4" for status in operation["responses"])
    ]


def answers_are_told(document: Json) -> list[str]:
    empty = {"", "Successful Response", "Validation Error"}
    return [
        f"{method} {path} {status}"
        for path, method, operation in operations(document)
        for status, answer in operation["responses"].items()
        if answer["description"] in empty
    ]


def security_is_told(document: Json) -> list[str]:
    """Every operation says how a caller proves who they are, if only that nobody has to."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    untold = [f"{method} {path}" for path, method, operation in operations(document) if "security" not in operation]
    named = {name for _, _, operation in operations(document) for one in operation.get("security", ()) for name in one}
    return untold + sorted(named - schemes.keys())


def bodies_have_schemas(document: Json) -> list[str]:
    return [
        where
        for where, described in _bodies(document)
        if "schema" not in described and not where.endswith("text/plain")
    ]


def bodies_have_examples(document: Json) -> list[str]:
    found = []
    for where, described in _bodies(document):
        if where.endswith(NOT_SHOWN):
            continue
        try:
            if not _examples(document, described):
                found.append(where)
        except NoExample as missing:
            found.append(f"{where}: {missing}")
    return found


def parameters_have_examples(document: Json) -> list[str]:
    """Beside the schema, or in it."""
    return [where for where, one in _inputs(document) if not written(one) and not one["schema"].get("examples")]


def forms_have_limits(document: Json) -> list[str]:
    """Whoever takes a form says what happens to one of too many fields, or too many bytes."""
    return [
        f"{method} {path} {status}"
        for path, method, operation in operations(document)
        for status in ("400", "413")
        if FORM in operation.get("requestBody", {}).get("content", {}) and status not in operation["responses"]
    ]


def examples_fit(document: Json) -> list[str]:
    found = [
        f"{where}: {fault}"
        for where, described in (*_bodies(document), *_inputs(document), *_headers(document))
        for value in written(described)
        for fault in faults(document, described.get("schema", {}), value)
    ]
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        found += [f"{name}: {fault}" for one in schema.get("examples", ()) for fault in faults(document, schema, one)]
    return found


def made_examples_fit(document: Json) -> list[str]:
    """What a reader is shown where nobody wrote an example."""
    found = []
    for where, described in _json_bodies(document):
        try:
            found += [
                f"{where}: {fault}"
                for value in _examples(document, described)
                for fault in faults(document, described.get("schema", {}), value)
            ]
        except NoExample:
            continue  # the rule above tells it
    return found


def inputs_are_described(document: Json) -> list[str]:
    return [where for where, described in (*_inputs(document), *_headers(document)) if not _description(described)]


def this_machine_is_named_only_as_server(document: Json) -> list[str]:
    rest = {name: value for name, value in document.items() if name != "servers"}
    return [text for text in _texts(rest) if _THIS_MACHINE.search(text)]


def every_schema_is_used(document: Json) -> list[str]:
    """Shapes of tokens are named in words: no body of ours is one."""
    references = {text.rpartition("/")[2] for text in _texts(document) if text.startswith("#/components/schemas/")}
    words = " ".join(_texts(document))
    schemas = document.get("components", {}).get("schemas", {})
    return [name for name in schemas if name not in references and f"`{name}`" not in words]


def _bodies(document: Json) -> Iterator[tuple[str, Json]]:
    for path, method, operation in operations(document):
        for where, media_type, described in media_types(operation):
            yield f"{method} {path} {where} {media_type}", described


def _json_bodies(document: Json) -> Iterator[tuple[str, Json]]:
    return ((where, described) for where, described in _bodies(document) if where.endswith("json"))


def _examples(document: Json, described: Json) -> list[Any]:
    return written(described) or [made(document, described.get("schema", {}))]


def _inputs(document: Json) -> Iterator[tuple[str, Json]]:
    for path, method, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            one = resolved(document, parameter)
            where = f"{method} {path} {one['name']}"
            yield where, one if "schema" in one else {**next(iter(one["content"].values())), **one}


def _headers(document: Json) -> Iterator[tuple[str, Json]]:
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            for name, described in answer.get("headers", {}).items():
                yield f"{method} {path} {status} {name}", described


def _description(described: Json) -> str:
    return str(described.get("description") or described.get("schema", {}).get("description") or "")


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from _texts(name)
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


Rule = Callable[[Json], list[str]]
RULES: tuple[Rule, ...] = (
    is_valid,
    is_of_31,
    has_a_front_page,
    operations_are_told,
    operation_ids_are_names,
    tags_are_declared,
    success_is_described,
    refusals_are_described,
    answers_are_told,
    security_is_told,
    bodies_have_schemas,
    bodies_have_examples,
    forms_have_limits,
    examples_fit,
    made_examples_fit,
    inputs_are_described,
    this_machine_is_named_only_as_server,
    every_schema_is_used,
    parameters_have_examples,
)
