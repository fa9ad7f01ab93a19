"""The browser of the tests: found on this machine, or brought to it by `python -m tests.browser.chromium`.

Debian's where the superuser can install it, else Playwright's own, which comes for the user alone. The one that has no
windows comes first: it opens and draws the same pages at half of what they cost the other.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGES = ("chromium-headless-shell", "chromium")
"""Debian's: the one that it has is taken, the first where it has both."""
LETTERS = ("fonts-dejavu-core", "fonts-liberation")
"""What pages are written in, in the pictures kept."""

MISSING = "There is no Chromium on this machine. Run: make browser"


def find() -> Path | None:
    """The browser's program, or None."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found:
        return Path(found)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def bring() -> None:
    """Install it in the way that this machine allows."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)  # noqa: S607  (the system's own)
        for package in PACKAGES:
            install = ("apt-get", "install", "-qq", "--yes", "--no-install-recommends", package, *LETTERS)
            if subprocess.run(install, env=quiet, check=False).returncode == 0:
                break
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> None:
    """Bring the browser where it is missing; where that fails say so: the tests that need it will fail."""
    if find() is None:
        bring()
    if find() is None:
        sys.exit(
            "Chromium could not be installed, so the tests in tests/browser would fail. Install it "
            "(on Debian as root: apt-get install chromium), or leave these tests out: ORDERWAY_NO_BROWSER=1 make test"
        )


if __name__ == "__main__":
    main()
