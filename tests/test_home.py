import os
from pathlib import Path

import pytest

from orderway.home import HomeUnusable, ensure_home, home_path


def test_the_home_is_the_folder_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("ORDERWAY_HOME", str(tmp_path / "a" / "b"))
    assert home_path() == tmp_path / "a" / "b"
    assert not (tmp_path / "a").exists()
    assert ensure_home() == tmp_path / "a" / "b"
    assert ensure_home().is_dir()


def test_without_a_name_it_is_in_the_users_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("ORDERWAY_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home_path().is_relative_to(tmp_path)
    assert home_path().name == "orderway"


def test_nobody_else_may_list_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("ORDERWAY_HOME", str(tmp_path / "home"))
    mode = ensure_home().stat().st_mode & 0o777
    assert mode == (0o711 if os.geteuid() == 0 else 0o700)


def test_a_home_that_can_not_be_made_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ORDERWAY_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(HomeUnusable) as refused:
        ensure_home()
    assert str(refused.value) == (
        f"The folder {tmp_path / 'file' / 'home'} can not be made: Not a directory. Set ORDERWAY_HOME to one that can."
    )
