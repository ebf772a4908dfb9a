# SPDX-License-Identifier: Apache-2.0
# Copyright the Trimtab authors
#
# What the walks of scripts/browser-check share: browsers that remember what went wrong in them, what must hold of every
# page, and the sandbox that the pages are about. Ends a walk with `N passed, N failed, N skipped`.
import html.parser
import json
import subprocess
import sys
import time
import urllib.parse

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

widths = {"desk": (1280, 900), "tablet": (768, 1024), "phone": (390, 844)}
schemes = ("light", "dark")
patience = 20_000
expect.set_options(timeout=patience)
_counts = {"passed": 0, "failed": 0}


def check(words, body):
    """Counts one thing that must be so, and says how long it took."""
    began = time.monotonic()
    try:
        body()
    except Exception as error:
        _counts["failed"] += 1
        print(f"FAILED       {words}: {error}", flush=True)
        return
    _counts["passed"] += 1
    print(f"{(time.monotonic() - began) * 1000:8.0f} ms  {words}", flush=True)


def until(is_true):
    deadline = time.monotonic() + patience / 1000
    while not is_true():
        assert time.monotonic() < deadline, "it did not become so"
        time.sleep(0.05)


def run(walk):
    """Gives a walk a browser, and ends the program."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        try:
            walk(chromium)
        finally:
            chromium.close()
    print(f"{_counts['passed']} passed, {_counts['failed']} failed, 0 skipped")
    sys.exit(_counts["failed"] > 0)


class Reader:
    """A browser of somebody, which remembers all that went wrong on our pages."""

    def __init__(self, browser, origin, elsewhere=None, **options):
        self.origin, self.allowed, self.wrong = origin, tuple(filter(None, (origin, elsewhere))), []
        self.context = browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", **options)
        self.context.set_default_timeout(patience)
        self.context.on("page", self.listen)
        self.page = self.context.new_page()

    def listen(self, page):
        def ours(): return page.url.startswith(self.origin)
        page.on("console", lambda message: message.type in ("error", "warning") and ours()
                and self.wrong.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: ours() and self.wrong.append(f"{page.url}: {error}"))
        page.on("dialog", lambda dialog: (self.wrong.append(f"{page.url}: a dialog: {dialog.message}"),
                                          dialog.dismiss()))
        page.on("request", lambda request: None if request.url.startswith(self.allowed)
                else self.wrong.append(f"{page.url}: asked elsewhere: {request.url}"))

    def go(self, path):
        self.page.goto(self.origin + path)

    def is_fine(self):
        assert not self.wrong, self.wrong


class Person(Reader):
    """Somebody with an account at the provider of identities."""

    def __init__(self, browser, origin, issuer, name, **options):
        super().__init__(browser, origin, elsewhere="{0.scheme}://{0.netloc}".format(urllib.parse.urlparse(issuer)),
                         **options)
        self.issuer, self.name, self.questions, self.answers = issuer, name, [], []
        self.page.on("request", self.note)

    def note(self, request):
        if request.url.startswith(f"{self.issuer}/auth?"):
            self.questions.append(dict(urllib.parse.parse_qsl(urllib.parse.urlparse(request.url).query)))
        if request.url.startswith(f"{self.origin}/sign-in/with/lab/return"):
            self.answers.append(request.url)

    def sign_in(self, path, look=lambda page: None):
        self.go(path)
        look(self.page)
        self.page.get_by_role("link", name="Sign in with the lab").click()
        self.page.locator("#username").fill(self.name)
        self.page.locator("#password").fill(f"password-of-{self.name}")
        self.page.locator("#loginbut").click()
        self.page.get_by_role("button", name="Continue").click()
        expect(self.page).to_have_url(self.origin + path)

    def api(self, path):
        answer = self.context.request.get(self.origin + path)
        assert answer.ok, (answer.status, answer.text())
        return answer.json()

    def act(self, path, body):
        token = self.page.locator("input[name=_token]").first.get_attribute("value")
        return self.context.request.post(
            self.origin + path, data=json.dumps(body),
            headers={"content-type": "application/json", "origin": self.origin, "x-trimtab-token": token})


def accessible(page):
    found = Axe().run(page).response["violations"]
    assert not found, [(each["id"], each["help"], [node["html"][:160] for node in each["nodes"][:3]]) for each in found]


def narrow(page):
    """Nothing sticks out of the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the window"


def apart(page):
    """What stands in the head of the page does not lie on top of each other."""
    boxes = page.evaluate("""[...document.querySelectorAll('.top > *')].map((each) => each.getBoundingClientRect())
        .filter((box) => box.width).map((box) => [box.left, box.right, box.top, box.bottom])""")
    for index, (left, right, top, bottom) in enumerate(boxes):
        for other in boxes[index + 1:]:
            assert right <= other[0] + 1 or other[1] <= left + 1 or bottom <= other[2] + 1 or other[3] <= top + 1, \
                "the head of the page is crowded"


class Parser(html.parser.HTMLParser):
    """An independent reader of what the server sent: remembers what a page of ours never has."""

    def __init__(self):
        super().__init__()
        self.dangers, self.inside = [], None

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        if tag in ("style", "iframe", "object", "embed", "base", "img"):
            self.dangers.append(tag)
        for name, value in attributes:
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.dangers.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action", "formaction") and not (
                    value.startswith(("/", "#", "http://", "https://")) and not value.startswith("//")):
                self.dangers.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == "script" and data.strip():
            self.dangers.append(f"a script: {data}")


class Sandbox:
    """A fleet repository, machines that are folders, and the program. Paths are relative to its folder."""

    def __init__(self, folder):
        self.folder = folder

    def write(self, path, text):
        with open(f"{self.folder}/{path}", "w") as file:
            file.write(text)

    def read(self, path):
        with open(f"{self.folder}/{path}") as file:
            return file.read()

    def commit(self, message, author=None):
        git = ["git", "-C", f"{self.folder}/fleet"]
        subprocess.run([*git, "add", "--all"], check=True)
        subprocess.run([*git, "commit", "--quiet", *(["--author", author] if author else []), "--message", message],
                       check=True)

    def trimtab(self, *arguments):
        return subprocess.run([f"{self.folder}/trimtab", *arguments], capture_output=True, text=True).stdout
