"""`parley doctor`: what is wrong with a machine or its settings is a line that says what mends it."""

import ctypes
import os
import socket
import subprocess
import tempfile

import pytest

import postgres
from harness import DEADLINE, Server, run_parley

TMPFS = 0x01021994


def examined(tmp_path, *flags, data=None):
    """(exit status, {topic: [(grade, text)]})"""
    done = run_parley("doctor", "--data-dir", data or tmp_path / "data", *flags)
    assert done.returncode in (0, 1) and done.stderr == "", done
    out = {}
    for line in done.stdout.splitlines():
        out.setdefault(line[6:20].strip(), []).append((line[:4], line[21:]))
    return done.returncode, out


def grades(lines):
    return [grade for grade, _ in lines]


def is_tmpfs(folder):
    about = (ctypes.c_long * 32)()
    assert ctypes.CDLL(None).statfs(os.fsencode(folder), about) == 0
    return about[0] == TMPFS


def to_mend(tmp_path, topic, *flags):
    status, found = examined(tmp_path, *flags)
    [text] = [text for grade, text in found[topic] if grade == "MEND"]
    assert status == 1
    return text


def settings(**changes):
    return [part for key, value in changes.items() for part in ("--set", f"{key.replace('__', '.')}={value}")]


@pytest.mark.skipif(is_tmpfs(tempfile.gettempdir()), reason="the tests' own folder is in memory")
def test_a_machine_that_is_fit_has_nothing_to_mend(tmp_path):
    status, found = examined(tmp_path, "--set", "server.port=0")
    assert set(found) == {"open files", "clock", "data folder", "disk", "durability", "listening", "proxies", "database"}
    rest = [line for topic, lines in found.items() if topic != "durability" for line in lines]
    assert "MEND" not in grades(rest), found
    assert status == int("MEND" in grades(found["durability"]))  # some machines of others do lie
    assert not (tmp_path / "data").exists()


@pytest.mark.skipif(not (os.path.isdir("/dev/shm") and is_tmpfs("/dev/shm")), reason="there is no tmpfs")
def test_a_disk_that_forgets_is_named(tmp_path):
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        status, found = examined(tmp_path, "--set", "server.port=0", data=folder)
        assert status == 1 and os.listdir(folder) == []
        assert [text for grade, text in found["disk"] if grade == "MEND" and "tmpfs" in text]
        assert "durability" not in found


def test_what_is_wrong_with_settings_is_a_line_each(tmp_path):
    assert "has everybody in it" in to_mend(tmp_path, "proxies", *settings(http__trusted_proxies='["0.0.0.0/0"]',
                                                                           server__port=0))
    status, found = examined(tmp_path, *settings(http__public_url="https://127.0.0.1:1", server__port=0))
    assert status == 1 and grades(found["proxies"]) == ["MEND", "note"]
    assert "none is trusted" in found["proxies"][0][1] and "is not ready from here" in found["proxies"][1][1]
    status, found = examined(tmp_path, *settings(server__host="0.0.0.0", server__port=0))
    assert grades(found["listening"]) == ["good", "MEND", "note"] and "production" in found["listening"][1][1]
    assert "there is no folder" in to_mend(tmp_path, "listening", *settings(server__host=f"unix:{tmp_path}/no/socket"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        other.listen(0)
        assert "another program" in to_mend(tmp_path, "listening", *settings(server__port=port))


def test_certificates_are_looked_at(tmp_path):
    def made(name, *more):
        files = [str(tmp_path / f"{name}.{kind}") for kind in ("pem", "key")]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                        "/CN=localhost", "-out", files[0], "-keyout", files[1], *more],
                       check=True, capture_output=True, timeout=DEADLINE)
        os.chmod(files[1], 0o600)
        return files

    def seen(certificate, key):
        return examined(tmp_path, *settings(server__port=0, tls__certificate=f'["{certificate}"]', tls__key=f'["{key}"]'))

    good, soon = made("good", "-days", "90"), made("soon", "-days", "5")
    assert seen(*good)[1]["certificates"] == [("good", f"{good[0]} is good for 89 days")]
    assert grades(seen(*soon)[1]["certificates"]) == ["note"]
    status, found = seen(good[0], soon[1])
    assert status == 1 and "does not belong" in found["certificates"][0][1]


@pytest.mark.skipif(postgres.ASKED_FOR, reason="the damage is done to SQLite's file")
def test_a_damaged_database_is_named(tmp_path):
    assert run_parley("migrate", "--data-dir", tmp_path / "data").returncode == 0
    assert ("good", f"{tmp_path}/data/parley.db is whole") in examined(tmp_path, "--set", "server.port=0")[1]["database"]
    assert not list((tmp_path / "data").glob("parley.db-*")), "nothing is left beside it"
    with open(tmp_path / "data" / "parley.db", "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(4096 * 3)
        file.write(b"\xff" * min(4096 * 4, size - 4096 * 4))
    status, found = examined(tmp_path, "--set", "server.port=0")
    assert status == 1 and "MEND" in grades(found["database"])


def test_it_is_quiet_beside_a_server(tmp_path):
    with Server(tmp_path / "data") as server:
        before = sorted(x.name for x in (tmp_path / "data").iterdir())
        _, found = examined(tmp_path, "--set", f"server.port={server.port}")
        assert found["listening"] == [("good", f"a server answers at http://127.0.0.1:{server.port}")]
        assert grades(found["database"])[-1] == "good"
        assert sorted(x.name for x in (tmp_path / "data").iterdir()) == before
