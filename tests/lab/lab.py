#!/usr/bin/env python3
"""Runs real outages on booted hosts and asks Hopscope about them.

    lab.py list                        the scenarios
    lab.py run NAME --hopscope FILE    one scenario: boot, check that it is healthy, break it, diagnose, compare, repair
    lab.py shell NAME [--hopscope F]   the same up to the break, then a shell among the hosts
    lab.py link NAME --hopscope FILE   how long a diagnosis takes over a slow link, compared with ssh alone
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from hostlab import certificates, deploy, hosts, isolation, judge, link, scenario  # noqa: E402


# Not the diagnosis's doing: the app's work on a request, and sudo's own mark in the home of a user of the group admin.
# pg_internal.init is PostgreSQL's own cache, made at the first connection.
WRITTEN_BY_OTHERS = {"orders.tmp", ".sudo_as_admin_successful", "pg_internal.init"}


def say(text):
    print(text, flush=True)


def baseRoot():
    """The disk that every host starts from; made where it is not there yet."""
    builder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "build-root")
    return subprocess.run([builder], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


class Case:
    def __init__(self, name, hopscope):
        self.name, self.hopscope = name, hopscope
        self.scenario = scenario.load(name)
        self.started = time.monotonic()

    def step(self, text):
        say(f"[{time.monotonic() - self.started:5.1f} s] {text}")

    # --- the outage -----------------------------------------------------------------------------------------------
    def prepare(self):
        self.lab = hosts.Lab(baseRoot(), self.scenario.get("network", "10.1.0"))
        for name, options in self.scenario["hosts"].items():
            self.lab.add(name, **options)
        deploy.deploy(self.scenario, self.lab.hosts)
        if self.scenario["certificate"]:
            authorities = {"": certificates.Authority(self.lab.directory)}
            for entry in self.scenario["certificate"]:
                name = entry.get("authority", "")
                if name not in authorities:
                    authorities[name] = certificates.Authority(self.lab.directory, name)
                authorities[name].issue(self.lab.hosts[entry["host"]], entry["path"], entry["names"], entry["fromDays"],
                                        entry["toDays"], entry.get("selfSigned", False))
        first = next(iter(self.lab.hosts.values()))
        self.visitorNames = {self.scenario["urlHost"]: first.address,
                             **{name: self.lab.hosts[h].address for name, h in self.scenario.get("names", {}).items()}}
        self.lab.names(self.visitorNames)
        for host in self.lab.hosts.values():
            host.boot()
        for host in self.lab.hosts.values():
            host.awaitBoot()
        self.step("hosts are up")
        for host in self.lab.hosts.values():
            if host.docker:
                host.startEngine()
                self.step(f"{host.name} has an engine")
            if host.podman:
                host.startPodman()
                self.step(f"{host.name} has podman's image")
        if "wired" in self.scenario:
            hosts.run("sh", "-ec", self.scenario["wired"])
        self.runScripts("before")

    def breakIt(self):
        wanted = self.scenario.get("healthy", 200)
        if wanted:
            self.awaitStatus(wanted, "before the outage")
            self.step(f"the chain answers {wanted}")
        for name, seconds in self.scenario.get("clock", {}).items():
            self.lab.hosts[name].setClock(seconds)
        self.runScripts("break")
        if "between" in self.scenario:
            hosts.run("sh", "-ec", self.scenario["between"])
        if "leadsTo" in self.scenario:
            self.lab.names(self.visitorNames | {self.scenario["urlHost"]: self.scenario["leadsTo"]})
        self.startLoad()
        symptom = self.scenario.get("symptom")
        for _ in range(self.scenario.get("traffic", 3)):
            self.visit()
        if symptom:
            self.awaitStatus(symptom, "after the break")
            self.step(f"broken: a visitor gets {symptom}")
        self.runScripts("after")

    def runScripts(self, phase):
        for name, script in self.scenario[phase].items():
            host = self.lab.hosts[name]
            if script == "power-off":
                host.kill()
            else:
                host.sh("set -e\n" + script)

    def startLoad(self):
        """Other visitors, who go on until the case ends (with this process's namespace)."""
        load = self.scenario["load"]
        for _ in range(load.get("parallel", 0)):
            subprocess.Popen(["sh", "-c", 'while :; do curl -s -o /dev/null --max-time 60 "$0" || sleep 0.2; done',
                              load["url"]])
        if load:
            time.sleep(1)  # until they have taken what there is

    def visit(self):
        """The status a visitor gets, or curl's own exit code as text: "curl 7" is refused, "curl 28" timed out."""
        result = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "12",
                                 *self.scenario.get("visitor", []), self.scenario["url"]], capture_output=True, text=True)
        return int(result.stdout) if result.returncode == 0 else f"curl {result.returncode}"

    def awaitStatus(self, wanted, when, limit=15):
        deadline = time.monotonic() + limit
        while (seen := self.visit()) not in judge.aslist(wanted):
            if time.monotonic() > deadline:
                raise hosts.LabError(f"{when} a visitor should get {wanted}, but gets {seen}\n" + self.state())
            time.sleep(0.1)

    def state(self):
        """For people who mend a scenario."""
        words = []
        for host in self.lab.hosts.values():
            if host.process.poll() is None:
                words.append(host.sh("systemctl --failed --no-legend; ss -ltnp; journalctl -q --no-pager -n 25;"
                                     "tail -n 5 /var/log/nginx/error.log", check=False))
        return "\n".join(words)

    # --- the question ---------------------------------------------------------------------------------------------
    def profile(self):
        entries = []
        for name, host in self.lab.hosts.items():
            if name in self.scenario.get("hidden", []):
                continue  # a host of the chain that the profile does not reach
            entries.append({"name": name, "ssh": {"host": host.address, "port": 22, "user": host.user,
                                                  "identityFile": self.lab.key}})
        for name, jump in self.scenario.get("ssh", {}).get("jump", {}).items():
            next(entry for entry in entries if entry["name"] == name)["ssh"]["jump"] = jump
        profile = {"schema": "hopscope.profile/1", "name": self.name, "url": self.scenario["url"], "hosts": entries}
        if self.scenario.get("resolve"):
            profile["resolve"] = self.lab.hosts[self.scenario["resolve"]].address
        path = f"{self.lab.directory}/profile.json"
        with open(path, "w") as file:
            json.dump(profile, file, indent=2)
        return path

    def command(self, action, *options):
        return [self.hopscope, action, self.profile(), "--known-hosts", self.lab.knownHosts(), "--ssh-config",
                "/dev/null", *options]

    def diagnose(self, keep):
        before = self.diskState()
        answer = f"{self.lab.directory}/diagnosis.json"
        if os.path.exists(answer):
            os.unlink(answer)
        bundle = []
        if keep:
            os.makedirs(keep, exist_ok=True)
            bundle = ["--bundle", f"{keep}/{self.name}.hopscope"]
            if os.path.exists(bundle[1]):
                os.unlink(bundle[1])
        started = time.monotonic()
        result = subprocess.run(self.command("diagnose", "--json", answer, *bundle), stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, errors="replace", timeout=60)
        self.step(f"diagnosed in {time.monotonic() - started:.2f} s, exit {result.returncode}")
        say(result.stdout + result.stderr)
        if keep:
            with open(f"{keep}/{self.name}.expect.json", "w") as file:
                json.dump(self.scenario["expect"], file)
        try:
            with open(answer) as file:
                document = json.load(file)
        except (OSError, ValueError) as error:
            return None, [f"no diagnosis: {error}"]
        if keep:
            with open(f"{keep}/{self.name}.json", "w") as file:
                json.dump(document, file, indent=1)
        problems = judge.judge(self.scenario["expect"], document)
        exits = {"healthy": 0, "degraded": 1, "failing": 1, "unknown": 3}
        if result.returncode != exits.get(document.get("verdict")):
            problems.append(f"exit code {result.returncode} for verdict {document.get('verdict')}")
        changed = sorted(set(self.diskState().items()) ^ set(before.items()))
        if changed:
            problems.append(f"the diagnosis changed files on the hosts: {sorted({path for path, _ in changed})}")
        return document, problems

    def discover(self):
        """What `hopscope discover` prints of the same chain, where the scenario says what must stand there."""
        if not {"discover", "neverDiscover"} & set(self.scenario["expect"]):
            return []
        started = time.monotonic()
        result = subprocess.run(self.command("discover"), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                errors="replace", timeout=60)
        self.step(f"discovered in {time.monotonic() - started:.2f} s, exit {result.returncode}")
        say(result.stdout)
        problems = judge.judgeDiscovery(self.scenario["expect"], result.stdout)
        return problems if result.returncode == 0 else problems + [f"discover: exit code {result.returncode}: {result.stderr}"]

    def diskState(self):
        """Every file on the hosts' disks that is no log: the same before and after a diagnosis, which only reads."""
        state = {}
        for host in self.lab.hosts.values():
            top = f"{host.disk}/upper"
            for folder, folders, files in os.walk(top):
                inside = folder[len(top):] or "/"
                # an app keeps what it compiles of itself whenever it gets to it
                if folder.endswith("/__pycache__") or inside in ("/run", "/var/log", "/var/lib/systemd", "/var/lib/nginx", "/var/lib/sudo", "/var/lib/postgresql", "/var/lib/mysql",
                              "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/cni"):
                    folders.clear()
                    continue
                for name in files:
                    if name in WRITTEN_BY_OTHERS:
                        continue
                    try:
                        status = os.lstat(f"{folder}/{name}")
                    except FileNotFoundError:
                        continue
                    state[f"{host.name}:{inside}/{name}"] = (status.st_size, status.st_mtime_ns, status.st_mode)
        return state

    # --- the repair -----------------------------------------------------------------------------------------------
    def repair(self, document):
        """Does what the diagnosis advises, as the profile's user, and sees whether the site answers again."""
        expect = self.scenario["expect"]
        item = judge.matchingRemedy(expect, document["diagnosis"])
        host = self.lab.hosts[item["host"]]
        for command in item["commands"]:
            status, output = host.login(command)
            self.step(f"{host.user}@{host.name}: {command} (exit {status})")
            if status != 0:
                return [f"the advised command failed: {command}\n{output}"]
        try:
            self.awaitStatus(self.scenario.get("healthy", 200), f"after the advised {shlex.join(item['commands'])}")
        except hosts.LabError as error:
            return [str(error)]
        self.step("repaired by the advised commands")
        return []


