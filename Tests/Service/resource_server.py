"""A resource server as the Model Context Protocol wants it (RFC 9728): says who issues tokens for it, then checks them."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from service import free_port
from validators import JoseRFC


class ResourceServer:
    def __init__(self, audience, scope):
        self.audience, self.scope = audience, scope
        self.port = free_port()
        self.resource = f"http://127.0.0.1:{self.port}/mcp"
        self.metadata = f"http://127.0.0.1:{self.port}/.well-known/oauth-protected-resource/mcp"

    def start(self, service):
        """Serves until stopped; accepts tokens of `service` and remembers their claims."""
        self.accepted = []
        resource = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, body, **headers):
                data = json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self):
                if self.path == "/.well-known/oauth-protected-resource/mcp":
                    return self.answer(200, {
                        "resource": resource.resource, "authorization_servers": [service.issuer],
                        "scopes_supported": [resource.scope]})
                if self.path != "/mcp":
                    return self.answer(404, {})
                scheme, _, token = self.headers.get("Authorization", "").partition(" ")
                try:
                    claims = JoseRFC(service, resource.audience).claims(token) if scheme == "Bearer" else None
                except Exception:
                    claims = None
                if claims is None or resource.scope not in claims["scope"].split():
                    challenge = f'Bearer resource_metadata="{resource.metadata}", scope="{resource.scope}"'
                    return self.answer(401, {"error": "unauthorized"}, WWW_Authenticate=challenge)
                resource.accepted.append(claims)
                self.answer(200, {"hello": claims["sub"]})

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
