#!/usr/bin/env python3
"""browser.py URL CHATTING RELEASED VERSION_FILE [SCREENSHOT]: two people chat in two real browsers.

They sign up at the reference app at URL, make a room and chat in it. Then CHATTING is made, and when
RELEASED is there, they go on chatting on the same pages, which were never loaded again and show the
version that VERSION_FILE holds. Needs Debian's chromium and chromium-driver. Exit 1 says what was missing.
"""
import base64
import contextlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request

PATIENCE_S = 30
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=900,640"]


class Browser:
    """One window with cookies of its own, driven by the W3C's WebDriver protocol."""

    def __init__(self, driver):
        self.driver = driver
        options = {"args": ARGUMENTS}
        made = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}})
        self.session = f"/session/{made['sessionId']}"

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.driver + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from error

    def open(self, url):
        self.ask("POST", self.session + "/url", {"url": url})

    def element(self, css):
        found = self.ask("POST", self.session + "/element", {"using": "css selector", "value": css})
        return f"{self.session}/element/{next(iter(found.values()))}"

    def write(self, css, text):
        self.ask("POST", self.element(css) + "/value", {"text": text})

    def click(self, css):
        self.ask("POST", self.element(css) + "/click", {})

    def run(self, script):
        return self.ask("POST", self.session + "/execute/sync", {"script": script, "args": []})

    def texts(self, css):
        return self.run(f"return [...document.querySelectorAll({json.dumps(css)})].map((each) => each.innerText.trim())")

    def wait_for(self, css, wanted):
        """Until the texts of the elements are the wanted ones."""
        end = time.monotonic() + PATIENCE_S
        while (seen := self.texts(css)) != wanted:
            if time.monotonic() > end:
                sys.exit(f"{css}: wanted {wanted}, saw {seen}")
            time.sleep(0.05)

    def screenshot(self, file):
        with open(file, "wb") as image:
            image.write(base64.b64decode(self.ask("GET", self.session + "/screenshot")))

    def close(self):
        self.ask("DELETE", self.session)


@contextlib.contextmanager
def chromedriver():
    """Gives the address of a driver on a port of its own choice."""
    driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
    try:
        for line in driver.stdout:
            if found := re.search(r"started successfully on port (\d+)", line):
                yield f"http://127.0.0.1:{found[1]}"
                return
        sys.exit("chromedriver did not start")
    finally:
        driver.terminate()
        driver.wait()


def sign_up(browser, url, name):
    browser.open(url + "/sign-up")
    browser.write("input[name=name]", name)
    browser.write("input[name=password]", "secret words")
    browser.click("main button")
    browser.wait_for("nav b", [name])


def say(browser, text):
    browser.write("#form input[name=body]", text)
    browser.click("#form button")


def chat(both, said):
    """Each line of (who, text) in turn; both see all of them, once and in order."""
    seen = both[0].texts("#messages li")
    for who, text in said:
        say(both[who], text)
        seen.append(f"{('ann', 'bo')[who]} {text}")
        for browser in both:
            browser.wait_for("#messages li", seen)


def wait_for_file(file):
    for _ in range(3000):
        if os.path.exists(file):
            return
        time.sleep(0.1)
    sys.exit(f"{file} did not appear")


def main():
    url, chatting, released, version_file = sys.argv[1:5]
    with chromedriver() as driver, contextlib.ExitStack() as closing:
        ann, bo = both = [Browser(driver), Browser(driver)]
        for browser, name in zip(both, ("ann", "bo")):
            closing.callback(browser.close)
            sign_up(browser, url, name)
        ann.write("aside input[name=name]", "Release party")
        ann.click("aside form button")
        ann.wait_for(".head h2", ["Release party"])
        bo.open(url + "/rooms/2")
        bo.click("main button")
        for browser in both:
            browser.wait_for("#state", ["live"])
            browser.wait_for("#here li", ["ann", "bo"])
            browser.run("window.loadedBefore = true")
        chat(both, [(0, "Hello, bo!"), (1, "Hello, ann! Is the new version out?"), (0, "It goes out now: keep talking.")])
        bo.write("#form input[name=body]", "half a sent")
        with open(chatting, "w", encoding="utf-8"):
            pass
        wait_for_file(released)
        with open(version_file, encoding="utf-8") as file:
            version = file.read().strip()
        bo.wait_for("#version", [version])
        bo.write("#form input[name=body]", "ence, and I noticed nothing.")
        bo.click("#form button")
        for browser in both:
            browser.wait_for("#messages li:last-child", ["bo half a sentence, and I noticed nothing."])
        chat(both, [(0, "See https://once.com and <b>this</b>."), (1, "Still here.")])
        for browser in both:
            browser.wait_for("#version", [version])
            if not browser.run("return window.loadedBefore"):
                sys.exit("the page was loaded again")
        if len(sys.argv) > 5:
            bo.screenshot(sys.argv[5])


main()
