#!/usr/bin/env python3
"""A router of your own, to start from: three calls, one file of state. Needs Python 3 only.

usage: router.py PORT STATE [TOKEN]     for example: router.py 9300 payment.json s3cr3t

Put what moves your traffic into apply(), and what tells where it is into read_back().
"""
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import parse_qs, urlsplit

PORT, FILE = int(sys.argv[1]), sys.argv[2]
TOKEN = sys.argv[3] if len(sys.argv) > 3 else None
lock = Lock()


def read_back():
    """What is in force, from where it is kept: your load balancer, your DNS, your mainframe."""
    if not os.path.exists(FILE):
        return {"weight": 0, "stable": "v1", "before": "v1"}
    with open(FILE) as file:
        return json.load(file)


def apply(state):
    """Moves the traffic: call your load balancer here."""
    with open(FILE + ".new", "w") as file:
        json.dump(state, file)
    os.replace(FILE + ".new", FILE)


class Router(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        version = parse_qs(url.query).get("version", [""])[0]
        with lock:
            state = read_back()
        self.answer(200, {"weight": state["weight"], "promoted": version == state["stable"]})

    def do_PUT(self):
        def shift(state, asked):
            state["weight"] = asked["weight"]
            if asked["weight"] == 0 and asked["version"] == state["stable"]:
                state["stable"] = state["before"]  # a promotion is taken back

        self.change(shift)

    def do_POST(self):
        def promote(state, asked):
            if asked["version"] != state["stable"]:
                state["before"], state["stable"] = state["stable"], asked["version"]
            state["weight"] = 0  # the new version is the stable one, and the canary gets nothing any more

        self.change(promote)

    def change(self, how):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if TOKEN and self.headers["Authorization"] != "Bearer " + TOKEN:
            self.answer(401, {"error": "who are you?"})
            return
        with lock:
            state = read_back()
            how(state, asked)
            apply(state)
        print(self.headers["Idempotency-Key"], asked, "->", state, flush=True)
        self.answer(200, {})

    def answer(self, status, body):
        sent = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *args):
        pass


ThreadingHTTPServer(("127.0.0.1", PORT), Router).serve_forever()
