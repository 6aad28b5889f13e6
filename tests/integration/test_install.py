"""`cmake --install`: what lies where afterwards, and that it is of use there."""

import os
import pathlib
import re
import subprocess

import pytest

BINARY = pathlib.Path(os.environ["PARLEY_BINARY"])
BUILD = BINARY.parent

EXPECTED = {
    "bin/parley", "bin/parley-load", "etc/parley/parley.toml", "lib/systemd/system/parley.service",
    "lib/systemd/system/parley-backup.service", "lib/systemd/system/parley-backup.timer", "lib/systemd/system/parley.socket",
    "share/bash-completion/completions/parley", "share/bash-completion/completions/parley-load",
    "share/fish/vendor_completions.d/parley.fish", "share/fish/vendor_completions.d/parley-load.fish",
    "share/zsh/site-functions/_parley", "share/man/man1/parley.1", "share/man/man1/parley-load.1",
    "share/man/man5/parley.toml.5", "share/doc/parley/README.md", "share/doc/parley/CHANGELOG.md",
    "share/doc/parley/LICENSE", "share/doc/parley/examples/parley.toml", "share/doc/parley/examples/parley.json",
    "share/doc/parley/examples/parley.rules.yml",
}


def install(prefix):
    return subprocess.run(["cmake", "--install", str(BUILD), "--prefix", str(prefix)], check=True, capture_output=True,
                          text=True).stdout


@pytest.fixture(scope="module", name="prefix")
def fixture_prefix(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("prefix")
    install(prefix)
    return prefix


def test_everything_lies_where_it_belongs(prefix):
    found = {str(path.relative_to(prefix)) for path in prefix.rglob("*") if path.is_file()}
    assert found == EXPECTED


def test_the_installed_program_runs(prefix):
    out = subprocess.run([prefix / "bin/parley", "--version"], check=True, capture_output=True, text=True).stdout
    assert re.fullmatch(r"parley \d+\.\d+\.\d+\n|\d+\.\d+\.\d+\n", out)


def test_the_units_name_what_was_installed(prefix):
    unit = (prefix / "lib/systemd/system/parley.service").read_text()
    assert f"ExecStart={prefix}/bin/parley serve --config {prefix}/etc/parley/parley.toml " in unit
    unit = (prefix / "lib/systemd/system/parley-backup.service").read_text()
    assert f"ExecStart={prefix}/bin/parley backup --config {prefix}/etc/parley/parley.toml " in unit


def test_settings_of_an_operator_are_kept(tmp_path):
    settings = tmp_path / "etc/parley/parley.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[server]\nport = 9000\n")
    assert "Kept: " in install(tmp_path)
    assert settings.read_text() == "[server]\nport = 9000\n"


def test_the_manual_names_every_subcommand(prefix):
    for program in ("parley", "parley-load"):
        text = subprocess.run([prefix / "bin" / program, "--help"], check=True, capture_output=True, text=True).stdout
        subcommands = re.findall(r"^  ([a-z]+) ", text[text.index("Subcommands:"):], re.MULTILINE)
        page = (prefix / f"share/man/man1/{program}.1").read_text()
        assert subcommands
        assert [name for name in subcommands if not re.search(rf"^\.B {name}$", page, re.MULTILINE)] == []


def test_the_manual_names_every_setting(prefix):
    page = (prefix / "share/man/man5/parley.toml.5").read_text()
    lines = (prefix / "etc/parley/parley.toml").read_text().splitlines()
    section, keys = "", []
    for line in lines:
        if match := re.fullmatch(r"\[(\w+)\]", line):
            section = match[1] + "."
        elif match := re.match(r"(\w+) = ", line):
            keys.append(section + match[1])
    assert len(keys) > 30
    assert [key for key in keys if f"\n.B {key}\n" not in page] == []


@pytest.mark.parametrize("words, offered", [
    (["parley", ""], {"serve", "token", "user", "--version"}),
    (["parley", "us"], {"user"}),
    (["parley", "user", ""], {"create", "promote"}),
    (["parley", "serve", "--th"], {"--threads"}),
    (["parley-load", "fan"], {"fanout"}),
])
def test_bash_completes_what_help_names(prefix, words, offered):
    program = prefix / "bin" / words[0]
    script = f"""
source {prefix}/share/bash-completion/completions/{words[0]}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_parley {program} "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    out = subprocess.run(["bash", "-c", script, "bash", *words], check=True, capture_output=True, text=True).stdout
    assert offered <= set(out.split())
    assert all(word.startswith(words[-1]) for word in out.split())
