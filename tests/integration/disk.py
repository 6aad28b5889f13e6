"""A disk that fails on demand: the server runs with `tests/support/disk_fault.cpp` loaded, which a mapped file steers."""

import errno
import mmap
import os
import re
import struct
import subprocess

from harness import BINARY, REPOSITORY, soon

SHIM = os.environ.get("PARLEY_DISK_FAULT") or str(
    REPOSITORY / "build" / "dev" / "tests" / "integration" / "libdisk_fault.so")

#: What may happen to a call, as the shim's own head says.
NOTHING, FULL, FAILS, READ_ONLY, SHORT, HANGS = b".", b"F", b"E", b"R", b"S", b"H"

OPERATIONS = {"writes": 0, "syncs": 1, "truncations": 2, "names": 3}


def sanitizer_runtime():
    """The runtime of AddressSanitizer where the server needs it: it has to come before what is loaded by hand."""
    libraries = subprocess.run(["ldd", BINARY], capture_output=True, text=True, check=True).stdout
    return [found[1] for found in re.finditer(r"lib[at]san\S* => (\S+)", libraries)]


class Disk:
    """Below `prefix`, a path or the beginning of one, operations fail as `break_down` says, until `mend`."""

    def __init__(self, folder, prefix):
        self.file = folder / "disk.control"
        self.file.write_bytes(NOTHING * 4 + bytes(4092))
        with open(self.file, "r+b") as opened:
            self.memory = mmap.mmap(opened.fileno(), 4096)
        self.env = {"DISK_FAULT_CONTROL": str(self.file), "LD_PRELOAD": " ".join([*sanitizer_runtime(), SHIM])}
        self.aim(prefix)

    def aim(self, prefix, alone=False):
        """`alone`: not what begins alike."""
        path = os.fsencode(os.path.realpath(prefix)) + b"$" * alone
        self.memory[64:64 + len(path) + 1] = path + b"\0"

    def break_down(self, **how):
        """For example `writes=FULL`."""
        self.before = {operation: self.hits(operation) for operation in OPERATIONS}
        for operation, mode in how.items():
            self.memory[OPERATIONS[operation]:OPERATIONS[operation] + 1] = mode

    def mend(self):
        self.break_down(**dict.fromkeys(OPERATIONS, NOTHING))

    def hits(self, operation):
        """How many calls met a fault so far."""
        return struct.unpack_from("I", self.memory, 16 + 4 * OPERATIONS[operation])[0]

    def is_hit(self, operation):
        """Returns once a call met the fault that was made last."""
        soon(lambda: self.hits(operation) > self.before[operation])


def mount(folder, size):
    """Mounts a file system in memory of `size` bytes; says why not where that is not allowed."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)], capture_output=True,
                          text=True, check=False)
    return None if done.returncode == 0 else done.stderr.strip() or os.strerror(errno.EPERM)


def unmount(folder):
    subprocess.run(["umount", "-l", str(folder)], check=False)
