"""The bill of materials that the build writes: CycloneDX 1.5, true to the program beside it."""

import json
import pathlib
import re
import shutil
import subprocess

import pytest

from harness import BINARY, DEADLINE, REPOSITORY, run_parley

SBOM = pathlib.Path(BINARY).parent / "parley.cdx.json"
DEBIAN = shutil.which("dpkg-query") is not None


@pytest.fixture(scope="module")
def sbom():
    return json.loads(SBOM.read_text(encoding="utf-8"))


def known(component, name):
    """Values of one of our own properties."""
    return [one["value"] for one in component["properties"] if one["name"] == f"parley:{name}"]


def versions():
    """The rows of `--version --verbose`: name, version built with, version that runs."""
    told = run_parley("--version", "--verbose").stdout
    return [line.split() for line in told.split("runs-with\n")[1].splitlines()]


def test_it_has_what_cyclonedx_1_5_requires(sbom):
    assert (sbom["bomFormat"], sbom["specVersion"], sbom["version"]) == ("CycloneDX", "1.5", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", sbom["serialNumber"])
    itself = sbom["metadata"]["component"]
    assert (itself["type"], itself["name"]) == ("application", "parley")
    assert itself["version"] == run_parley("--version").stdout.strip()
    references = [one["bom-ref"] for one in sbom["components"]]
    assert len(set(references)) == len(references) > 15
    for one in sbom["components"]:
        assert {"type", "name", "version", "purl", "bom-ref", "licenses", "properties"} <= set(one), one
        assert one["type"] == "library" and one["bom-ref"] == one["purl"]
        assert all(set(entry) in ({"license"}, {"expression"}) for entry in one["licenses"]) and one["licenses"]
    assert sbom["dependencies"] == [{"ref": itself["bom-ref"], "dependsOn": references}]


@pytest.mark.skipif(not DEBIAN, reason="packages are those of Debian")
def test_every_library_that_is_linked_is_a_package_with_the_installed_version(sbom):
    linked = subprocess.run(["ldd", BINARY], capture_output=True, text=True, check=True, timeout=DEADLINE).stdout
    wanted = {pathlib.Path(name).name for name in re.findall(r"^\s*(?:\S+ => )?(/\S+)", linked, re.MULTILINE)}
    by_file = {file: one for one in sbom["components"] for file in known(one, "file")}
    assert len(wanted) > 15 and wanted <= set(by_file)
    for file in wanted:
        one = by_file[file]
        installed = subprocess.run(["dpkg-query", "-W", "-f=${Version}\n", one["name"]], capture_output=True, text=True,
                                   check=True, timeout=DEADLINE).stdout.splitlines()
        assert one["version"] in installed
        assert re.fullmatch(r"pkg:deb/debian/[a-z0-9.%B+-]+@[^?]+\?arch=\w+&distro=debian-\d+", one["purl"]), one


@pytest.mark.skipif(not DEBIAN, reason="versions are those of Debian's packages")
def test_it_agrees_with_the_version_that_the_program_tells(sbom):
    rows = versions()
    assert len(rows) > 15
    for name, built_with, _ in rows:
        found = [one for one in sbom["components"] if name in known(one, "component")]
        assert found, name
        for one in found:
            assert known(one, "built-with") == [built_with]
            assert one["version"].split(":")[-1].startswith(built_with), one
    assert {name for one in sbom["components"] for name in known(one, "component")} == {row[0] for row in rows}


def test_what_runs_is_what_it_was_built_with():
    for name, built_with, runs_with in versions():
        assert runs_with in ("-", built_with), name


def test_npm_modules_that_are_embedded_have_the_hash_of_the_lock_file(sbom):
    modules = [one for one in sbom["components"] if one["purl"].startswith("pkg:npm/")]
    bundled = REPOSITORY / "web/app/dist/modules.txt"
    of_the_page = bundled.read_text().split() if bundled.exists() else []
    assert [one["name"] for one in modules] == ["swagger-ui-dist", *of_the_page]
    assert not bundled.exists() or "vue-router" in of_the_page
    for module in modules:
        assert module["hashes"][0]["alg"] == "SHA-512"
        assert re.fullmatch(r"[0-9a-f]{128}", module["hashes"][0]["content"])
        assert module["licenses"]
