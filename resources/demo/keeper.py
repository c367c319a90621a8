#!/usr/bin/env python3
"""Starts the demo outage's servers, breaks one hop, and clears everything away when its parent is gone.

    keeper.py PARENT_DIRECTORY FAULT SSHD NGINX SSH_KEYGEN

Standard input is the lifeline: its end (the parent closed it, or died in any way) ends the demo. The answer is one
line on standard output: "ready URL_PORT SSH_PORT DIRECTORY", or "error TEXT".
"""

import json
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PREFIX = "hopscope-demo-"
STATE = "run/keeper.json"

# What the app does, where nginx looks for it, and what happens to it after it served.
FAULTS = {
    "none": {},
    "app-stopped": {"stop": True},
    "wrong-port": {"wrongPort": True},
    "crash-on-request": {"app": "crash"},
    "hangs": {"app": "hang", "readTimeout": 2},
    "slow-answer": {"app": "slow", "readTimeout": 1},
    "socket-missing": {"unix": True, "stop": True},
}

SSHD_CONFIG = """\
# Hopscope's demo outage: login for {user} with the key beside this file, from this machine only.
ListenAddress 127.0.0.1:{port}
HostKey {directory}/ssh/host_key
AuthorizedKeysFile {directory}/ssh/authorized_keys
PidFile none
AllowUsers {user}
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PrintMotd no
PrintLastLog no
# The directory is ours alone (0700), but it stands in a world-writable one, which StrictModes refuses.
StrictModes no
"""

NGINX_CONFIG = """\
# Hopscope's demo outage.
daemon off;
{user}worker_processes 1;
pid {directory}/nginx/nginx.pid;
error_log {directory}/logs/nginx-error.log;
events {{ worker_connections 128; }}
http {{
    access_log {directory}/logs/nginx-access.log;
    client_body_temp_path {directory}/nginx/body;
    proxy_temp_path {directory}/nginx/proxy;
    fastcgi_temp_path {directory}/nginx/fastcgi;
    uwsgi_temp_path {directory}/nginx/uwsgi;
    scgi_temp_path {directory}/nginx/scgi;
    include {directory}/nginx/sites-enabled/*.conf;
}}
"""

SITE_CONFIG = """\
upstream lanternbooks {{
    server {target};
}}

server {{
    listen 127.0.0.1:{port};
    server_name localhost 127.0.0.1;

    location / {{
        proxy_pass http://lanternbooks;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_read_timeout {readTimeout}s;
    }}
}}
"""


class Problem(Exception):
    pass


def started(pid):
    """When a process started, as text that a later process with the same id does not have; empty: it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        if os.path.isdir("/proc/self"):
            return ""
    return subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()


def descendants(pid):
    """The process's children and theirs, which sshd puts into sessions of their own."""
    found = []
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True).stdout \
        if not os.path.isdir("/proc/self") else None
    pairs = []
    if listing is not None:
        pairs = [tuple(map(int, line.split())) for line in listing.splitlines()]
    else:
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/stat") as file:
                    pairs.append((int(name), int(file.read().rsplit(")", 1)[1].split()[1])))
            except OSError:
                pass
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        children = [child for child, of in pairs if of == parent]
        found += children
        waiting += children
    return found


