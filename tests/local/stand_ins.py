"""Stand-ins of payment providers, each under its name, for a stack that runs on this machine.

A server of its own on 127.0.0.1. What a provider's customer would click in its dashboard, and what goes
wrong at a provider, is asked for under `/<provider>/control/…`.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from state import STATE, free_port, start
from story_http import request

USUAL_PORT = 8040


def providers():
    from stand_in_mollie import Mollie
    from stand_in_paypal import PayPal
    from stand_in_payu import PayU
    from stand_in_przelewy24 import Przelewy24
    from stand_in_stripe import Stripe
    from stand_in_tpay import Tpay

    return {"mollie": Mollie, "paypal": PayPal, "payu": PayU, "przelewy24": Przelewy24, "stripe": Stripe, "tpay": Tpay}


class StandIns(BaseHTTPRequestHandler):
    """Hands a request to the provider that its path names: `answer(method, path, headers, body)`, with the
    query among the headers."""

    known = {}

    def do(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        url = urlsplit(self.path)
        headers[":query"] = url.query
        name, _, rest = url.path.lstrip("/").partition("/")
        if name == "health":
            return self.reply(200, {}, b"")
        if name not in self.known:
            return self.reply(404, {}, b"no such provider")
        return self.reply(*self.known[name].answer(self.command, f"/{rest}", headers, body))

    do_GET = do_POST = do_PUT = do

    def reply(self, status, headers, body):
        raw = json.dumps(body).encode() if isinstance(body, dict) else body
        self.send_response(status)
        kind = "application/json" if isinstance(body, dict) else "text/html; charset=utf-8"
        for name, value in ({"content-type": kind, "content-length": str(len(raw))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_):
        pass


def start_stand_ins():
    """Starts them in the background and returns their root."""
    port = free_port(USUAL_PORT)
    process = start("stand-ins", [sys.executable, __file__, str(port)], {})
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if request("GET", f"{url}/health").status == 200:
                return url
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the providers' stand-ins did not start; their log: {STATE / 'stand-ins.log'}")


if __name__ == "__main__":
    at = int(sys.argv[1])
    StandIns.known = {name: made(f"http://127.0.0.1:{at}/{name}") for name, made in providers().items()}
    ThreadingHTTPServer(("127.0.0.1", at), StandIns).serve_forever()
