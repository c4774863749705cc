"""Signing in, seen from outside: the production server answers a client that knows nothing of it.

The requests are written by hand, and so are the forged tokens: nothing here is the
project's own, and no library helps to be polite.
"""

import base64
import hmac
import json
import os
import pty
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from production import EMAIL, KEY, PASSWORD, Production, production
from projects import deptry, new, pyright, unreserved, uv
from scaffold import programs

pytestmark = pytest.mark.slow

MOST_FAILURES = 10

MADE = {
    f"{auth}-{framework}": {"framework": framework, "interface": interface, "auth": auth}
    for auth, interface in (("session", "both"), ("bearer", "api"))
    for framework in ("flask", "fastapi")
}
OTHERS: list[dict[str, str]] = [
    {"framework": "flask", "interface": "api", "auth": "session"},
    {"framework": "fastapi", "interface": "pages", "auth": "session", "example": "no"},
    {"framework": "flask", "interface": "both", "auth": "session", "example": "no"},
    {"framework": "fastapi", "interface": "api", "auth": "bearer", "example": "no"},
]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Make each project once, by its name; its own checks pass while it is made."""
    made: dict[str, Path] = {}

    def find(name: str) -> Path:
        if name not in made:
            made[name] = new(tmp_path_factory.mktemp(name), MADE[name])
        return made[name]

    return find


@pytest.mark.parametrize("answers", OTHERS, ids=lambda answers: "-".join(answers.values()))
def test_other_shapes_are_green(tmp_path: Path, answers: dict[str, str]) -> None:
    """With and without pages, an API and the example; both type checkers agree."""
    pyright(new(tmp_path, answers))


@pytest.mark.parametrize("name", MADE)
def test_a_project_is_strictly_typed_and_declares_what_it_uses(
    make: Callable[[str], Path], name: str
) -> None:
    """Its own checks passed while it was made; no name of a dependency is free."""
    pyright(make(name))
    deptry(make(name))
    assert not unreserved(make(name))


SESSION = [name for name in MADE if name.startswith("session")]
BEARER = [name for name in MADE if name.startswith("bearer")]


@pytest.fixture(scope="module", params=SESSION)
def site(request: pytest.FixtureRequest, make: Callable[[str], Path]) -> Iterator[Production]:
    with production(make(request.param)) as server:
        yield server


@pytest.fixture(scope="module", params=BEARER)
def api(request: pytest.FixtureRequest, make: Callable[[str], Path]) -> Iterator[Production]:
    with production(make(request.param)) as server:
        yield server


def test_a_session_begins_and_ends_on_the_server(site: Production) -> None:
    """Its cookie is bound to HTTPS and the host, new each time, and dead after signing out."""
    assert site.ask("GET", "/api/items").status == 401
    first = site.sign_in()
    name, *attributes = first.headers["Set-Cookie"].split("; ")
    assert re.fullmatch(r"__Host-session=[\w-]{40,}", name)
    kept = {attribute.partition("=")[0].lower() for attribute in attributes} - {"expires"}
    assert kept == {"secure", "httponly", "samesite", "path", "max-age"}
    assert {"path=/", "samesite=lax"} <= {attribute.lower() for attribute in attributes}
    assert site.ask("GET", "/api/items", headers=first.cookie).status == 200
    second = site.sign_in(first.cookie)
    assert second.cookie != first.cookie
    assert site.ask("GET", "/api/items", headers=first.cookie).status == 401
    assert site.ask("GET", "/api/items", headers=second.cookie).status == 200
    assert site.ask("DELETE", "/api/session", headers=second.cookie).status == 204
    assert site.ask("GET", "/api/items", headers=second.cookie).status == 401
    chosen = {"Cookie": f"__Host-session={'x' * 43}"}
    assert site.sign_in(chosen).cookie != chosen


def test_a_person_signs_in_and_out(site: Production) -> None:
    """The login page leads back where one wanted to go, and never to another site."""
    led = site.ask("GET", "/items?page=1").headers["Location"]
    assert led == "/login?next=%2Fitems%3Fpage%3D1"
    assert 'value="/items?page=1"' in site.ask("GET", led).body
    ada = {"email": EMAIL, "password": PASSWORD}
    for wanted, location in {
        "/items?page=1": "/items?page=1",
        "//evil.example": "/",
        "/\\evil.example": "/",
        "/\n/evil.example": "/",
        "https://evil.example/": "/",
        "javascript:alert(1)": "/",
    }.items():
        done = site.ask("POST", "/login", {**ada, "next": wanted})
        assert (done.status, done.headers["Location"]) == (303, location)
    home = site.ask("GET", "/", headers=done.cookie)
    assert EMAIL in home.body
    wrong = site.ask("POST", "/login", {**ada, "password": "a wrong password"})
    assert wrong.status == 422
    assert f'value="{EMAIL}"' in wrong.body
    assert "a wrong password" not in wrong.body
    assert site.ask("GET", "/logout", headers=done.cookie).status == 405
    assert site.ask("POST", "/logout", {}, done.cookie).status == 303
    assert site.ask("GET", "/items", headers=done.cookie).status == 303


@pytest.mark.parametrize(
    ("sent", "outcome"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, "heard"),
        ({"Sec-Fetch-Site": "none"}, "heard"),
        ({"Sec-Fetch-Site": "same-site"}, "refused"),
        ({"Sec-Fetch-Site": "cross-site"}, "refused"),
        ({"Origin": "http://127.0.0.1:{port}"}, "heard"),
        ({"Origin": "https://127.0.0.1:{port}"}, "heard"),
        ({"Origin": "http://127.0.0.1"}, "refused"),
        ({"Origin": "https://evil.example"}, "refused"),
        ({"Origin": "null"}, "refused"),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:{port}"}, "refused"),
        ({}, "heard"),
    ],
)
def test_other_sites_change_nothing(site: Production, sent: dict[str, str], outcome: str) -> None:
    """What they have a browser send is refused with 403, signing in and out too."""
    headers = {name: value.format(port=site.port) for name, value in sent.items()}
    refused = outcome == "refused"
    assert (site.sign_in(headers).status == 403) is refused
    cookie = site.sign_in().cookie
    tea = {"name": "Tea", "price": 350}
    for method, path, body in (
        ("POST", "/api/items", tea), ("POST", "/login", {}), ("POST", "/logout", {}),
    ):  # fmt: skip
        answer = site.ask(method, path, body, headers | cookie)
        assert (answer.status == 403) is refused, path
    assert site.ask("GET", "/health/live", headers=headers).status == 200


def test_guesses_are_limited_however_many_come_at_once(site: Production) -> None:
    """Of forty at the same time, in two processes, ten are looked at and none fails."""
    eve = {"email": "eve@example.org"}

    def guess(number: int) -> int:
        return site.sign_in(change={**eve, "password": f"guess {number}"}).status

    with ThreadPoolExecutor(max_workers=20) as threads:
        seen = list(threads.map(guess, range(40)))
    assert set(seen) == {401, 429}
    assert seen.count(401) == MOST_FAILURES
    refused = site.sign_in(change=eve)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "900")
    assert refused.headers["Content-Type"] == "application/problem+json"
    page = site.ask("POST", "/login", {**eve, "password": "x"})
    assert (page.status, page.headers["Retry-After"]) == (429, "900")
    assert site.sign_in().status == 201


def test_who_is_unknown_takes_as_long(api: Production) -> None:
    """The time of an answer does not tell whether there is such a user."""
    wrong = {"password": "a wrong password"}

    def duration(email: str = EMAIL) -> float:
        begun = time.perf_counter()
        assert api.sign_in(change={**wrong, "email": email}).status == 401
        return time.perf_counter() - begun

    duration()  # each process makes its decoy when it is first asked
    duration()
    known = statistics.median(duration() for _ in range(4))
    unknown = statistics.median(duration(f"user{n}@example.org") for n in range(4))
    assert 0.4 < unknown / known < 2.5
    assert api.sign_in().status == 200  # and forgets the failures


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_refresh_tokens_rotate_and_tell_of_theft(api: Production) -> None:
    """Each is good once; the second use ends all that came of it, and nothing else."""
    other = api.sign_in().json
    first = api.sign_in().json
    assert first["expires_in"] <= 900
    assert api.ask("GET", "/api/auth/me", headers=bearer(first["access_token"])).status == 200
    second = api.ask("POST", "/api/auth/refresh", {"refresh_token": first["refresh_token"]}).json
    assert second["refresh_token"] != first["refresh_token"]
    for used in (first, second):
        again = api.ask("POST", "/api/auth/refresh", {"refresh_token": used["refresh_token"]})
        assert again.status == 401
        assert "invalid_token" in again.headers["WWW-Authenticate"]
    kept = api.ask("POST", "/api/auth/refresh", {"refresh_token": other["refresh_token"]}).json
    gone = api.ask("POST", "/api/auth/revoke", {"refresh_token": kept["refresh_token"]})
    assert gone.status == 204
    again = api.ask("POST", "/api/auth/refresh", {"refresh_token": kept["refresh_token"]})
    assert again.status == 401


def test_one_of_many_who_send_a_refresh_token_gets_the_next(api: Production) -> None:
    """At the same time, in two processes, it is not good for two; none fails."""
    token = {"refresh_token": api.sign_in().json["refresh_token"]}
    with ThreadPoolExecutor(max_workers=8) as threads:
        sent = [threads.submit(api.ask, "POST", "/api/auth/refresh", token) for _ in range(8)]
    seen = [future.result().status for future in sent]
    assert sorted(seen) == [200] + [401] * 7


def forge(claims: Mapping[str, object], algorithm: str = "HS256", key: str = KEY) -> str:
    """Write a JSON Web Token by hand."""

    def encoded(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    parts = ({"alg": algorithm, "typ": "JWT"}, claims)
    signed = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    signature = hmac.digest(key.encode(), signed.encode(), "sha256")
    return f"{signed}.{'' if algorithm == 'none' else encoded(signature)}"


def test_no_forged_token_is_taken(api: Production) -> None:
    """Expired, unsigned, signed by others, for others or garbage: 401, and what is wrong."""
    token = api.sign_in().json["access_token"]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["exp"] - claims["iat"] <= 900
    assert {"sub", "jti"} <= claims.keys()
    assert api.ask("GET", "/api/auth/me", headers=bearer(forge(claims))).status == 200
    forged = [
        forge({**claims, "exp": int(time.time()) - 1}),
        forge({name: value for name, value in claims.items() if name != "exp"}),
        forge(claims, key="another key, that is as long as it is"),
        forge(claims, key=""),
        forge(claims, algorithm="none"),
        forge(claims, algorithm="None"),
        forge(claims, algorithm="HS512"),
        forge(claims, algorithm="RS256"),
        forge({**claims, "aud": "another"}),
        forge({**claims, "sub": "999"}),
        forge({**claims, "sub": "x"}),
        token[:-3],
        "x",
        "..",
        "\xe4",
    ]
    for sent in forged:
        answer = api.ask("GET", "/api/items", headers=bearer(sent))
        assert answer.status == 401, sent
        assert re.match("Bearer error=.?invalid_token", answer.headers["WWW-Authenticate"])
    none = api.ask("GET", "/api/items")
    assert (none.status, none.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert none.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", BEARER)
@pytest.mark.parametrize("key", [None, "", "x" * 64, KEY[:31]])
def test_production_does_not_start_without_a_strong_key(
    make: Callable[[str], Path], name: str, key: str | None
) -> None:
    """It says so in one line that does not hold the key."""
    project = make(name)
    environment = {**os.environ, "APP_ENVIRONMENT": "production"}
    if key is not None:
        environment["APP_SECRET_KEY"] = key
    ended = subprocess.run(
        [str(project / ".venv/bin/python"), "-m", "shop"], cwd=project, env=environment,
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert re.fullmatch("APP_SECRET_KEY: .*32 random bytes.*\n", ended.stderr)
    assert not key or key not in ended.stderr


@pytest.mark.parametrize("name", MADE)
def test_the_description_is_true_for_who_is_signed_in(
    make: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    """Schemathesis, signed in, finds nothing; no secret is in the log or the database."""
    with production(make(name)) as server:
        answer = server.sign_in()
        if name in SESSION:
            secret = answer.cookie["Cookie"].partition("=")[2]
            scheme = f'[auth.openapi.session]\napi_key = "{secret}"\n'
        else:
            secret = answer.json["access_token"]
            scheme = f'[auth.openapi.bearer]\nbearer = "{secret}"\n'
        config = tmp_path / "schemathesis.toml"
        config.write_text(scheme)
        uv(
            server.project, "run", "--no-project", "--with", "schemathesis>=4.10", "schemathesis",
            "--config-file", str(config), "run", f"http://127.0.0.1:{server.port}/openapi.json",
            "--max-examples=10", "--seed=1", "--no-color",
            # Who signs out is signed out.
            "--exclude-operation-id=delete_session",
        )  # fmt: skip
        log = server.log.read_text()
        assert '"status": 200' in log
        kept = b"".join(file.read_bytes() for file in server.folder.glob("*.db*"))
        for known in (PASSWORD, secret):
            assert known not in log
            assert known.encode() not in kept


@pytest.mark.parametrize("name", ["session-flask", "bearer-fastapi"])
def test_the_commands_add_users(make: Callable[[str], Path], name: str) -> None:
    """By poe with the password on standard input; a person at a terminal types it twice."""
    project = make(name)
    python = str(project / ".venv/bin/python")
    subprocess.run([python, "-m", "alembic", "upgrade", "head"], cwd=project, check=True)
    try:
        poe = [programs.uv(), "run", "--no-sync", "poe", "add-user", "bob@example.org"]
        subprocess.run(poe, cwd=project, input="the laws of thought\n", text=True, check=True)
        again = subprocess.run(
            poe, cwd=project, input="the laws of thought\n", text=True, capture_output=True,
            check=False,
        )  # fmt: skip
        assert again.returncode == 1
        assert "There is a user with this address already.\n" in again.stderr
        said = at_a_terminal([python, "-m", "shop.auth", "eve@example.org"], project)
        assert "not so secret" not in said
    finally:
        for left in project.glob("*.db*"):
            left.unlink()


def at_a_terminal(command: list[str], project: Path) -> str:
    """Run a command as a person does, who types a password twice; return what is seen."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        command, cwd=project, stdin=follower, stdout=follower, stderr=follower,
        start_new_session=True, close_fds=True,
    ) as running:  # fmt: skip
        os.close(follower)
        seen = ""
        for prompt in ("Password: ", "The same again: "):
            while prompt not in seen:
                seen += os.read(leader, 1000).decode()
            os.write(leader, b"not so secret\n")
        assert running.wait(timeout=30) == 0
    os.close(leader)
    return seen
