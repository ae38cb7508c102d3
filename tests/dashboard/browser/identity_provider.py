"""An OpenID Connect provider for tests: it asks who one is, and believes the answer.

Discovery, authorisation by code with PKCE, RS256 tokens, its keys, and the end of a session, on a free port
of this machine.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "pontual", "a secret of the tests alone"
_KEY_ID = "of-the-tests"


@dataclass(frozen=True)
class Person:
    """Somebody whom the provider knows.

    Attributes:
        name: of the link to press.
        claims: of the token, beside those that the protocol demands.
        forged: claims that the token has wrong; None leaves a claim out.
        signed_by_another: the token is signed with a key that the provider does not publish.
    """

    name: str
    claims: Mapping[str, Any]
    forged: Mapping[str, Any] = field(default_factory=dict)
    signed_by_another: bool = False


@dataclass
class Provider:
    """The provider while it runs.

    Attributes:
        address: of its root.
        ended: how many sessions have been ended by signing out.
        refused: requests for a token that did not keep to the protocol.
    """

    people: Mapping[str, Person]
    address: str = ""
    ended: int = 0
    refused: list[str] = field(default_factory=list)
    _granted: dict[str, tuple[Person, dict[str, str]]] = field(default_factory=dict)
    _key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": _KEY_ID}))

    def metadata(self) -> dict[str, Any]:
        """The document of discovery."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorise",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "end_session_endpoint": f"{self.address}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self) -> dict[str, Any]:
        """The published keys."""
        return {"keys": [self._key.as_dict(private=False)]}

    def grant(self, asked: dict[str, str]) -> str:
        """Where the browser goes once a person is chosen."""
        code = secrets.token_urlsafe()
        self._granted[code] = self.people[asked["person"]], asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def tokens(self, asked: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code, which is good once; None where the client is not who it should be."""
        person, granted = self._granted.pop(asked.get("code", ""), (None, {}))
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if person is None or authorization != f"Basic {expected}":
            self.refused.append("client or code")
            return None
        proof = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(proof).rstrip(b"=").decode() != granted["code_challenge"]:
            self.refused.append("code_verifier")
            return None
        now = int(time.time())
        claims = {
            "iss": self.address,
            "sub": person.name,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 600,
            "nonce": granted["nonce"],
            **person.claims,
            **person.forged,
        }
        key = RSAKey.generate_key(2048, {"kid": _KEY_ID}) if person.signed_by_another else self._key
        told = {name: value for name, value in claims.items() if value is not None}
        return {
            "access_token": secrets.token_urlsafe(),
            "token_type": "Bearer",
            "expires_in": 600,
            "id_token": jwt.encode({"alg": "RS256", "kid": _KEY_ID}, told, key),
        }


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(address.query).items()}
            if address.path == "/.well-known/openid-configuration":
                self._json(provider.metadata())
            elif address.path == "/keys":
                self._json(provider.keys())
            elif address.path == "/authorise":
                links = (
                    f'<a href="/chosen?{urlencode({**asked, "person": name})}">{name}</a>'
                    for name in provider.people
                )
                self._send(200, f"<!doctype html><h1>Who are you?</h1>{' '.join(links)}", "text/html")
            elif address.path == "/chosen":
                self._turn_to(provider.grant(asked))
            elif address.path == "/end":
                provider.ended += 1
                self._turn_to(asked["post_logout_redirect_uri"])
            else:
                self._send(204, "", "text/plain")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked = {name: values[0] for name, values in parse_qs(body).items()}
            answer = provider.tokens(asked, self.headers.get("Authorization", ""))
            self._json(answer or {"error": "invalid_grant"}, 200 if answer else 400)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Requests are not told."""

        def _turn_to(self, address: str) -> None:
            self.send_response(302)
            self.send_header("Location", address)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _json(self, document: Mapping[str, Any], status: int = 200) -> None:
            self._send(status, json.dumps(document), "application/json")

        def _send(self, status: int, body: str, kind: str) -> None:
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


@contextmanager
def providing(people: list[Person]) -> Iterator[Provider]:
    """A provider that knows these people."""
    provider = Provider({person.name: person for person in people})
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider)) as server:
        provider.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield provider
        server.shutdown()