def end(processes):
    """Ends processes given as {pid: start text}, gently first."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid, start in processes.items():
            if started(pid) == start:
                try:
                    os.kill(pid, number)
                except OSError:
                    pass
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline and any(started(p) == s and not zombie(p) for p, s in processes.items()):
            time.sleep(0.01)


def zombie(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return False


def sweep(parent):
    """Clears away demos whose keeper was itself killed."""
    for name in os.listdir(parent):
        directory = os.path.join(parent, name)
        if not name.startswith(PREFIX) or os.path.islink(directory):
            continue
        try:
            if os.stat(directory).st_uid != os.getuid():
                continue
            with open(os.path.join(directory, STATE)) as file:
                state = json.load(file)
            if started(state["keeper"][0]) == state["keeper"][1]:
                continue
            end({int(pid): start for pid, start in state["servers"]})
        except FileNotFoundError:
            # No state: either being made this moment, or left half made.
            if time.time() - os.stat(directory).st_mtime < 60:
                continue
        except (OSError, ValueError, KeyError, TypeError):
            continue
        shutil.rmtree(directory, ignore_errors=True)


def freePorts(count):
    sockets = []
    for _ in range(count):
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        sockets.append(listener)
    ports = [listener.getsockname()[1] for listener in sockets]
    for listener in sockets:
        listener.close()
    return ports


class Demo:
    def __init__(self, parent, fault, sshd, nginx, keygen):
        self.plan = FAULTS[fault]
        self.sshd, self.nginx, self.keygen = sshd, nginx, keygen
        self.directory = tempfile.mkdtemp(prefix=PREFIX, dir=parent)
        os.mkdir(self.path("run"), 0o700)
        self.servers = {}
        self.user = pwd.getpwuid(os.getuid()).pw_name
        self.saveState()

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    def write(self, text, *parts):
        with open(self.path(*parts), "w") as file:
            file.write(text)

    def saveState(self):
        state = {"keeper": [os.getpid(), started(os.getpid())],
                 "servers": [[child.pid, started(child.pid)] for child in self.servers.values()]}
        self.write(json.dumps(state), STATE + ".new")
        os.replace(self.path(STATE + ".new"), self.path(STATE))

    def start(self):
        for name in ("ssh", "logs", "app", "nginx", "nginx/sites-enabled"):
            os.mkdir(self.path(name), 0o700)
        shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "app.py"), self.path("app", "app.py"))
        self.urlPort, self.sshPort, self.appPort, self.wrongPort = freePorts(4)
        self.startSshd()
        self.startApp()
        self.startNginx()
        # Some life before the outage: what the logs of a real server would show. Logs count in seconds, so that
        # "it worked after nginx had started" takes two of them to be told.
        if self.plan.get("stop"):
            time.sleep(2.1)
        if not self.plan.get("app") and not self.plan.get("wrongPort"):
            self.request()
        if self.plan.get("stop"):
            app = self.servers.pop("app")
            app.terminate()
            app.wait(5)
            self.saveState()
        for _ in range(1 if self.plan.get("readTimeout") else 3):
            self.request()

    def run(self, name, command, log):
        with open(self.path("logs", log), "ab") as output:
            self.servers[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                                  cwd=self.path("app") if name == "app" else self.directory)
        self.saveState()

    def startSshd(self):
        for key in ("host_key", "user_key"):
            subprocess.run([self.keygen, "-q", "-t", "ed25519", "-N", "", "-C", "hopscope demo", "-f",
                            self.path("ssh", key)], check=True, stdin=subprocess.DEVNULL, capture_output=True)
        shutil.copy(self.path("ssh", "user_key.pub"), self.path("ssh", "authorized_keys"))
        with open(self.path("ssh", "host_key.pub")) as file:
            self.write(f"[127.0.0.1]:{self.sshPort} {' '.join(file.read().split()[:2])}\n", "ssh", "known_hosts")
        self.write("# Empty on purpose: the demo does not use your own settings.\n", "ssh", "config")
        self.write(SSHD_CONFIG.format(user=self.user, port=self.sshPort, directory=self.directory), "ssh", "sshd_config")
        if os.getuid() == 0 and sys.platform == "linux":
            os.makedirs("/run/sshd", 0o755, exist_ok=True)  # sshd as root insists; its unit would make it
        self.run("sshd", [self.sshd, "-D", "-e", "-f", self.path("ssh", "sshd_config")], "sshd.log")
        self.awaitServer("sshd", "sshd.log", lambda: connects(("127.0.0.1", self.sshPort), b"SSH-"))

    def startApp(self):
        unix = self.path("run", "app.sock")
        self.listen = "unix:" + unix if self.plan.get("unix") else f"127.0.0.1:{self.appPort}"
        self.run("app", [sys.executable, self.path("app", "app.py"), "--listen", self.listen, "--fault",
                         self.plan.get("app", "none")], "app.log")
        address = unix if self.plan.get("unix") else ("127.0.0.1", self.appPort)
        self.awaitServer("app", "app.log", lambda: connects(address))

    def startNginx(self):
        target = f"127.0.0.1:{self.wrongPort}" if self.plan.get("wrongPort") else self.listen
        self.write(NGINX_CONFIG.format(directory=self.directory,
                                       user=f"user {self.user};\n" if os.getuid() == 0 else ""), "nginx", "nginx.conf")
        self.write(SITE_CONFIG.format(target=target, port=self.urlPort, readTimeout=self.plan.get("readTimeout", 10)),
                   "nginx", "sites-enabled", "lanternbooks.conf")
        self.run("nginx", [self.nginx, "-e", self.path("logs", "nginx-error.log"), "-p", self.path("nginx"), "-c",
                           self.path("nginx", "nginx.conf")], "nginx.log")
        self.awaitServer("nginx", "nginx-error.log", lambda: connects(("127.0.0.1", self.urlPort)))

    def awaitServer(self, name, log, isUp):
        deadline = time.monotonic() + 10
        while not isUp():
            if self.servers[name].poll() is not None or time.monotonic() > deadline:
                try:
                    with open(self.path("logs", log), errors="replace") as file:
                        words = " ".join(file.read().split())[-400:]
                except OSError:
                    words = "it wrote no log"
                raise Problem(f"the demo's {name} did not start: {words}")
            time.sleep(0.02)

    def request(self):
        try:
            with socket.create_connection(("127.0.0.1", self.urlPort), 10) as client:
                client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: demo-visitor\r\nConnection: close\r\n\r\n")
                while client.recv(4096):
                    pass
        except OSError:
            pass

    def close(self):
        processes = {child.pid: started(child.pid) for child in self.servers.values()}
        for child in list(processes):
            processes.update({pid: started(pid) for pid in descendants(child)})
        end({pid: start for pid, start in processes.items() if start})
        for child in self.servers.values():
            child.poll()
        shutil.rmtree(self.directory, ignore_errors=True)


def connects(address, greeting=b""):
    try:
        with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as client:
            client.settimeout(2)
            client.connect(address)
            return not greeting or client.recv(len(greeting)) == greeting
    except OSError:
        return False


def say(line):
    try:
        print(line, flush=True)
    except OSError:
        pass  # the parent is gone; the lifeline will say so


def main():
    parent, fault, sshd, nginx, keygen = sys.argv[1:]
    os.umask(0o077)
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    wake, waker = os.pipe()
    signal.signal(signal.SIGTERM, lambda *_: os.write(waker, b"x"))
    sweep(parent)
    demo = Demo(parent, fault, sshd, nginx, keygen)
    try:
        demo.start()
        say(f"ready {demo.urlPort} {demo.sshPort} {demo.directory}")
        while True:
            ready, _, _ = select.select([sys.stdin.fileno(), wake], [], [])
            if wake in ready or not os.read(sys.stdin.fileno(), 4096):
                break
    except (Problem, OSError, subprocess.SubprocessError) as problem:
        say("error " + " ".join(str(problem).split()))
    finally:
        demo.close()


main()
