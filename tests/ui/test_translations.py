"""The catalogue, and the sentences of the daemon in it."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QApplication,
)
from vcam_ui.words import language
from vcam_ui.words.reasons import TEMPLATES, in_words

FOLDER = Path(__file__).parent.parent.parent


def test_the_catalogue_is_complete_and_compiled(app: QApplication, tmp_path: Path) -> None:
    source = FOLDER / "ui" / "vcam_ui" / "translations" / "vcam_zh_TW.ts"
    assert "unfinished" not in source.read_text("utf-8")
    compiled = tmp_path / "vcam_zh_TW.qm"
    bin_folder = Path(sys.executable).parent
    subprocess.run(
        [bin_folder / "pyside6-lrelease", source, "-qm", compiled], check=True, capture_output=True
    )
    assert compiled.read_bytes() == source.with_suffix(".qm").read_bytes()
    fresh = tmp_path / "fresh.ts"
    files = sorted(str(p) for p in (FOLDER / "ui").rglob("*.py"))
    subprocess.run(
        [bin_folder / "pyside6-lupdate", *files, "-locations", "none", "-ts", fresh],
        check=True,
        capture_output=True,
    )
    known = source.read_text("utf-8").count("<source>")
    assert fresh.read_text("utf-8").count("<source>") == known


def test_every_sentence_that_is_translated_is_one_the_program_says() -> None:
    said: set[str] = set()
    for file in (FOLDER / "vcam").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
                said.add("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
    said |= {re.sub(r"\{\}(?::| |/)*\{\}", "{}", sentence) for sentence in said}
    unknown = [t for t in TEMPLATES if re.sub(r"\{\w+\}", "{}", t) not in said]
    assert unknown == []


@pytest.mark.parametrize(
    ("sentence", "chinese"),
    [
        ("Install vcam again.", "請重新安裝 vcam。"),
        ("The camera 'Cam A' is not there; plug it in again.", "攝影機「Cam A」不在；請重新連接。"),
        (
            "The camera 'A' was unplugged; it is used again once it is back. The picture comes "
            "from demo meanwhile.",
            "攝影機「A」已被拔除；接回後會再使用。 目前的畫面來自 demo。",
        ),
        ("something new", "something new"),
    ],
)
def test_the_programs_sentences_are_translated(
    app: QApplication, sentence: str, chinese: str
) -> None:
    assert in_words(sentence) == sentence
    try:
        language.install("zh_TW")
        assert in_words(sentence) == chinese
    finally:
        language.install("en")


def test_windows_speak_chinese(app: QApplication) -> None:
    try:
        assert language.install("zh_TW") == "zh_TW"
        assert language.tr("Blur") == "模糊"
    finally:
        language.install("en")
    assert language.tr("Blur") == "Blur"
