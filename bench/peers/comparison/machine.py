"""The machine that the figures are of."""

import os
import pathlib
import platform
import re


def first_match(file, pattern):
    try:
        found = re.search(pattern, pathlib.Path(file).read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return None
    return found.group(1).strip() if found else None


def describe():
    """What goes into the kept document."""
    memory = first_match("/proc/meminfo", r"^MemTotal:\s*(\d+) kB")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": first_match("/proc/cpuinfo", r"^model name\s*:\s*(.+)$"),
        "memory_gib": round(int(memory) / 2**20, 1) if memory else None,
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "distribution": first_match("/etc/os-release", r'^PRETTY_NAME="?([^"\n]+)'),
        "load_average": round(os.getloadavg()[0], 2),
    }


def busy(machine):
    """Others are at work here, so the figures say little."""
    return machine["load_average"] > machine["cores"] / 2


def in_words(machine):
    return (f"{machine['cores']} cores ({machine['processor'] or 'of an unknown kind'}), {machine['memory_gib']} GiB, "
            f"{machine['distribution'] or 'an unknown distribution'}, {machine['kernel']}; load average "
            f"{machine['load_average']} at the start; parley-load on the same cores")
