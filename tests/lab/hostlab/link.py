"""How long a whole diagnosis takes over a slow link, in units of what `ssh HOST true` takes there."""

import os
import statistics
import subprocess
import sys
import time

from . import delay

PORT = 9000
ROUNDS = 5


def timed(command, accepted):
    started = time.monotonic()
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    took = time.monotonic() - started
    if result.returncode not in accepted:
        raise SystemExit(f"{command[0]} exited with {result.returncode}: {result.stdout}{result.stderr}")
    return took


def measure(case, roundTrip=0.1):
    host = next(iter(case.lab.hosts.values()))
    delay.install(host.address, PORT)
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    with subprocess.Popen([sys.executable, "-B", "-m", "hostlab.delay", str(PORT), str(roundTrip)], cwd=folder,
                          stdout=subprocess.PIPE, text=True) as proxy:
        proxy.stdout.readline()
        login = ["ssh", "-F", "/dev/null", "-o", f"UserKnownHostsFile={case.lab.knownHosts()}", "-o", "BatchMode=yes",
                 "-i", case.lab.key, f"{host.user}@{host.address}", "true"]
        diagnosis = case.command("diagnose", "--json", "/dev/null")
        ssh, whole = [], []
        for _ in range(ROUNDS):  # alternately, so that a busy moment of this machine meets both
            ssh.append(timed(login, [0]))
            whole.append(timed(diagnosis, [1]))
        proxy.terminate()
    median = statistics.median
    ratio = median(whole) / median(ssh)
    print(f"link of {roundTrip * 1000:.0f} ms round trip: ssh HOST true {median(ssh):.2f} s, "
          f"whole diagnosis {median(whole):.2f} s, ratio {ratio:.2f} (target: at most 1.5)", flush=True)
    return ratio
