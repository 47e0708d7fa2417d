"""What an installation is made of: units that systemd takes, commands that there are, figures that are told."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from service import web_workers
from service.figures import FAMILIES, MEMORY
from service.readiness import _HELP
from service.serving import STOP_SECONDS
from service.settings import KNOWN

DEPLOY = Path(__file__).parent.parent / "deploy"
UNITS = sorted(path for path in DEPLOY.iterdir() if path.suffix in (".service", ".socket", ".timer"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]
PAGES = [DEPLOY / "README.md", DEPLOY / "README.zh.md"]

TOLD = {MEMORY, *(f"duban_{name}" for name in _HELP)} | {
    name + end
    for name, family in FAMILIES.items()
    for end in (("_bucket", "_sum", "_count", "") if family.bounds else ("",))
}

HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "RestrictSUIDSGID": "yes",
}


def unit(path: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None, strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(path.read_text("utf-8"))
    return read


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_takes_every_unit(path: Path, tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not on this machine; the other tests of this file read the units all the same")
    for one in UNITS:  # a unit names others, and programs that are not installed here
        there = re.sub(r"/opt/duban/\.venv/bin/duban|/usr/bin/find", "/bin/true", one.read_text("utf-8"))
        (tmp_path / one.name).write_text(there)
    name = path.name.replace("@.", "@1.")
    checked = subprocess.run(
        [verify, "verify", "--man=no", name],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_every_service_may_do_no_more_than_it_needs(path: Path) -> None:
    service = unit(path)["Service"]
    assert {name: service.get(name) for name in HARDENED} == HARDENED
    assert service["User"] == "duban"
    assert "DATABASE_URL=postgresql" not in path.read_text("utf-8"), "a password is not for everybody to read"


@pytest.mark.parametrize("path", [one for one in SERVICES if "duban " in one.read_text()], ids=lambda path: path.name)
def test_every_command_of_a_unit_is_one_that_there_is_and_it_has_time_to_stop(path: Path) -> None:
    service = unit(path)["Service"]
    words = shlex.split(service["ExecStart"].replace("%i", "1"))
    run = "from service.cli import main; main()"
    told = subprocess.run(
        [sys.executable, "-c", run, words[1], "--help"], capture_output=True, text=True, check=False, timeout=60
    )
    assert told.returncode == 0, told.stderr
    assert all(word in told.stdout for word in words if word.startswith("--"))
    assert service["Restart"] == "always"
    assert int(service["TimeoutStopSec"]) > max(STOP_SECONDS, web_workers.STOP_SECONDS)


def test_every_figure_of_an_alert_is_told() -> None:
    rules = [rule for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
    assert len(rules) >= 8
    for rule in rules:
        named = set(re.findall(rf"\b(?:duban_[a-z_]+|{MEMORY})", rule["expr"]))
        assert named
        assert named <= TOLD, rule["alert"]
        assert rule["annotations"].keys() == {"summary", "action"}
        assert rule["labels"]["severity"] in ("page", "ticket")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_the_pages_name_every_figure_and_setting_and_no_other(page: Path) -> None:
    said = page.read_text("utf-8")
    figures = set(re.findall(r"`(duban_[a-z_]+)`", said))
    assert figures == {f"duban_{name}" for name in _HELP} | FAMILIES.keys()
    assert f"`{MEMORY}`" in said
    assert set(re.findall(r"`(DUBAN_[A-Z_]+)`", said)) == set(KNOWN)
    for file in re.findall(r"\]\(([a-zA-Z.-]+)\)", said):
        assert (DEPLOY / file).is_file(), file
