"""Both documents obey every rule, and every rule can fail."""

import copy
from collections.abc import Callable

import pytest

from tests.openapi import rules
from tests.openapi.rules import RULES, Rule
from tests.openapi.samples import FORM, Json


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_document_obeys(document: Json, rule: Rule) -> None:
    assert rule(document) == []


def _token(document: Json) -> Json:
    operation: Json = document["paths"]["/token"]["post"]
    return operation


def _add_unused_schema(document: Json) -> None:
    document["components"]["schemas"]["Nobody"] = {"type": "string"}


def _spoil_success(document: Json) -> None:
    answers = _token(document)["responses"]
    _token(document)["responses"] = {status: answer for status, answer in answers.items() if status != "200"}


def _spoil_refusals(document: Json) -> None:
    _token(document)["responses"] = {"200": _token(document)["responses"]["200"]}


def _spoil_example(document: Json) -> None:
    example = _token(document)["responses"]["200"]["content"]["application/json"]["examples"]["tokens"]
    example["value"] = {**example["value"], "expires_in": 0}


def _drop_example(document: Json) -> None:
    _token(document)["responses"]["200"]["content"]["application/json"] = {"schema": {"type": "string"}}


def _drop_schema(document: Json) -> None:
    del _token(document)["responses"]["200"]["content"]["application/json"]["schema"]


def _spoil_made_example(document: Json) -> None:
    unfit = {"schema": {"type": "integer", "examples": ["three"]}}
    _token(document)["responses"]["200"]["content"]["application/json"] = unfit


def _drop_description(document: Json) -> None:
    del document["paths"]["/authorize"]["get"]["parameters"][0]["description"]


def _drop_example_of_parameter(document: Json) -> None:
    del document["paths"]["/authorize"]["get"]["parameters"][0]["example"]


def _drop_example_of_text(document: Json) -> None:
    del document["paths"]["/robots.txt"]["get"]["responses"]["200"]["content"]["text/plain"]["example"]


def _drop_members_and_example(document: Json) -> None:
    _token(document)["responses"]["200"]["content"]["application/json"] = {"schema": {"type": "object"}}


def _drop_example_of_form(document: Json) -> None:
    del _token(document)["requestBody"]["content"][FORM]["example"]


BROKEN: tuple[tuple[Rule, Callable[[Json], object]], ...] = (
    (rules.is_valid, lambda d: d["info"].pop("title")),
    (rules.is_of_31, lambda d: d.update(openapi="3.0.3")),
    (rules.has_a_front_page, lambda d: d.pop("servers")),
    (rules.operations_are_told, lambda d: _token(d).pop("summary")),
    (rules.operation_ids_are_names, lambda d: _token(d).update(operationId="redeem_code_token_post-1")),
    (rules.operation_ids_are_names, lambda d: _token(d).update(operationId="userinfo")),
    (rules.tags_are_declared, lambda d: _token(d).update(tags=["strange"])),
    (rules.success_is_described, _spoil_success),
    (rules.refusals_are_described, _spoil_refusals),
    (rules.answers_are_told, lambda d: _token(d)["responses"]["200"].update(description="Successful Response")),
    (rules.security_is_told, lambda d: _token(d).pop("security")),
    (rules.security_is_told, lambda d: _token(d).update(security=[{"unheard_of": []}])),
    (rules.bodies_have_schemas, _drop_schema),
    (rules.bodies_have_examples, _drop_example),
    (rules.bodies_have_examples, _drop_example_of_text),
    (rules.bodies_have_examples, _drop_example_of_form),
    (rules.bodies_have_examples, _drop_members_and_example),
    (rules.parameters_have_examples, _drop_example_of_parameter),
    (rules.forms_have_limits, lambda d: _token(d)["responses"].pop("400")),
    (rules.forms_have_limits, lambda d: _token(d)["responses"].pop("413")),
    (rules.examples_fit, _spoil_example),
    (rules.made_examples_fit, _spoil_made_example),
    (rules.inputs_are_described, _drop_description),
    (rules.this_machine_is_named_only_as_server, lambda d: _token(d).update(description="http://localhost:8000/token")),
    (rules.every_schema_is_used, _add_unused_schema),
)


@pytest.mark.parametrize(("rule", "spoil"), BROKEN)
def test_each_rule_can_fail(provider_document: Json, rule: Rule, spoil: Callable[[Json], object]) -> None:
    spoilt = copy.deepcopy(provider_document)
    spoil(spoilt)
    assert rule(spoilt) != []


def test_each_rule_is_shown_to_fail() -> None:
    assert {rule for rule, _ in BROKEN} == set(RULES)
