"""The widget as an intranet has it: real servers under names of different sites, and the system's Chromium."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

EXAMPLE = Path(__file__).parents[3] / "examples" / "intranet" / "serve.py"
WIDTH = 1280
NARROW = {"width": 390, "height": 844}
QUESTION = "When is the flood gate closed?"
QUOTE = "The flood gate is closed above nine metres."
STRICT = "default-src 'none'; style-src 'none'; script-src {site}; frame-src {site}"
RUDE = """<style>
* { color: red !important; font-size: 40px !important; display: block !important; }
qa-widget { display: none !important; opacity: .1 !important; }
</style>"""


def opener(page):
    return page.locator("qa-widget button.open")


def panel(page):
    return page.locator("qa-widget dialog")


def inside(page):
    return page.frame_locator("qa-widget iframe")


def line(page):
    return inside(page).locator("#ask textarea")


def opened(page):
    opener(page).click()
    expect(line(page)).to_be_focused()
    return page


def asked(page, question=QUESTION):
    line(page).fill(question)
    line(page).press("Enter")
    answer = inside(page).locator(".qa-answer").last
    expect(answer).to_contain_text(QUOTE)
    return answer


def events(page):
    """Note the widget's events from now on, and return a function that tells them."""
    page.evaluate(
        "window.noted = []; for (const name of ['qa:open', 'qa:close', 'qa:answer', 'qa:token-needed'])"
        " window.addEventListener(name, (event) => noted.push([name, event.detail]))"
    )
    return lambda: page.evaluate("window.noted")


# -- opening and asking


def test_nothing_but_the_script_is_loaded_until_the_button_is_pressed(visit, intranet, site):
    page = visit(intranet.page(site))

    expect(opener(page)).to_be_visible()
    page.wait_for_load_state("networkidle")

    assert [url for url in page.requested if url.startswith(site)] == [f"{site}/widget.js"]
    assert page.locator("iframe").count() == 0


