"""A scenario: what stands on the hosts, what breaks, and what Hopscope has to say. scenarios/*.toml; see README.md."""

import os
import tomllib
import urllib.parse

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "scenarios")

KEYS = {
    "": {"title", "url", "network", "symptom", "healthy", "traffic", "hosts", "app", "file", "enable", "before", "break",
         "after", "expect", "names", "ssh", "resolve", "hidden", "visitor", "load", "certificate", "between", "wired", "clock", "leadsTo"},
    "hosts": {"number", "user", "sudo", "kernelLog", "diskMegabytes", "docker", "podman"},
    "app": {"host", "unit", "kind", "port", "bind", "socket", "user", "environment", "service", "module", "folder"},
    "certificate": {"host", "path", "names", "fromDays", "toDays", "authority", "selfSigned"},
    "load": {"url", "parallel"},
    "file": {"host", "path", "text", "mode", "owner"},
    "expect": {"verdict", "from", "to", "variant", "cause", "remedy", "remedyHost", "fix", "mentions", "responsible",
               "never", "onset", "advice", "nodes", "discover", "neverDiscover"},
}


class ScenarioError(Exception):
    pass


def names():
    return sorted(name.removesuffix(".toml") for name in os.listdir(FOLDER) if name.endswith(".toml"))


def load(name):
    with open(os.path.join(FOLDER, name + ".toml"), "rb") as file:
        data = tomllib.load(file)
    check(name, "", data)
    for host, settings in data["hosts"].items():
        check(name, "hosts", settings)
    for part in ("app", "file", "certificate"):
        for entry in data.setdefault(part, []):
            check(name, part, entry)
            if entry["host"] not in data["hosts"]:
                raise ScenarioError(f"{name}: {part} names host {entry['host']}, which is not there")
    check(name, "expect", data["expect"])
    check(name, "load", data.setdefault("load", {}))
    for part in ("before", "break", "after", "enable"):
        for host in data.setdefault(part, {}):
            if host not in data["hosts"]:
                raise ScenarioError(f"{name}: {part} names host {host}, which is not there")
    data["urlHost"] = urllib.parse.urlsplit(data["url"]).hostname
    return data


def check(name, part, mapping):
    unknown = set(mapping) - KEYS[part]
    if unknown:
        raise ScenarioError(f"{name}: {part or 'top level'} has unknown keys {sorted(unknown)}")
