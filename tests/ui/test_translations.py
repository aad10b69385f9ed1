"""The catalogues: complete, compiled, and true to the places of every sentence."""

import re
import runpy
import subprocess
import xml.etree.ElementTree as ElementTree
from importlib.metadata import version
from pathlib import Path

import PySide6
import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QFileDialog, QFileSystemModel
from vcam_ui.widgets.files import name_filters
from vcam_ui.words import language
from vcam_ui.words.presence import presence
from vcam_ui.words.presets import rule_said
from vcam_ui.words.reasons import in_words

from tests.schema.test_sentences import places
from vcam.schema.presets import Rule
from vcam.schema.reasons import Reason
from vcam.schema.sentences import CURES, SENTENCES
from vcam.schema.settings import Settings
from vcam.schema.status import Status, VideoStatus

ROOT = Path(__file__).parents[2]
TRADITIONAL = language.CATALOGUES / "vcam_zh_TW.ts"
SIMPLIFIED = language.CATALOGUES / "vcam_zh_CN.ts"
MAKES_SIMPLIFIED = runpy.run_path(str(language.CATALOGUES / "simplified.py"))

each_catalogue = pytest.mark.parametrize(
    "catalogue", [pytest.param(path, id=path.stem) for path in (TRADITIONAL, SIMPLIFIED)]
)
each_chinese = pytest.mark.parametrize("code", ["zh_TW", "zh_CN"])


def messages(catalogue: Path) -> dict[str, str]:
    """The translations of a catalogue; empty for what is not finished."""
    found = {}
    for message in ElementTree.parse(catalogue).iter("message"):
        translation = message.find("translation")
        done = translation is not None and translation.get("type") is None
        found[message.findtext("source", "")] = message.findtext("translation", "") if done else ""
    return found


def test_every_text_is_translated(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.ts"
    files = [*(ROOT / "ui").rglob("*.py"), *(ROOT / "vcam" / "schema").glob("*.py")]
    aliases = "QT_TR_NOOP+=Sentence,QT_TR_NOOP+=Cure,QT_TR_NOOP+=N_"
    subprocess.run(
        [str(Path(PySide6.__file__).parent / "lupdate"), *sorted(map(str, files))]
        + ["-tr-function-alias", aliases, "-locations", "none", "-ts", str(fresh)],
        check=True,
        capture_output=True,
    )
    texts = set(messages(fresh))
    for catalogue in (TRADITIONAL, SIMPLIFIED):
        translated = messages(catalogue)
        assert set(translated) == texts
        assert [source for source, text in translated.items() if not text] == []


@each_catalogue
def test_what_is_compiled_says_what_is_translated(catalogue: Path) -> None:
    compiled = QTranslator()
    assert compiled.load(str(catalogue.with_suffix(".qm")))
    translated = messages(catalogue)
    assert {source: compiled.translate("", source) for source in translated} == translated


@each_catalogue
def test_translations_keep_the_places_of_their_sentences(catalogue: Path) -> None:
    translated = messages(catalogue)
    texts = [one.text for one in SENTENCES.values()] + [cure.window for cure in CURES.values()]
    assert [text for text in texts if places(text) != places(translated[text])] == []


def test_the_simplified_catalogue_is_made_of_the_traditional_one() -> None:
    pytest.importorskip("opencc")
    wanted, there = MAKES_SIMPLIFIED["OPENCC"], version("opencc")
    if not there.startswith(f"{wanted}."):
        pytest.skip(f"OpenCC {wanted} made the catalogue, and {there} has other words")
    made = MAKES_SIMPLIFIED["simplified"](TRADITIONAL.read_text("utf-8"))
    assert made == SIMPLIFIED.read_text("utf-8")


def test_simplified_chinese_differs_in_words_and_letters_alone() -> None:
    traditional, simplified = messages(TRADITIONAL), messages(SIMPLIFIED)
    assert simplified.keys() >= MAKES_SIMPLIFIED["TEXTS"].keys()
    stays = re.compile(r"\{\w*\}|`.*?`|\([^)]*\)|&|…|\n")
    for source, text in simplified.items():
        assert stays.findall(text) == stays.findall(traditional[source])
        # GB 2312 has the mainland's letters and none that are Traditional alone.
        letters = "".join(re.findall(r"[\u3400-\u9fff]", text))
        assert letters.encode("gb2312", "replace").decode("gb2312") == letters
        assert not re.search("[「」『』]", text)


@pytest.mark.parametrize(
    ("reason", "english", "chinese"),
    [
        (
            Reason.of("camera.absent", name="Cam A"),
            "The camera 'Cam A' is not there; plug it in again.",
            "找不到攝影機「Cam A」；請重新連接。",
        ),
        (
            Reason.of(
                "camera.stand_in", cause=Reason.of("camera.unplugged", name="A"), name="demo"
            ),
            "The camera 'A' was unplugged; it is used again once it is back. The picture comes "
            "from demo meanwhile.",
            "攝影機「A」已被拔除；接回後會再使用。目前的畫面來自 demo。",
        ),
        (
            Reason.of("enhance.nothing"),
            "There is nothing to do; leave noise suppression on, or choose a background or super "
            "resolution.",
            "沒有要做的事；請保持降噪開啟，或選擇背景或放大倍數。",
        ),
        (Reason(key="from.tomorrow", text="Something new."), "Something new.", "Something new."),
    ],
)
def test_reasons_are_said_in_the_windows_language(
    app: QApplication, reason: Reason, english: str, chinese: str
) -> None:
    assert in_words(reason) == english
    try:
        language.install("zh_TW")
        assert in_words(reason) == chinese
    finally:
        language.install("en")


@pytest.mark.parametrize(
    ("code", "camera", "save"), [("zh_TW", "攝影機", "儲存"), ("zh_CN", "摄像头", "保存")]
)
def test_windows_speak_chinese(app: QApplication, code: str, camera: str, save: str) -> None:
    try:
        assert language.install(code) == code
        assert language.tr("Camera") == camera
        assert QCoreApplication.translate("QPlatformTheme", "Save") == save
    finally:
        language.install("en")
    assert language.tr("Camera") == "Camera"


@pytest.mark.parametrize(
    ("system", "code"),
    [
        ("zh_CN", "zh_CN"),
        ("zh_SG", "zh_CN"),
        ("zh_MY", "zh_CN"),
        ("zh_Hans_HK", "zh_CN"),
        ("zh_TW", "zh_TW"),
        ("zh_HK", "zh_TW"),
        ("zh_MO", "zh_TW"),
        ("zh_Hant_MY", "zh_TW"),
        ("en_SG", "en"),
        ("de_DE", "en"),
        ("ms_MY", "en"),
    ],
)
def test_the_windows_follow_the_systems_language(system: str, code: str) -> None:
    assert language.first_known(QLocale(system).uiLanguages()) == code


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["zh-CN"], "zh_CN"),
        (["zh_SG"], "zh_CN"),
        (["zh-MY"], "zh_CN"),
        (["zh-HK"], "zh_TW"),
        (["de-DE", "zh-Hans-CN", "en-US"], "zh_CN"),
        (["de-DE", "en-US", "zh-Hans-CN"], "en"),
        ([], "en"),
    ],
)
def test_the_systems_first_language_that_is_spoken_counts(names: list[str], code: str) -> None:
    assert language.first_known(names) == code


