"""Puts this process into namespaces of its own, so that nothing it starts or mounts can outlive it."""

import os
import shutil
import subprocess
import sys

INSIDE = "HOPSCOPE_LAB_RUNNER"
CGROUPS = "/sys/fs/cgroup"
PREFIX = "hopscope-lab-"


def enter():
    """Runs this program again inside new mount, network and process namespaces; returns there.

    When the outer process ends in any way, the kernel ends the inner ones, and with them the hosts, their mounts, disks
    and networks. Only the control groups' directories stay; the next run removes them.
    """
    if os.environ.get(INSIDE):
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        return
    if os.geteuid() != 0:
        sys.exit("lab: booting hosts needs root (sudo)")
    for program in ("unshare", "systemd-nspawn", "ip", "nft", "ssh-keygen", "curl", "debootstrap"):
        if not shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            sys.exit(f"lab: {program} is missing; packaging/setup test installs it")
    removeOldControlGroups()
    os.environ[INSIDE] = str(os.getpid())
    os.environ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    os.execvp("unshare", ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
                          sys.executable, "-B", *sys.argv])


def runner():
    """A number that no other running lab has: the process id outside."""
    return os.environ[INSIDE]


def controllers():
    """The directories below which a group is made: one for each hierarchy, or the one of cgroup v2."""
    if os.path.exists(f"{CGROUPS}/cgroup.controllers"):
        return [CGROUPS]
    return [path for path in (f"{CGROUPS}/{name}" for name in ("systemd", "unified", "memory", "pids", "cpu"))
            if os.path.isdir(path) and not os.path.islink(path)]


def removeOldControlGroups():
    for controller in controllers():
        for name in os.listdir(controller):
            if not name.startswith(PREFIX):
                continue
            pid = name.removeprefix(PREFIX).split("-")[0]
            if not os.path.exists(f"/proc/{pid}"):
                removeGroup(f"{controller}/{name}")


def removeGroup(path):
    for folder, _, _ in os.walk(path, topdown=False):
        try:
            os.rmdir(folder)  # refused by the kernel while a process is in it
        except OSError:
            pass
