"""Served below a path by a reverse proxy: real nginx, real Chromium."""

import os
import re
import shutil
import subprocess

import pytest
from playwright.sync_api import expect

from browsing import ask, await_port, free_port, opened, serving

pytestmark = pytest.mark.browser

FILES = {
    "prison.md": "# Prisoners\n\nA prisoner may write two letters a week. Each prisoner gets a visitor.\n\n"
    "## History\n\nThe harbour prison was built in 1874.\n",
}
QUESTION = "How many letters may a prisoner write?"
CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /answers/ {{
      proxy_pass http://127.0.0.1:{behind}/;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_buffering off;
    }}
  }}
}}
"""


@pytest.fixture(scope="module")
def proxied(build, tmp_path_factory):
    """The address below which nginx serves the page."""
    if (nginx := shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")) is None:
        message = "nginx is not installed: serving below a path is not tested"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    folder = tmp_path_factory.mktemp("nginx")
    port = free_port()
    with serving(build(FILES), prefix="/answers", editors="everyone") as address:
        behind = re.search(r":(\d+)$", address)[1]
        configuration = folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(folder=folder, port=port, behind=behind), encoding="utf-8")
        proxy = subprocess.Popen([nginx, "-c", str(configuration), "-p", str(folder)], stderr=subprocess.PIPE)
        try:
            await_port(port)
            yield f"http://127.0.0.1:{port}/answers"
        finally:
            proxy.terminate()
            proxy.wait(timeout=20)
            proxy.stderr.close()


def test_questions_are_asked_and_sources_opened_below_the_path(visit, proxied):
    page = visit(f"{proxied}/")
    answer = ask(page, QUESTION)
    expect(answer.locator(".qa-best")).to_contain_text("two letters a week")

    answer.locator("a.qa-cite").first.click()
    assert opened(page).text_content().startswith("A prisoner may write two letters a week.")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator(".qa-answer")).to_have_count(1)
    assert [url for url in visit.requested if not url.startswith((proxied, "data:", "blob:"))] == []


def test_the_documents_page_its_links_and_the_api_stay_below_the_path(visit, proxied):
    page = visit(f"{proxied}/")
    page.locator("header nav a").last.click()
    expect(page).to_have_url(re.compile(re.escape(f"{proxied}/documents")))
    page.get_by_role("link", name="Prisoners").first.click()
    expect(page).to_have_url(re.compile(re.escape(f"{proxied}/source/prison.md")))
    found = page.request.post(f"{proxied}/api/v1/ask", data={"question": QUESTION}).json()
    assert found["outcome"] == "answered"
    source = page.request.get(f"{proxied}/{found['passages'][0]['words']['source']}")
    assert source.ok
    assert [url for url in visit.requested if not url.startswith((proxied, "data:", "blob:"))] == []


def test_the_widgets_frame_stays_below_the_path(visit, proxied):
    page = visit(f"{proxied}/embed?title=Town+hall")

    expect(page).to_have_url(re.compile(re.escape(f"{proxied}/?")))
    expect(ask(page, QUESTION).locator(".qa-best")).to_be_visible()


def test_a_saved_chat_links_to_the_address_by_which_it_was_reached(visit, proxied):
    page = visit(f"{proxied}/")
    ask(page, QUESTION)
    page.locator("#export-open").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="As Markdown").click()

    assert f"{proxied}/source/prison.md?" in download.value.path().read_text(encoding="utf-8").replace("\\", "")