def test_lists_have_the_languages_own_commas(app: QApplication) -> None:
    readers = Status(video=VideoStatus(readers=["Zoom", "Firefox"]))
    rule = Rule(preset="Meeting", program="zoom", between="22:00-07:00", battery=True)
    assert presence(readers, Settings()).camera == "Camera: used by Zoom, Firefox"
    assert rule_said(rule) == "zoom, 22:00-07:00, on battery → Meeting"
    try:
        language.install("zh_TW")
        assert presence(readers, Settings()).camera == "攝影機：Zoom、Firefox 使用中"
        assert rule_said(rule) == "zoom、22:00-07:00、使用電池 → 會議"
    finally:
        language.install("en")


@each_chinese
@pytest.mark.parametrize("title", ["Recordings ({patterns})", "Pictures ({patterns})"])
def test_chinese_file_dialogs_show_every_kind_of_file(
    app: QApplication, title: str, code: str
) -> None:
    try:
        language.install(code)
        filters = name_filters(language.tr(title), [".mp4", ".mkv"])
    finally:
        language.install("en")
    assert patterns(filters) == ["*.mp4", "*.MP4", "*.mkv", "*.MKV"]


@each_chinese
def test_chinese_dialogs_that_save_a_transcript_show_transcripts(
    app: QApplication, code: str
) -> None:
    try:
        language.install(code)
        text = language.tr("Text (*.txt)")
        subtitles = language.tr("Subtitles (*{end})").format(end=".srt")
    finally:
        language.install("en")
    assert patterns([text]) == ["*.txt"] and patterns([subtitles]) == ["*.srt"]


def patterns(filters: list[str]) -> list[str]:
    """What a dialog makes of its first filter."""
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setNameFilters(filters)
    model = dialog.findChild(QFileSystemModel)
    assert isinstance(model, QFileSystemModel)
    return model.nameFilters()
