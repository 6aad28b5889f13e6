"""What another user of the machine, or a peer on the wire, meets: modes of files, the program itself, its unit, TLS."""

import configparser
import os
import shutil
import ssl
import stat
import subprocess

import pytest

from clients import Api
from harness import BINARY, DEADLINE, REPOSITORY, Server, run_parley, settings_flags
from media import added, mp4
from raw import Connection
from test_people import png, text
from test_tls import Certificate

UNIT = REPOSITORY / "deploy" / "parley.service"


def modes(folder):
    """The mode of the folder and of all below it, by its name; and what others than the owner may do at all."""
    every = [folder, *folder.rglob("*")]
    found = {str(path.relative_to(folder.parent)): stat.S_IMODE(path.lstat().st_mode) for path in every}
    return found, {name: oct(mode) for name, mode in found.items() if mode & 0o077}


@pytest.fixture
def open_umask():
    """What is made by careless programs is anybody's."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_all_that_a_server_makes_is_its_owners_alone(tmp_path):
    with Server(tmp_path / "data") as server, Api(server) as api:  # the secret is given, as in production
        user = api.register()
        added(api, user, api.room(user), mp4(1000))
        assert api.put("/users/me", user=user, json={"avatar": text(png())}).status_code == 200
        found, others = modes(server.data_dir)
    assert found["data"] == 0o700 and found["data/parley.db"] == 0o600
    assert len([name for name in found if name.startswith(("data/videos/", "data/avatars/"))]) == 2
    assert not others


@pytest.mark.usefixtures("open_umask")
def test_tokens_and_secrets_that_commands_write_are_their_owners_alone(tmp_path):
    made = run_parley("fixtures", "--users", 1, "--rooms", 1, "--tokens", tmp_path / "tokens", "--data-dir",
                      tmp_path / "data", *settings_flags({"auth.secret": None}))
    assert made.returncode == 0, made.stderr
    assert stat.S_IMODE((tmp_path / "tokens").stat().st_mode) == 0o600
    found, others = modes(tmp_path / "data")
    assert found["data/secret"] == 0o600 and not others


@pytest.mark.skipif(not shutil.which("readelf"), reason="needs readelf of binutils")
def test_the_program_has_no_writable_jump_table_and_no_fixed_address():
    told = subprocess.run(["readelf", "--wide", "--file-header", "--program-headers", "--dynamic", BINARY],
                          capture_output=True, text=True, check=True, timeout=DEADLINE).stdout
    assert "GNU_RELRO" in told and "BIND_NOW" in told
    assert "DYN (" in told  # position-independent
    stack = next(line for line in told.splitlines() if "GNU_STACK" in line)
    assert " RWE " not in stack


# -- the unit of systemd ---------------------------------------------------------------


def test_the_unit_may_do_no_more_than_it_must():
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str
    unit.read(UNIT)
    service = unit["Service"]
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "ProtectClock",
                 "ProtectControlGroups", "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules",
                 "ProtectKernelTunables", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID",
                 "LockPersonality", "MemoryDenyWriteExecute", "RemoveIPC", "DynamicUser"):
        assert service[name] == "yes", name
    assert service["ProtectSystem"] == "strict" and service["CapabilityBoundingSet"] == ""
    assert service["UMask"] == "0077" and service["StateDirectoryMode"] == "0700"
    assert set(service["RestrictAddressFamilies"].split()) == {"AF_INET", "AF_INET6", "AF_UNIX"}
    assert service["SystemCallArchitectures"] == "native"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_counts_the_unit_among_the_well_kept():
    told = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", str(UNIT)],
                          capture_output=True, text=True, check=False, timeout=DEADLINE)
    assert told.returncode == 0, told.stdout + told.stderr


# -- TLS --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    certificate = Certificate.make(tmp_path_factory.mktemp("certificate"))
    with Server(tmp_path_factory.mktemp("data"), certificate=certificate) as server:
        yield server, certificate


def client(certificate, version):
    context = ssl.create_default_context(cafile=certificate.pem)
    context.minimum_version = context.maximum_version = version
    return context


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_does_not_compress(secure, version):
    server, certificate = secure
    with Connection(server, trust=client(certificate, version)) as raw:
        assert raw.socket.compression() is None


@pytest.mark.parametrize("ciphers", ["ECDHE+AES+SHA:@SECLEVEL=0", "kRSA:@SECLEVEL=0", "aNULL:@SECLEVEL=0"],
                         ids=["cbc", "without forward secrecy", "anonymous"])
def test_weak_ciphers_of_tls_1_2_are_refused(secure, ciphers):
    server, certificate = secure
    weak = client(certificate, ssl.TLSVersion.TLSv1_2)
    weak.set_ciphers(ciphers)
    with pytest.raises(ssl.SSLError, match="(?i)handshake.failure"):
        Connection(server, trust=weak)


def test_a_client_cannot_negotiate_anew(secure):
    server, certificate = secure
    done = subprocess.run(["openssl", "s_client", "-tls1_2", "-connect", server.authority, "-CAfile", certificate.pem],
                          input="R\n", capture_output=True, text=True, check=False, timeout=DEADLINE)
    assert "RENEGOTIATING" in done.stdout + done.stderr
    assert "no renegotiation" in done.stdout + done.stderr
