#!/usr/bin/env python3
"""The small shop behind the demo outage's nginx: a real HTTP app with one fault built in on request.

    app.py --listen 127.0.0.1:PORT|unix:PATH [--fault none|crash|hang|slow] [--seconds S]
"""

import argparse
import http.server
import json
import os
import signal
import socket
import socketserver
import sys
import threading
import time

BOOKS = [{"id": 1, "title": "The Lamplighter", "price": 14.5}, {"id": 2, "title": "Salt Roads", "price": 11.0}]


def log(text):
    print(time.strftime("%Y-%m-%dT%H:%M:%S%z"), text, file=sys.stderr, flush=True)


class Handler(http.server.BaseHTTPRequestHandler):
    server_version = "lanternbooks/1.4"
    pool = threading.Lock()  # stands for the one database connection that a hanging request never gives back

    def address_string(self):
        return self.client_address[0] if isinstance(self.client_address, tuple) else "unix"

    def log_message(self, format, *args):
        log(f"{self.address_string()} {format % args}")

    def do_GET(self):
        options = self.server.options
        if options.fault == "crash":
            log(f"worker {os.getpid()}: fatal: price table is corrupt at offset 4096")
            os.kill(os.getpid(), signal.SIGSEGV)
        if options.fault == "hang":
            log("waiting for a free database connection (0 of 1 free)")
            self.pool.acquire()
        if options.fault == "slow":
            time.sleep(options.seconds)
        if self.path.startswith("/books"):
            self.answer("application/json", json.dumps(BOOKS))
        else:
            self.answer("text/html; charset=utf-8", "<!doctype html><title>Lantern Books</title><h1>Open</h1>\n")

    do_HEAD = do_GET

    def answer(self, kind, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class Threads(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64


class Workers(socketserver.ForkingMixIn, http.server.HTTPServer):
    """A process for each request, as prefork servers have, so that a crash takes the worker and not the listener."""

    def service_actions(self):
        try:
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                if os.WIFSIGNALED(status):
                    log(f"Worker with pid {pid} was terminated due to signal {os.WTERMSIG(status)}")
        except ChildProcessError:
            pass

    def collect_children(self, *, blocking=False):
        self.active_children = None


def overUnixSocket(base):
    class Server(base):
        address_family = socket.AF_UNIX

        def server_bind(self):
            self.socket.bind(self.server_address)
            self.server_name, self.server_port = "localhost", 0

    return Server


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", required=True)
    parser.add_argument("--fault", choices=["none", "crash", "hang", "slow"], default="none")
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()

    server_class = Workers if options.fault == "crash" else Threads
    path = options.listen.removeprefix("unix:") if options.listen.startswith("unix:") else None
    if path:
        server = overUnixSocket(server_class)(path, Handler)
    else:
        host, port = options.listen.rsplit(":", 1)
        server = server_class((host, int(port)), Handler)
    server.options = options

    def stop(*_):
        log("stopping")
        if path:
            os.unlink(path)
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    log(f"listening on {options.listen}")
    server.serve_forever(poll_interval=0.2)


main()
