"""A chain of agents, and the requests that hang on it: what redeeming and handing over cost at a given depth."""

import base64
import json
import urllib.parse
import urllib.request

AUDIENCE = "cloud-inventory-api"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
DELEGATION = "urn:mandate:params:oauth:token-type:delegation"
DEEPEST = 10

REGISTRY = """
agent_types:
  - id: worker
    capabilities:
      cloud-inventory-api: ["ec2:Describe*", "s3:ListBuckets"]
    delegation: { to: [worker], max_chain_depth: 16, max_class: read }
agents:
""" + "".join(
    f"  - {{ id: worker-{n}, type: worker, version: v1.0.0, owner: alice@company.com, team: platform, environment: production }}\n"
    for n in range(1, DEEPEST + 2))


def agent(number):
    return f"worker-{number}"


class Chain:
    """A chain of ten agents, one delegation token each; `secrets` are the clients'."""

    def __init__(self, port, secrets):
        self.port, self.secrets = port, secrets
        self.tokens = [None, self.ask(1, grant_type="client_credentials", requested_token_type=DELEGATION)]
        for depth in range(1, DEEPEST):
            self.tokens.append(self.ask(depth, **self.hand_over(depth)))

    def ask(self, number, **form):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/oauth/token",
            urllib.parse.urlencode(form | {"audience": AUDIENCE, "scope": "ec2:Describe*"}).encode(),
            {"Authorization": self.authorization(number)})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["access_token"]

    def authorization(self, number):
        return "Basic " + base64.b64encode(f"{agent(number)}:{self.secrets[agent(number)]}".encode()).decode()

    def exchange(self, depth):
        return {"grant_type": EXCHANGE, "subject_token_type": DELEGATION, "subject_token": self.tokens[depth]}

    def hand_over(self, depth):
        """What the holder at `depth` sends to hand on to the next agent."""
        return self.exchange(depth) | {"requested_token_type": DELEGATION, "requested_actor": agent(depth + 1)}

    def request(self, depth, form):
        """The request of the holder at `depth` as bytes."""
        body = urllib.parse.urlencode(form | {"audience": AUDIENCE, "scope": "ec2:DescribeInstances"})
        return ("POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Authorization: {self.authorization(depth)}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}")

    def redeeming(self, depth):
        return self.request(depth, self.exchange(depth))

    def handing_over(self, depth):
        return self.request(depth, self.hand_over(depth))
