"""Puts this process into namespaces of its own, so that nothing it starts or mounts can outlive it."""

import ctypes
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
        takeRoot()
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


def takeRoot():
    """Makes our root directory the root of the mount namespace, and all mounts private.

    In a chroot it is not: the kernel then makes no user namespaces below it, and whoever joins a container's mount
    namespace finds himself above it.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def call(function, *arguments):
        if function(*arguments) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"{function.__name__}: {os.strerror(number)}")

    NEWNS, BIND, RECURSIVE, PRIVATE, DETACH = 0x20000, 0x1000, 0x4000, 0x40000, 2
    cwd = os.getcwd()
    root = os.open("/", os.O_PATH | os.O_DIRECTORY)
    namespace = os.open("/proc/self/ns/mnt", os.O_RDONLY)
    call(libc.setns, namespace, NEWNS)  # this leads out of a chroot
    os.close(namespace)
    call(libc.mount, None, b"/", None, RECURSIVE | PRIVATE, None)
    if not os.path.samestat(os.stat("/"), os.fstat(root)):
        os.fchdir(root)
        call(libc.mount, b".", b".", None, BIND | RECURSIVE, None)
        os.chdir(os.getcwd())  # into what was just mounted
        call(libc.pivot_root, b".", b".")
        call(libc.umount2, b".", DETACH)
        os.chroot(".")
    os.close(root)
    os.chdir(cwd)


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
