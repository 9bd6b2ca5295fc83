"""A new installation gets secret keys of its own, once."""

import stat
from pathlib import Path

import pytest

from clinic.environment import KEYS, ensure


@pytest.fixture(autouse=True)
def no_keys_outside_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


def values(path: Path) -> dict[str, str]:
    pairs = (line.partition("=") for line in path.read_text().splitlines() if "=" in line and line[0] != "#")
    return {name: value for name, _, value in pairs}


def test_first_run_writes_two_long_different_keys(tmp_path: Path) -> None:
    wrote = ensure(tmp_path / ".env")

    found = values(tmp_path / ".env")
    assert (wrote, sorted(found), len(set(found.values()))) == (True, sorted(KEYS), 2)
    assert min(map(len, found.values())) >= 40


def test_only_the_owner_can_read_the_keys(tmp_path: Path) -> None:
    ensure(tmp_path / ".env")

    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_second_run_changes_nothing(tmp_path: Path) -> None:
    ensure(tmp_path / ".env")
    before = (tmp_path / ".env").read_text()

    assert (ensure(tmp_path / ".env"), (tmp_path / ".env").read_text()) == (False, before)


def test_a_key_left_empty_is_filled_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# mine\nDATABASE_URL=postgres://clinic@db/clinic\nSECRET_KEY=\nAUDIT_KEY=kept-as-it-is\n")

    ensure(path)

    assert path.read_text().startswith("# mine\nDATABASE_URL=postgres://clinic@db/clinic\nAUDIT_KEY=kept-as-it-is\n")
    assert len(values(path)["SECRET_KEY"]) >= 40


def test_keys_given_by_the_environment_are_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.setenv(name, "given-by-the-machine-that-runs-the-clinic")

    assert (ensure(tmp_path / ".env"), (tmp_path / ".env").exists()) == (False, False)