def test_staff_ask_read_the_source_and_close_again_by_keyboard_alone(visit, intranet, site):
    page = visit(intranet.page(site))
    opener(page).focus()
    expect(opener(page)).to_have_attribute("aria-expanded", "false")
    expect(opener(page)).to_have_attribute("aria-haspopup", "dialog")
    page.keyboard.press("Enter")
    expect(opener(page)).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("dialog", name="Ask the documents")).to_be_visible()
    expect(line(page)).to_be_focused()

    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    marker = inside(page).locator(".qa-answer a.qa-cite").first
    expect(marker).to_be_visible()
    marker.focus()
    page.keyboard.press("Enter")
    source = inside(page).frame_locator("#source-frame")
    expect(source.locator("mark").first).to_contain_text("flood gate")

    page.keyboard.press("Escape")
    expect(inside(page).locator("#source-panel")).to_be_hidden()
    expect(panel(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(opener(page)).to_be_focused()
    expect(opener(page)).to_have_attribute("aria-expanded", "false")


def test_the_answer_is_still_there_when_it_is_opened_again(visit, intranet, site):
    page = opened(visit(intranet.page(site)))
    asked(page)

    panel(page).get_by_role("button", name="Close").click()
    expect(panel(page)).to_be_hidden()
    opener(page).click()

    expect(inside(page).locator(".qa-answer")).to_have_count(1)
    expect(line(page)).to_be_focused()


def test_no_request_leaves_the_two_sites(visit, intranet, site):
    page = opened(visit(intranet.page(site)))
    asked(page).locator("a.qa-cite").first.click()
    expect(inside(page).frame_locator("#source-frame").locator("mark").first).to_be_visible()

    hosts = {urlsplit(url).hostname for url in page.requested if not url.startswith(("data:", "blob:"))}
    assert hosts == {"intranet.example", "qa.example"}


def test_a_script_of_the_page_opens_asks_and_hears_of_the_answer(visit, intranet, site):
    page = visit(intranet.page(site))
    told = events(page)
    page.locator("#own").focus()

    page.evaluate("question => qaWidget.ask(question)", QUESTION)
    expect(inside(page).locator(".qa-answer")).to_contain_text(QUOTE)
    page.wait_for_function("noted.length === 2")
    assert told() == [["qa:open", None], ["qa:answer", {"question": QUESTION, "outcome": "answered"}]]

    page.evaluate("qaWidget.close()")
    expect(panel(page)).to_be_hidden()
    expect(page.locator("#own")).to_be_focused()
    page.evaluate("qaWidget.open()")
    expect(panel(page)).to_be_visible()
    assert [name for name, _ in told()] == ["qa:open", "qa:answer", "qa:close", "qa:open"]


def test_the_frame_hears_no_other_window(visit, intranet, site):
    page = opened(visit(intranet.page(site)))
    told = events(page)

    # A message of the page itself, not of the frame.
    page.evaluate("window.postMessage({ type: 'qa:close' }, '*')")
    page.evaluate("window.postMessage({ type: 'qa:answer', question: 'x', outcome: 'x' }, '*')")
    # A frame beside it that pretends to be the page around: it is of the very same origin.
    page.evaluate(
        """site => new Promise((done) => {
            const other = document.createElement("iframe");
            other.srcdoc = "<p>other</p>";
            other.onload = () => {
                const asked = JSON.stringify({ type: "qa:ask", question: "How much annual leave is there?" });
                other.contentWindow.eval(`parent.document.querySelector("qa-widget").shadowRoot
                    .querySelector("iframe").contentWindow.postMessage(${asked}, "${site}")`);
                done();
            };
            document.body.append(other);
        })""",
        site,
    )
    page.evaluate("question => qaWidget.ask(question)", QUESTION)
    page.wait_for_function("noted.length")

    expect(panel(page)).to_be_visible()
    expect(inside(page).locator(".qa-answer")).to_have_count(1)
    assert told() == [["qa:answer", {"question": QUESTION, "outcome": "answered"}]]


def test_a_plain_iframe_shows_the_same_page(visit, intranet, site):
    frame = f'<iframe id="plain" title="Ask" src="{site}/embed?title=Town+hall" width="420" height="680"></iframe>'
    page = visit(intranet.page(site, body=frame))
    plain = page.frame_locator("#plain")

    plain.locator("#ask textarea").fill(QUESTION)
    plain.locator("#ask textarea").press("Enter")

    expect(plain.locator(".qa-answer")).to_contain_text(QUOTE)


# -- how it looks


@pytest.mark.parametrize(
    ("colour", "ink"),
    [
        ("#ffd400", "rgb(0, 0, 0)"),
        ("#fff", "rgb(0, 0, 0)"),
        ("#7a2e5d", "rgb(255, 255, 255)"),
        ("red;x", "rgb(255, 255, 255)"),
    ],
)
def test_the_words_on_the_button_can_be_read_on_its_colour(visit, intranet, site, colour, ink):
    page = visit(intranet.page(site, f'data-color="{colour}" data-title="Ask us"'))

    expect(opener(page)).to_have_text("Ask us")
    expect(opener(page)).to_have_css("color", ink)


@pytest.mark.parametrize(
    ("attributes", "side", "direction"),
    [
        ("", "right", "ltr"),
        ('data-position="left"', "left", "ltr"),
        ('data-lang="ar"', "left", "rtl"),
        ('data-lang="ur" data-position="right"', "right", "rtl"),
        ('data-lang="xx"', "right", "ltr"),
    ],
)
def test_it_stands_where_it_is_put_and_reads_in_its_languages_direction(
    visit, intranet, site, attributes, side, direction
):
    page = visit(intranet.page(site, attributes))
    place = opener(page).bounding_box()

    assert (place["x"] < WIDTH / 2) == (side == "left")
    expect(opener(page)).to_have_css("direction", direction)


def test_the_language_theme_title_and_greeting_reach_the_page_inside(visit, intranet, site):
    attributes = 'data-lang="ar" data-theme="dark" data-title="Town hall" data-greeting="What is it?"'
    page = opened(visit(intranet.page(site, attributes)))

    expect(inside(page).locator("html")).to_have_attribute("lang", "ar")
    expect(inside(page).locator("html")).to_have_attribute("dir", "rtl")
    expect(inside(page).locator("html")).to_have_attribute("data-theme", "dark")
    expect(inside(page).locator("body")).to_contain_text("What is it?")
    expect(page.get_by_role("dialog", name="Town hall")).to_be_visible()


def test_the_pages_rules_do_not_reach_the_widget_and_its_own_do_not_reach_the_page(visit, intranet, site):
    calm, loud = visit(intranet.page(site)), visit(intranet.page(site, head=RUDE))
    look = """button => {
        const style = getComputedStyle(button);
        return [style.color, style.fontSize, style.display, style.inlineSize];
    }"""

    assert opener(loud).evaluate(look) == opener(calm).evaluate(look)
    expect(opener(loud)).to_be_visible()
    assert calm.locator("#own").evaluate("own => getComputedStyle(own).borderRadius") == "0px"


def test_it_works_under_a_page_policy_that_allows_only_its_script_and_frame(visit, intranet, site):
    page = opened(visit(intranet.page(site, policy=STRICT)))

    asked(page)

    expect(opener(page)).to_have_css("position", "fixed")


def test_on_a_telephone_it_covers_the_page(visit, intranet, site):
    page = opened(visit(intranet.page(site), viewport=NARROW))

    box = panel(page).bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, NARROW["width"], NARROW["height"])
    assert page.evaluate("document.querySelector('qa-widget').shadowRoot.querySelector('dialog').matches(':modal')")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(opener(page)).to_be_focused()


def test_nothing_moves_for_those_who_want_no_movement(visit, intranet, site):
    page = opened(visit(intranet.page(site), reduced_motion="reduce"))

    expect(opener(page)).to_have_css("transition-duration", "0s")
    expect(panel(page)).to_have_css("animation-name", "none")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_has_no_barriers_that_axe_knows(visit, intranet, site, theme):
    page = visit(intranet.page(site, f'data-theme="{theme}"'))
    closed = Axe().run(page)
    opened(page)
    page.wait_for_timeout(400)
    shown = Axe().run(page)

    assert [found["id"] for found in closed.response["violations"]] == []
    serious = [found for found in shown.response["violations"] if found["impact"] in ("serious", "critical")]
    assert [(found["id"], [node["html"][:120] for node in found["nodes"]]) for found in serious] == []


# -- who may embed it


def test_a_page_that_is_not_allowed_sees_an_empty_frame_and_is_told_so(visit, intranet, site):
    page = visit(intranet.page(site), host="evil.example")
    page.clock.install()
    opener(page).click()
    page.wait_for_function("document.querySelector('qa-widget').shadowRoot.querySelector('iframe')")
    page.clock.fast_forward(20_000)

    expect(panel(page)).to_contain_text("cannot be shown here")
    expect(line(page)).to_have_count(0)


def test_a_page_that_is_not_allowed_cannot_ask_the_api_and_an_allowed_one_can(visit, intranet, site):
    ask = """([site, question]) => fetch(`${site}/api/v1/ask`, { method: "POST", body: JSON.stringify({ question }),
        headers: { "Content-Type": "application/json" } })
        .then((response) => response.json()).then((answer) => answer.outcome, (error) => error.name)"""
    path = intranet.page(site)

    assert visit(path).evaluate(ask, [site, QUESTION]) == "answered"
    assert visit(path, host="evil.example").evaluate(ask, [site, QUESTION]) == "TypeError"


# -- tokens


def test_with_a_token_of_the_pages_backend_staff_ask_and_read_their_sources(visit, intranet, closed_site):
    intranet.tokens, intranet.signings = [intranet.signed()], 0
    page = opened(visit(intranet.page(closed_site, 'data-token-url="/qa-token"')))

    asked(page).locator("a.qa-cite").first.click()

    expect(inside(page).frame_locator("#source-frame").locator("mark").first).to_contain_text("flood gate")
    # Not one for each request; on a slow machine a second one may be asked for before the first has arrived.
    assert intranet.signings in (1, 2)
    assert not [url for url in page.requested if "token=" in url and "/source/" not in url]


def test_a_token_that_has_expired_is_replaced_without_anyone_noticing(visit, intranet, closed_site):
    intranet.tokens, intranet.signings = [intranet.signed(life=60, ago=600), intranet.signed()], 0
    page = opened(visit(intranet.page(closed_site, 'data-token-url="/qa-token"')))

    asked(page)

    assert intranet.signings >= 2


def test_a_page_may_hand_over_a_token_of_its_own_when_one_is_wanted(visit, intranet, closed_site):
    page = visit(intranet.page(closed_site))
    page.evaluate(
        "token => window.addEventListener('qa:token-needed', () => qaWidget.setToken(token), { once: true })",
        intranet.signed(),
    )

    asked(opened(page))


def test_without_a_token_the_page_says_that_nobody_is_signed_in(visit, intranet, closed_site):
    page = opened(visit(intranet.page(closed_site, f'data-token="{intranet.signed(life=60, ago=600)}"')))

    line(page).fill(QUESTION)
    line(page).press("Enter")

    expect(inside(page).locator("body")).to_contain_text("not signed in")
    expect(inside(page).locator(".qa-answer")).to_have_count(0)


# -- the demo


def test_the_demo_intranet_shows_it_with_a_token(visit, serve):
    secret = "a secret of the demo, long enough to sign with"
    origin = serve(ANONYMOUS="false", TOKEN_SECRET=secret, DEVELOPMENT="true")
    demo = subprocess.Popen(
        [sys.executable, str(EXAMPLE), "0"],
        env={**os.environ, "QA_SITE": origin, "QA_SECRET": secret},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)", demo.stdout.readline())[1])
        page = visit("/", host="localhost", port=port)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Good morning")
        page.get_by_role("button", name="Ask about our rules").click()
        expect(line(page)).to_be_focused()
        asked(page)
    finally:
        demo.terminate()
        demo.wait(timeout=20)
        demo.stdout.close()
