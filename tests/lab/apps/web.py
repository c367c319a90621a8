"""A small API on Python's standard library. Environment and faults as in web.js; CERT and KEY make it speak TLS,
CLIENTS (a file of issuers) makes it demand a certificate of its callers."""

import http.server
import os
import signal
import socket
import socketserver
import ssl
import sys
import threading
import time

from fault import fault, seconds


class Handler(http.server.BaseHTTPRequestHandler):
    def address_string(self):
        return self.client_address[0] if self.client_address else "local"

    def do_GET(self):
        met = fault()
        if met == "abort":
            os.abort()
        if met == "slow":
            time.sleep(seconds())
        if met == "error":
            raise RuntimeError("inventory table is locked")
        if met == "stuck":
            lock = threading.Lock()
            with lock:
                lock.acquire()  # waits for itself
        body = b'{"ok": true}\n'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def server_bind(self):
        if self.address_family == socket.AF_UNIX:
            self.socket.bind(self.server_address)
            self.server_name, self.server_port = "localhost", 0
        else:
            super().server_bind()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
path = os.environ.get("SOCKET")
if path:
    Server.address_family = socket.AF_UNIX
    if os.path.exists(path):
        os.unlink(path)
    server = Server(path, Handler)
    os.chmod(path, 0o666)
else:
    server = Server((os.environ.get("HOST", "0.0.0.0"), int(os.environ["PORT"])), Handler)
if os.environ.get("CERT"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.environ["CERT"], os.environ["KEY"])
    if os.environ.get("CLIENTS"):
        context.load_verify_locations(os.environ["CLIENTS"])
        context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True)
print("listening", flush=True)
server.serve_forever()
