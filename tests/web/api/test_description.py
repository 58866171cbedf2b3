import json
import re

import jsonschema
import pytest
from lxml import html

from qa.web.answers import ShownAnswer
from qa.web.api.description import operations
from qa.web.api.problems import KINDS

OPERATIONS = {
    "POST /api/v1/ask",
    "GET /api/v1/documents",
    "GET /api/v1/documents/{document}",
    "GET /api/v1/sources/{document}",
    "GET /api/v1/health",
    "GET /api/v1/ready",
    "POST /api/v1/feedback",
}


@pytest.fixture(scope="module")
def schema(api):
    response = api.get("/api/v1/openapi.json")
    assert response.headers["content-type"] == "application/json"
    return response.json()


def described(schema):
    return {f"{method.upper()} {path}": operation for path, method, operation in operations(schema)}


def references(part):
    return set(re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(part)))


def valid(schema, part, example):
    """Check an example against a schema of the description, as OpenAPI 3.1 means it: JSON Schema of 2020-12."""
    jsonschema.Draft202012Validator({**part, "components": schema["components"]}).validate(example)


def test_the_description_is_of_the_api_alone(schema):
    assert schema["openapi"].startswith("3.1")
    assert described(schema).keys() >= OPERATIONS
    assert all(path.startswith("/api/v1/") for path in schema["paths"])


def test_every_reference_leads_somewhere_and_no_schema_is_left_over(schema):
    assert references(schema) == set(schema["components"]["schemas"])
    assert "HTTPValidationError" not in schema["components"]["schemas"]


def test_no_two_addresses_are_the_same_but_for_the_names_of_their_parameters(schema):
    nameless = [re.sub(r"{\w+}", "{}", path) for path in schema["paths"]]

    assert len(set(nameless)) == len(nameless)


def test_every_parameter_of_a_path_is_described_and_the_other_way_round(schema):
    for path, _, operation in operations(schema):
        named = [p["name"] for p in operation.get("parameters", []) if p["in"] == "path"]
        assert sorted(named) == sorted(re.findall(r"{(\w+)}", path))


def test_operations_have_a_summary_a_description_a_tag_and_an_id_of_their_own(schema):
    found = described(schema).values()

    assert all(operation["summary"] and operation["description"] and operation["tags"] for operation in found)
    assert len({operation["operationId"] for operation in found}) == len(found)


def test_every_request_and_json_response_has_an_example_that_its_schema_allows(schema):
    for name, operation in described(schema).items():
        bodies = list(operation.get("requestBody", {}).get("content", {}).values())
        for status, response in operation["responses"].items():
            contents = response.get("content", {})
            assert status.startswith("2") or list(contents) == ["application/problem+json"], name
            bodies += [body for kind, body in contents.items() if kind.endswith("json")]
        for body in bodies:
            assert body.get("example"), name
            valid(schema, body["schema"], body["example"])
        for parameter in operation.get("parameters", []):
            assert "example" in parameter, f"{name}: {parameter['name']}"
            valid(schema, parameter["schema"], parameter["example"])


def test_errors_are_described_as_problems(schema):
    for operation in described(schema).values():
        content = operation["responses"]["default"]["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_a_token_may_be_sent_but_need_not(schema):
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert schema["security"] == [{}, {"token": []}]


def test_the_example_of_an_answer_is_what_the_example_of_a_question_gets(api, schema):
    operation = schema["paths"]["/api/v1/ask"]["post"]
    example = operation["responses"]["200"]["content"]["application/json"]["example"]
    request = operation["requestBody"]["content"]["application/json"]["example"]

    answer = ShownAnswer.model_validate(api.post("/api/v1/ask", json=request).json())
    shown = ShownAnswer.model_validate(example)

    assert [passage.words for passage in answer.passages] == [passage.words for passage in shown.passages]
    assert answer.outcome == shown.outcome


@pytest.mark.parametrize("path", ["documents/{document}", "sources/{document}", "documents"])
def test_the_examples_of_reading_are_what_the_api_returns(api, schema, path):
    operation = schema["paths"][f"/api/v1/{path}"]["get"]
    given = {parameter["name"]: parameter["example"] for parameter in operation["parameters"]}
    expected = operation["responses"]["200"]["content"]["application/json"]["example"]

    found = api.get(f"/api/v1/{path.format(**given)}", params={k: v for k, v in given.items() if k != "document"})

    assert found.json() == expected


def test_a_proxys_path_is_the_server_of_the_description(serve):
    assert serve(root_path="/ask").get("/api/v1/openapi.json").json()["servers"] == [{"url": "/ask"}]


@pytest.mark.parametrize("address", ["/api/v1", "/api/v1/"])
def test_the_page_lists_every_operation_with_its_examples(api, schema, address):
    response = api.get(address)
    page = html.fromstring(response.text)

    shown = [" ".join(heading.text_content().split()) for heading in page.xpath("//article/h3")]
    assert sorted(shown) == sorted(described(schema))
    assert "thirty days" in response.text
    assert set(page.xpath("//section[@id='problems']//div/@id")) == set(KINDS)


def test_the_page_runs_nothing_and_loads_its_own_styles_alone(api):
    response = api.get("/api/v1/")
    page = html.fromstring(response.text)

    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert page.xpath("//script | //*[@style] | //style") == []
    for address in page.xpath("//link/@href"):
        assert api.get(address).status_code == 200


def test_every_link_of_the_page_leads_somewhere(api):
    page = html.fromstring(api.get("/api/v1/").text)
    anchors = set(page.xpath("//@id"))

    for href in page.xpath("//a/@href"):
        if href.startswith("#"):
            assert href[1:] in anchors
        else:
            assert api.get(href).status_code == 200


def test_links_of_the_page_keep_the_path_that_a_proxy_serves_under(serve):
    page = html.fromstring(serve(root_path="/ask").get("/api/v1/").text)

    assert all(address.startswith(("/ask/", "#")) for address in page.xpath("//@href"))
