"""The Dagster UI that ``satudata dev`` serves, as a person sees it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pipeline_kit import Province

GROUPS = ("penduduk", "samsat", "kesehatan", "wilayah", "statistik", "identitas", "mutu")
_CHROMIUM = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--window-size=1600,1200",
)  # fmt: skip


@dataclass(frozen=True)
class Browser:
    """Chromium with a new empty profile per page."""

    folder: Path

    def dom(self, url: str, *, until: str = "") -> str:
        """The page as it is when its scripts have run; asked again until it holds ``until``."""
        text = ""
        for _ in range(4):
            text = self._run(url, "--dump-dom", "--virtual-time-budget=20000")
            if until in text:
                return text
        return text

    def picture(self, url: str, name: str) -> Path:
        """A screenshot of the page."""
        path = self.folder / name
        self._run(url, f"--screenshot={path}", "--virtual-time-budget=20000")
        return path

    def _run(self, url: str, *options: str) -> str:
        profile = self.folder / f"profil-{time.monotonic_ns()}"
        command = [os.environ["SATUDATA_CHROMIUM"], *_CHROMIUM, f"--user-data-dir={profile}", *options, url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        return done.stdout


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextlib.contextmanager
def served(home: Path, folder: Path) -> Iterator[str]:
    """``satudata dev`` on a free port, until the UI answers; stopped with all its processes."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("satudata")), "--home", str(home), "dev", "--port", str(port)]
    with (folder / "dev.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 180
        while time.monotonic() < until:
            assert process.poll() is None, (folder / "dev.log").read_text()[-3000:]
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/server_info", timeout=5)
                break
            time.sleep(0.5)
        else:
            raise AssertionError("the UI never answered")
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise AssertionError("satudata dev does not end when it is told to") from None


@pytest.mark.slow
@pytest.mark.browser
def test_a_person_finds_every_domain_in_the_asset_graph(province: Province, tmp_path: Path) -> None:
    browser = Browser(tmp_path)
    with served(province.home, tmp_path) as url:
        page = browser.dom(f"{url}/asset-groups", until="kesehatan")
        missing = [group for group in GROUPS if f">{group}<" not in page]
        picture = browser.picture(f"{url}/asset-groups", "graf.png")
        runs = browser.dom(f"{url}/runs", until="malam")
    assert missing == []
    assert picture.stat().st_size > 20_000
    assert "malam" in runs, "the run of the command line is in the UI's list"
