"""Sign-in by a small provider: each has their own workspaces, and shares them by a link alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from testing.browser import WINDOW, free_port, server
from testing.oidc_provider import CLIENT, CLIENT_SECRET, PEOPLE, provider
from testing.paths import ROOT


@pytest.fixture(scope="module")
def signed_app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the dashboard with sign-in."""
    folder = tmp_path_factory.mktemp("sign-in")
    port = free_port()
    with provider(free_port()) as address, pytest.MonkeyPatch.context() as environment:
        secrets = folder / "secrets.toml"
        secrets.write_text(
            f"""
            [auth]
            redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
            cookie_secret = "a long text that nobody can guess"
            client_id = "{CLIENT}"
            client_secret = "{CLIENT_SECRET}"
            server_metadata_url = "{address}/.well-known/openid-configuration"
            """,
            encoding="utf-8",
        )
        environment.setenv("STREAMLIT_SECRETS_FILES", str(secrets))
        with server(ROOT / "server.py", folder, port) as app:
            yield app


@pytest.fixture
def people(browser: Browser, signed_app_url: str) -> Iterator[dict[str, Page]]:
    """Two people, each at a browser of their own, both signed in."""
    contexts = {person: browser.new_context(viewport=WINDOW) for person in ("ada", "bob")}
    pages = {person: context.new_page() for person, context in contexts.items()}
    for person, page in pages.items():
        sign_in(page, signed_app_url, person)
    yield pages
    for context in contexts.values():
        context.close()


def sign_in(page: Page, address: str, person: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=person).click()
    expect(page.get_by_role("heading", name="SOM Atlas")).to_be_visible()
    expect(page.get_by_role("button", name="Penguins")).to_be_visible()


def open_panel(page: Page) -> None:
    page.locator(".st-key-workspace").get_by_role("button").click()


def choose_penguins(page: Page) -> str:
    """Make the penguins the table, and return the address of the workspace."""
    page.get_by_role("button", name="Penguins").click()
    expect(page.get_by_role("heading", name="penguins.csv")).to_be_visible()
    return page.url


def test_nobody_sees_a_page_before_they_signed_in(page, signed_app_url):
    for path in ("", "/explore", f"/?w={'x' * 32}"):
        page.goto(f"{signed_app_url}{path}")
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        expect(page.get_by_role("link", name="Prepare")).to_be_hidden()


@pytest.mark.slow
def test_a_workspace_opens_for_its_owner_alone(people):
    address = choose_penguins(people["ada"])
    people["bob"].goto(address)
    expect(people["bob"].get_by_text("belongs to somebody who signed in")).to_be_visible()
    expect(people["bob"].get_by_role("heading", name="penguins.csv")).to_be_hidden()
    people["ada"].goto(address)
    expect(people["ada"].get_by_role("heading", name="penguins.csv")).to_be_visible()


@pytest.mark.slow
def test_a_read_only_link_opens_for_another_who_signed_in(people):
    choose_penguins(people["ada"])
    open_panel(people["ada"])
    expect(people["ada"].get_by_text("Only you can open it, signed in.")).to_be_visible()
    people["ada"].get_by_role("button", name="Make a read-only link").click()
    links = people["ada"].get_by_test_id("stCode")
    expect(links).to_have_count(2)
    people["bob"].goto(links.first.inner_text())
    expect(people["bob"].get_by_role("heading", name="penguins.csv")).to_be_visible()
    expect(people["bob"].get_by_text("by its read-only link")).to_be_visible()


@pytest.mark.slow
def test_people_find_their_own_workspaces_again_and_nobody_elses(people, signed_app_url):
    identity = re.search(r"w=([\w-]+)", choose_penguins(people["ada"]))[1]
    for page in people.values():
        page.goto(signed_app_url)
        open_panel(page)
        expect(page.get_by_text("Signed in as")).to_be_visible()
    expect(people["bob"].get_by_text("penguins.csv")).to_be_hidden()
    shown = people["ada"].get_by_text("Signed in as").inner_text().replace("\u200b", "")
    assert PEOPLE["ada"] in shown  # as text, not as a link
    people["ada"].locator(f"a[href*='{identity}']").click()
    expect(people["ada"].get_by_role("heading", name="penguins.csv")).to_be_visible()


@pytest.mark.slow
def test_after_signing_out_the_address_opens_nothing(people):
    address = choose_penguins(people["ada"])
    open_panel(people["ada"])
    people["ada"].get_by_role("button", name="Sign out").click()
    expect(people["ada"].get_by_role("button", name="Sign in")).to_be_visible()
    people["ada"].goto(address)
    expect(people["ada"].get_by_role("button", name="Sign in")).to_be_visible()
