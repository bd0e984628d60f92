"""A small OpenID Connect provider: whoever clicks on a name is that person."""

import base64
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Route

PEOPLE = {"ada": "Ada [Lovelace](http://beacon.example)", "bob": "Bob"}
CLIENT = "som-atlas"
CLIENT_SECRET = "known to the server and to the provider"


class Provider:
    """The endpoints that a client needs to learn who somebody is."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.key = RSAKey.generate_key(2048, {"kid": "test", "use": "sig", "alg": "RS256"})
        self.granted: dict[str, dict[str, str]] = {}  # what was asked for, by code
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.configuration),
                Route("/keys", self.keys),
                Route("/authorize", self.ask),
                Route("/choose/{person}", self.choose),
                Route("/token", self.token, methods=["POST"]),
            ]
        )

    async def configuration(self, _: Request) -> JSONResponse:
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def keys(self, _: Request) -> JSONResponse:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def ask(self, request: Request) -> HTMLResponse:
        query = request.url.query
        links = [f'<a href="/choose/{person}?{query}">{person}</a>' for person in PEOPLE]
        return HTMLResponse(f"<link rel=icon href=data:,>Who are you? {' '.join(links)}")

    async def choose(self, request: Request) -> RedirectResponse:
        code = secrets.token_urlsafe()
        asked = dict(request.query_params)
        self.granted[code] = asked | {"person": request.path_params["person"]}
        answer = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{answer}")

    async def token(self, request: Request) -> JSONResponse:
        form = parse_qs((await request.body()).decode())
        name_and_secret = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        asked = self.granted.pop(form["code"][0])
        if request.headers["authorization"] != f"Basic {name_and_secret}":
            return JSONResponse({"error": "invalid_client"}, 401)
        now = int(time.time())
        person = asked["person"]
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": f"number of {person}",
            "name": PEOPLE[person],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 600,
        }
        signed = jwt.encode({"alg": "RS256", "kid": "test"}, claims, self.key)
        return JSONResponse({"access_token": "unused", "token_type": "Bearer", "id_token": signed})


@contextmanager
def provider(port: int) -> Iterator[str]:
    """Serve the provider on this port; give its address."""
    address = f"http://127.0.0.1:{port}"
    config = uvicorn.Config(Provider(address).app, host="127.0.0.1", port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield address
    server.should_exit = True
    thread.join()
