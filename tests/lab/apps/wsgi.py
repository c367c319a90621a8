"""A small WSGI app for gunicorn. Faults as in web.js."""

import os
import signal
import time

from fault import fault, seconds


def app(environ, start_response):
    met = fault()
    if met == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if met == "slow":
        time.sleep(seconds())
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok\n"]
