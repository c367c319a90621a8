"""A small WSGI app for gunicorn. Faults as in web.js."""

import signal
import time

from fault import fault, seconds


def app(environ, start_response):
    met = fault()
    if met == "segfault":
        signal.raise_signal(signal.SIGSEGV)  # to this very thread, so that nothing is answered
    if met == "slow":
        time.sleep(seconds())
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok\n"]
