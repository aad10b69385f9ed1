"""An upgrade under the running daemon is noticed, and nothing else is taken for one."""

from pathlib import Path

from vcam.daemon.program import Program


def test_an_upgrade_is_noticed_once(tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text("old")
    program = Program(file)
    assert not program.look(100.0)
    new = tmp_path / "new"
    new.write_text("new")
    new.replace(file)
    assert program.look(200.0) and program.replaced
    assert not program.look(300.0) and program.replaced


def test_a_program_that_is_removed_counts_as_replaced(tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text("old")
    program = Program(file)
    file.unlink()
    assert program.look(100.0)
