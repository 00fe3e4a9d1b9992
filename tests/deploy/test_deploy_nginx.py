"""The reverse proxy: nobody comes in without a name, websockets pass, the password stays outside."""

from __future__ import annotations

import base64
import http.client
import http.server
import os
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from deploy_kit import DEPLOY, needed

TEXT = (DEPLOY / "nginx-satudata.conf").read_text(encoding="utf-8")
BASIC = {"Authorization": "Basic " + base64.b64encode(b"siti:rahasia").decode()}


def test_it_asks_for_a_name_and_speaks_tls_to_the_local_web_server_only() -> None:
    active = "\n".join(line for line in TEXT.splitlines() if not line.strip().startswith("#"))

    assert re.findall(r"proxy_pass\s+(\S+);", active) == ["http://127.0.0.1:3000"]
    assert re.search(r"auth_basic\s+\"", active) and "auth_basic_user_file" in active
    assert "listen 443 ssl" in active and "return 301 https://" in active
    assert "proxy_set_header Upgrade" in active and "proxy_http_version 1.1" in active


class _Upstream(http.server.BaseHTTPRequestHandler):
    """Answers with the request's headers."""

    def do_GET(self) -> None:
        body = str(self.headers).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@dataclass(frozen=True)
class Proxy:
    plain: int
    tls: int

    def get(self, **headers: str) -> http.client.HTTPResponse:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", self.tls, context=context, timeout=10)
        connection.request("GET", "/graphql", headers=headers)
        return connection.getresponse()


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    """nginx with the shipped file before a stub, on free ports."""
    nginx, openssl = needed("nginx", in_ci=False), needed("openssl", in_ci=False)
    plain, tls, stub = _free_port(), _free_port(), _free_port()
    key, certificate, names = tmp_path / "privkey.pem", tmp_path / "fullchain.pem", tmp_path / "satudata.htpasswd"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
         "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )  # fmt: skip
    hashed = subprocess.run([openssl, "passwd", "-6", "rahasia"], check=True, capture_output=True, text=True).stdout
    names.write_text(f"siti:{hashed}")
    site = TEXT
    for there, here in {
        "listen 80;": f"listen 127.0.0.1:{plain};", "    listen [::]:80;\n": "", "    listen [::]:443 ssl;\n": "",
        "listen 443 ssl;": f"listen 127.0.0.1:{tls} ssl;", "127.0.0.1:3000": f"127.0.0.1:{stub}",
        "/etc/ssl/satudata/fullchain.pem": str(certificate), "/etc/ssl/satudata/privkey.pem": str(key),
        "/etc/nginx/satudata.htpasswd": str(names),
    }.items():  # fmt: skip
        assert there in site, there
        site = site.replace(there, here)
    (tmp_path / "site.conf").write_text(site)
    scratch = "".join(f"{n}_temp_path {tmp_path / n};" for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root; " if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(
        f"{user}daemon off; pid {tmp_path / 'pid'}; error_log {tmp_path / 'error.log'}; events {{}} "
        f"http {{ access_log off; {scratch} include {tmp_path / 'site.conf'}; }}"
    )
    words = [nginx, "-p", str(tmp_path), "-e", str(tmp_path / "error.log"), "-c", str(tmp_path / "nginx.conf")]
    checked = subprocess.run([*words, "-t"], capture_output=True, text=True, timeout=30, check=False)
    assert checked.returncode == 0, checked.stderr
    upstream = http.server.ThreadingHTTPServer(("127.0.0.1", stub), _Upstream)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    process = subprocess.Popen(words)
    try:
        _wait_for(process, tls)
        yield Proxy(plain, tls)
    finally:
        process.terminate()
        process.wait(timeout=30)
        upstream.shutdown()
        upstream.server_close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            try:
                process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError("nginx ended") from None
    raise AssertionError("nginx does not listen")


def test_nobody_comes_in_without_a_name(proxy: Proxy) -> None:
    wrong = {"Authorization": "Basic " + base64.b64encode(b"siti:salah").decode()}

    assert proxy.get().status == 401
    assert proxy.get(**wrong).status == 401


def test_who_has_a_name_reaches_the_web_server_without_showing_the_password_to_it(proxy: Proxy) -> None:
    answer = proxy.get(**BASIC)
    seen = answer.read().decode()

    assert answer.status == 200
    assert "Authorization" not in seen and "X-Forwarded-Proto: https" in seen
    assert answer.headers["Strict-Transport-Security"] and answer.headers["X-Frame-Options"] == "DENY"


def test_websockets_pass(proxy: Proxy) -> None:
    seen = proxy.get(**BASIC, Upgrade="websocket", Connection="Upgrade").read().decode()

    assert "Upgrade: websocket" in seen and "Connection: upgrade" in seen


def test_without_tls_one_is_sent_to_tls(proxy: Proxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=10)
    connection.request("GET", "/runs", headers={"Host": "satudata.example.go.id"})
    answer = connection.getresponse()

    assert (answer.status, answer.headers["Location"]) == (301, "https://satudata.example.go.id/runs")
