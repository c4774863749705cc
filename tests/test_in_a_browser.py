"""The pages of a rendered site, as a person's browser sees them.

Debian's Chromium is driven by Playwright; axe-core looks for what keeps people out.
Pictures of every page at two widths, light and dark, are left in pytest's temporary
folder (`--basetemp` names it).
"""

import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect, sync_playwright

from conftest import quiet, without
from scaffold import verify

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium")
AWKWARD = "<b>Tea & " + "cups" * 20


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the browser of this machine; nothing is downloaded."""
    if CHROMIUM is None:
        without("Chromium", "chromium")
    with sync_playwright() as playwright:
        # Root, as in a container, has no sandbox.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


ADA = {"Email address": "ada@example.org", "Password": "the analytical engine"}


@contextlib.contextmanager
def serving(project: Path, **answers: str) -> Iterator[str]:
    """Serve a site by its production command, and yield its address; Ada may sign in, if anybody."""
    data = [part for key, value in answers.items() for part in ("-d", f"{key}={value}")]
    subprocess.run(
        [sys.executable, "-m", "scaffold", "new", "My Shop", str(project), "--defaults",
         "--no-install", "-d", "interface=both", *data],
        check=True, capture_output=True,
    )  # fmt: skip
    with quiet() as progress:
        verify.prove(project, verify.INSTALL, progress)
    python = str(project / ".venv/bin/python")
    subprocess.run([python, "-m", "alembic", "upgrade", "head"], cwd=project, check=True)
    if "auth" in answers:
        email, password = ADA.values()
        add_user = [python, "-m", "my_shop.auth", email]
        subprocess.run(add_user, cwd=project, input=password, text=True, check=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    log = project / "server.log"  # a pipe that nobody reads would stop the server when full
    with log.open("w") as stream:
        server = subprocess.Popen(
            [python, "-m", "my_shop"],
            cwd=project,
            env={**os.environ, "APP_PORT": port},
            stdout=stream,
        )
    while port not in log.read_text():
        assert server.poll() is None, "The server has ended"
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(timeout=10)


@pytest.fixture(scope="module", params=["flask", "fastapi"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("site") / "shop", framework=request.param) as address:
        yield address


@pytest.fixture(scope="module", params=["flask", "fastapi"])
def site_of_users(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    place = tmp_path_factory.mktemp("users") / "shop"
    with serving(place, framework=request.param, auth="session") as address:
        yield address


def add(page: Page, name: str, price: str) -> None:
    page.goto("/items/new")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Price").fill(price)
    page.get_by_role("button", name="Save").click()


def test_a_person_without_javascript(browser: Browser, site: str) -> None:
    """Adds, mends, changes and removes an item; what was typed is never lost."""
    page = browser.new_page(base_url=site, java_script_enabled=False)
    add(page, AWKWARD, "3.50")
    expect(page.get_by_text("Give a whole number")).to_be_visible()
    assert page.get_by_label("Name").input_value() == AWKWARD
    wrong = page.get_by_label("Price")
    assert wrong.input_value() == "3.50"
    assert wrong.get_attribute("aria-invalid") == "true"
    wrong.fill("350")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(f"{site}/items?done=added")
    page.get_by_role("link", name=f"Edit {AWKWARD}").click()
    page.get_by_label("Price").fill("400")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("cell", name="400")).to_be_visible()
    page.get_by_role("button", name=f"Delete {AWKWARD}").click()
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()


def test_with_htmx_the_page_stays(browser: Browser, site: str) -> None:
    """Links and forms swap what changes, a refused form too; the address follows."""
    page = browser.new_page(base_url=site)
    page.goto("/")
    page.evaluate("window.loaded = 'once'")
    page.get_by_role("navigation").get_by_role("link", name="Items").click()
    page.get_by_role("link", name="Add an item").click()
    page.get_by_label("Name").fill("Tea")
    page.get_by_label("Price").fill("wrong")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Give a whole number").wait_for()
    page.get_by_label("Price").fill("350")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("status").filter(has_text="The item was added.").wait_for()
    assert page.evaluate("window.loaded") == "once"
    assert urlsplit(page.url).path == "/items"
    page.get_by_role("button", name="Delete Tea").last.click()
    page.get_by_text("The item was deleted.").wait_for()
    assert page.evaluate("window.loaded") == "once"


PAGES = ["/", "/items", "/items/new", "/nowhere", "/docs"]


@pytest.mark.parametrize(
    ("width", "scheme"), [*itertools.product([360, 1280], ["light", "dark"])], ids=str
)
def test_pages_keep_nobody_out(
    browser: Browser, site: str, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    """axe-core finds nothing, no page is wider than the screen, nothing comes from elsewhere."""
    page = browser.new_page(
        base_url=site, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    asked: set[str] = set()
    problems: list[str] = []
    page.on("request", lambda request: asked.add(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    add(page, AWKWARD, "350")
    expect(page.get_by_text("The item was added.")).to_be_visible()
    add(page, "", "x")
    expect(page.get_by_text("Give a whole number")).to_be_visible()
    found = {"form": Axe().run(page).response["violations"]}
    for path in PAGES:
        problems.clear()
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.screenshot(
            path=tmp_path / f"{width}-{scheme}-{path.strip('/').replace('/', '-') or 'home'}.png",
            full_page=True,
        )
        if path != "/docs":  # Swagger's own pages are not ours to mend
            found[path] = Axe().run(page).response["violations"]
            too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert too_wide <= 0, path
        assert [p for p in problems if "404" not in p] == [], path
    assert {path: v for path, v in found.items() if v} == {}
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(site).netloc}


WRONG = {"Password": "wrong"}


def sign_in(page: Page, changes: Mapping[str, str] | None = None) -> None:
    for label, text in {**ADA, **(changes or {})}.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Sign in").click()


def test_a_person_signs_in_and_out_without_javascript(browser: Browser, site_of_users: str) -> None:
    """The login page keeps what was typed, leads back, and the site says who is signed in."""
    page = browser.new_page(base_url=site_of_users, java_script_enabled=False)
    page.goto("/items/new")
    assert urlsplit(page.url).path == "/login"
    sign_in(page, WRONG)
    wrong = "The email address or the password is wrong."
    expect(page.get_by_role("alert")).to_have_text(wrong)
    assert page.get_by_label("Email address").input_value() == ADA["Email address"]
    sign_in(page)
    expect(page).to_have_url(f"{site_of_users}/items/new")
    expect(page.get_by_text(ADA["Email address"])).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    page.goto("/items")
    assert urlsplit(page.url).path == "/login"


def test_with_htmx_a_person_signs_in_and_out_and_leaves_nothing(
    browser: Browser, site_of_users: str
) -> None:
    """No page is loaded anew; after signing out, the way back shows nothing any more."""
    page = browser.new_page(base_url=site_of_users)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto("/")
    page.evaluate("window.loaded = 'once'")
    page.get_by_role("navigation").get_by_role("link", name="Items").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    assert urlsplit(page.url).path == "/login"
    sign_in(page, WRONG)
    page.get_by_role("alert").wait_for()
    sign_in(page)
    page.get_by_role("heading", name="Items").wait_for()
    assert urlsplit(page.url).path == "/items"
    assert page.evaluate("window.loaded") == "once"
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("status").filter(has_text="You are signed out.").wait_for()
    assert page.evaluate("window.loaded") == "once"
    page.go_back()
    page.wait_for_load_state("networkidle")
    page.get_by_role("heading", name="Sign in").wait_for()
    assert not page.get_by_text(ADA["Email address"]).is_visible()
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert ADA["Email address"] not in stored
    assert [problem for problem in problems if "422" not in problem] == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signing_in_keeps_nobody_out(
    browser: Browser,
    site_of_users: str,
    tmp_path: Path,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    """axe-core finds nothing where one signs in and where one has, and all fits the screen."""
    page = browser.new_page(
        base_url=site_of_users, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    found = {}
    for name in ("login", "wrong", "signed in"):
        if name == "login":
            page.goto("/login")
        else:
            sign_in(page, WRONG if name == "wrong" else None)
            page.get_by_text("is wrong." if name == "wrong" else "Sign out").wait_for()
        page.screenshot(path=tmp_path / f"{width}-{scheme}-{name}.png", full_page=True)
        found[name] = Axe().run(page).response["violations"]
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert too_wide <= 0, name
    assert {name: v for name, v in found.items() if v} == {}
