"""What Schemathesis leaves alone: a run that ends the administrator it runs as proves nothing more."""

import schemathesis

PROTECTED = {"admin-bot", "administrator", "ops@company.com"}


@schemathesis.hook
def filter_case(context, case):
    parameters, query = (values if isinstance(values, dict) else {} for values in (case.path_parameters, case.query))
    path = case.operation.path
    if str(parameters.get("id")) in PROTECTED or str(parameters.get("id")).startswith("http://127.0.0.1"):
        return case.operation.method.upper() == "GET"
    if path.startswith("/v1/keys/{kid}") or path.startswith(("/v1/delegations/", "/v1/tokens/")):
        # What is listed is real: the key that signs, the chain and the token that the run hangs on.
        return True
    return not (path == "/v1/registry" and query.get("prune") == "true" and query.get("dry_run") != "true")
