#!/usr/bin/env python3
"""A small web service to try releases with: answers requests, and counts them at /metrics. Needs Python 3 only.

usage: service.py VERSION PORT [SHARE OF REQUESTS THAT FAIL]     for example: service.py v2 9102 0.2
"""
import random
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
VERSION, PORT = sys.argv[1], int(sys.argv[2])
FAILING = float(sys.argv[3]) if len(sys.argv) > 3 else 0
lock = Lock()
requests = {"200": 0, "500": 0}
buckets = [0] * len(BUCKETS)
seconds = 0.0


def metrics():
    label = f'version="{VERSION}"'
    with lock:
        lines = ["# TYPE http_requests_total counter"]
        lines += [f'http_requests_total{{{label},status="{s}"}} {n}' for s, n in requests.items()]
        lines.append("# TYPE http_request_duration_seconds histogram")
        lines += [f'http_request_duration_seconds_bucket{{{label},le="{b}"}} {n}' for b, n in zip(BUCKETS, buckets)]
        total = sum(requests.values())
        lines.append(f'http_request_duration_seconds_bucket{{{label},le="+Inf"}} {total}')
        lines.append(f"http_request_duration_seconds_sum{{{label}}} {seconds}")
        lines.append(f"http_request_duration_seconds_count{{{label}}} {total}")
    return "\n".join(lines) + "\n"


class Service(BaseHTTPRequestHandler):
    def do_GET(self):
        global seconds
        if self.path == "/metrics":
            self.answer(200, metrics(), "text/plain; version=0.0.4")
            return
        began = time.monotonic()
        time.sleep(random.uniform(0.005, 0.03))
        status = 500 if random.random() < FAILING else 200
        self.answer(status, f"{VERSION}\n", "text/plain")
        took = time.monotonic() - began
        with lock:
            requests[str(status)] += 1
            seconds += took
            for i, bound in enumerate(BUCKETS):
                buckets[i] += took <= bound

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass  # who asked has gone away

    def answer(self, status, text, kind):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


ThreadingHTTPServer(("127.0.0.1", PORT), Service).serve_forever()
