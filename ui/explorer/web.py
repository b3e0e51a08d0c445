"""What the web server adds around the app: a strict content policy, and no guessing of addresses by the browser."""

import base64
import hashlib
import re
from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Streamlit's page does not know at which path it is served, and asks for /finding/_stcore/health before
# /_stcore/health: an error in the console each time a link to a finding is opened. So it is told.
TELL_BASE = '<script>window.__streamlit={BACKEND_BASE_URL:location.origin+"/"}</script>'
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
HOST = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]+)?|\[[0-9a-f:]+\](:[0-9]+)?")


def content_policy(page: str, host: str) -> str:
    """Return the Content-Security-Policy for a page: this host only, and of inline scripts only the page's own."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in INLINE_SCRIPT.findall(page)
    )
    # Some browsers do not count a web socket of the same host as 'self'.
    socket = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    return "; ".join(
        (
            "default-src 'self'",
            f"connect-src 'self'{socket}",
            "img-src 'self' data: blob:",
            # Streamlit and the charts write their styles into the page.
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            # Own components are handed to the page as text and loaded from there, hence blob:.
            f"script-src 'self' {hashes} blob:",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


class Guarded:
    """Add the policy to every answer, and to a page the base address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Headers(scope=scope)
        host = request.get("host", "")
        wants_page = scope["method"] == "GET" and "text/html" in request.get("accept", "")
        if wants_page:
            # The page is written to below, so that it must not come compressed, nor as "not modified".
            left_out = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
            scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in left_out]}
        started: Message | None = None
        body = bytearray()

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                if wants_page and headers.get("content-type", "").startswith("text/html"):
                    started = message
                    return
                headers["Content-Security-Policy"] = content_policy("", host)
            elif message["type"] == "http.response.body" and started is not None:
                body.extend(message.get("body", b""))
                if message.get("more_body", False):
                    return
                page = body.decode("utf-8").replace("<head>", f"<head>{TELL_BASE}", 1)
                page = page.replace('<html lang="en">', '<html lang="en-GB">', 1).replace(
                    "<title>Streamlit</title>", "<title>Throughline</title>", 1
                )
                headers = MutableHeaders(scope=started)
                headers["Content-Security-Policy"] = content_policy(page, host)
                headers["Content-Length"] = str(len(page.encode()))
                del headers["etag"], headers["last-modified"]
                await send(started)
                message = {**message, "body": page.encode()}
            await send(message)

        await self.app(scope, receive, guarded_send)


app = st.App(Path(__file__).with_name("streamlit_app.py"), middleware=[Middleware(Guarded)])