def runCase(arguments):
    case = Case(arguments.name, os.path.abspath(arguments.hopscope))
    say(f"{case.name}: {case.scenario['title']}")
    try:
        case.prepare()
        case.breakIt()
        document, problems = case.diagnose(arguments.keep)
        if not problems:
            problems = case.discover()
        if not problems and case.scenario["expect"].get("fix"):
            problems = case.repair(document)
        if problems:
            say("FAILED\n  " + "\n  ".join(problems))
            if document and arguments.verbose:
                say(json.dumps(document, indent=1))
                say(case.state())
            return 1
        say("passed")
        return 0
    except (hosts.LabError, subprocess.SubprocessError) as error:
        say(f"FAILED in the lab itself: {error}")
        return 2
    finally:
        if hasattr(case, "lab"):
            case.lab.stop()


def openShell(arguments):
    case = Case(arguments.name, os.path.abspath(arguments.hopscope))
    case.prepare()
    case.breakIt()
    for host in case.lab.hosts.values():
        say(f"{host.name}: ssh -i {case.lab.key} -o UserKnownHostsFile={case.lab.knownHosts()} {host.user}@{host.address}")
    say(shlex.join(case.command("diagnose")))
    subprocess.run(["/bin/bash", *(["-c", arguments.command] if arguments.command else [])])
    case.lab.stop()
    return 0


def measureLink(arguments):
    case = Case(arguments.name, os.path.abspath(arguments.hopscope))
    case.prepare()
    case.breakIt()
    link.measure(case)
    case.lab.stop()
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list")
    for action in ("run", "shell", "link"):
        sub = actions.add_parser(action)
        sub.add_argument("name")
        sub.add_argument("--hopscope", default="build/dev/app/hopscope")
        sub.add_argument("--keep", help="a directory for the diagnosis and the bundle")
        sub.add_argument("--verbose", action="store_true")
        if action == "shell":
            sub.add_argument("-c", dest="command", help="this in place of an interactive shell")
    arguments = parser.parse_args()
    if arguments.action == "list":
        say("\n".join(scenario.names()))
        return 0
    baseRoot()  # its packages come over the network, which the namespace to come has none of
    isolation.enter()
    return {"run": runCase, "shell": openShell, "link": measureLink}[arguments.action](arguments)


sys.exit(main())
