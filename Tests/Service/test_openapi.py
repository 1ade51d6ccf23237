"""The description of the admin API against the running program, with requests that Schemathesis thinks of.

`MANDATE_OPENAPI_EXAMPLES` says how many an operation; the default keeps the run short.
"""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from network_administration import AdministeredService
from service import binary

EXAMPLES = os.environ.get("MANDATE_OPENAPI_EXAMPLES", "6")
# What is valid by itself may name an agent type that does not exist; that is a refusal, and none of a schema.
EXCLUDED = "positive_data_acceptance"


@pytest.fixture(scope="module")
def administered(directory_of):
    service = AdministeredService(directory_of()).serve()
    # Lists with something in them.
    service.command("task", "create", "a-task", "--principal", "alice@company.com")
    service.token("agent-cost-prod-001", audience="billing-api", task_id="another-task", scope="billing:read")
    yield service
    service.stop()


def test_the_description_is_the_same_everywhere_and_needs_no_token(administered):
    served = administered.ask("GET", "/openapi.json")
    assert served.status_code == 200 and served.headers["Content-Type"] == "application/json"
    status, _, body = administered.over_socket("GET", "/openapi.json")
    assert status == 200 and body == served.content
    assert json.loads(subprocess.check_output([binary(), "openapi"])) == served.json()


def test_every_path_tells_its_methods(administered):
    token = administered.admin_token()
    for path, methods in administered.ask("GET", "/openapi.json").json()["paths"].items():
        allowed = {method.upper() for method in methods} | ({"HEAD"} if "get" in methods else set())
        for place in (lambda m, p: administered.ask(m, p, token),):
            for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"} - allowed:
                answer = place(method, path.replace("{", "%7B").replace("}", "%7D"))
                assert answer.status_code == 405, (method, path, answer.text)
                assert set(answer.headers["Allow"].split(", ")) == allowed, (method, path)
                status, headers, _ = administered.over_socket(method, path.replace("{", "a").replace("}", "b"))
                assert status == 405 and headers["Allow"] == answer.headers["Allow"]


# Last: what it sends changes the registry.
def test_the_program_does_what_its_description_says(administered, tmp_path):
    program = pathlib.Path(sys.executable).with_name("st")
    done = subprocess.run(
        [program, "run", f"{administered.admin}/openapi.json", "--no-color", "--seed", "7",
         "--generation-deterministic", "--no-shrink", "--warnings", "off",
         "--max-examples", EXAMPLES, "--phases", "examples,coverage,fuzzing", "--checks", "all",
         "--exclude-checks", EXCLUDED, "--continue-on-failure", "--request-timeout", "20",
         "--header", f"Authorization: Bearer {administered.admin_token()}"],
        cwd=tmp_path, capture_output=True, text=True, timeout=220 if EXAMPLES == "6" else 3600)
    assert done.returncode == 0, done.stdout[-12000:] + done.stderr[-2000:]
    assert administered.over_socket("GET", "/v1/status")[0] == 200
