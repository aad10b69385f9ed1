"""The commands as a user types them."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import tomllib
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile

from tests.material import spoken
from tests.program import vcam
from tests.scripted_daemon import ScriptedDaemon
from tests.waiting import until
from vcam import __version__
from vcam.cli import preset_commands, voice_commands
from vcam.cli.settings_commands import apply
from vcam.control import NoParams, SetParams
from vcam.control.unix import socket_path
from vcam.ipc.runtime import DaemonLock, runtime_dir
from vcam.schema.settings import SETTINGS
from vcam.schema.trial import SOUND

ROOT = Path(__file__).parents[1]

COMMANDS = [
    "run",
    "status",
    "set",
    "settings",
    "stop",
    "devices",
    "doctor",
    "bench",
    "cutout",
    "enhance",
    "models",
    "voice",
]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix signals and sockets")


@pytest.fixture(autouse=True)
def wide_enough(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def started(*arguments: object) -> subprocess.CompletedProcess[str]:
    """In a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "vcam", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
    )


def refused(result: subprocess.CompletedProcess[str]) -> str:
    """The one line of a refusal."""
    assert result.returncode != 0
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("vcam: ")
    return lines[0]


def test_the_version_is_told() -> None:
    assert started("--version").stdout == f"vcam {__version__}\n"


def test_every_command_has_help() -> None:
    names = re.findall(r"^│ (\w+) ", vcam("--help").stdout, re.MULTILINE)
    assert set(COMMANDS) <= set(names)
    for name in names:
        result = vcam(name, "--help")
        assert result.returncode == 0 and "Usage" in result.stdout


@pytest.mark.parametrize("command", [["status"], ["status", "--json"], ["stop"]])
def test_without_a_daemon_one_line_says_so(command: list[str]) -> None:
    assert "`vcam run` starts it" in refused(vcam(*command))


class NewerDaemon(ScriptedDaemon):
    """Has a setting more."""

    async def _settings(self, params: NoParams) -> Any:
        return {**await super()._settings(params), "glow": 3}

    async def _set(self, params: SetParams) -> Any:
        await super()._set(params)
        return {"settings": await self._settings(NoParams()), "unsaved": None}


def test_a_daemon_of_a_newer_version_is_understood(home: Path) -> None:
    daemon = NewerDaemon(socket_path())
    try:
        for words in (["status"], ["settings"], ["set", "blur=7"], ["preset", "save", "Mine"]):
            result = vcam(*words)
            assert (result.returncode, result.stderr) == (0, "")
        assert daemon.settings.blur == daemon.presets.saved["Mine"]["blur"] == 7
    finally:
        daemon.end()


@pytest.mark.parametrize("change", ["monitor=on", "record=on"])
def test_what_no_start_keeps_needs_a_daemon(home: Path, change: str) -> None:
    assert "`vcam run` starts it" in refused(vcam("set", "blur=33", change))
    assert not (home / "c" / "vcam" / "settings.toml").exists()


def test_output_that_nobody_can_take_is_one_line() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "vcam", "settings"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("vcam: The output cannot be written (No space left")
    assert len(done.stderr.splitlines()) == 1


def test_settings_are_changed_for_the_next_start(home: Path) -> None:
    result = vcam("set", "blur=33", "background=none")
    assert result.returncode == 0
    assert result.stdout.splitlines() == ["blur = 33", "background = none"]
    saved = tomllib.loads((home / "c" / "vcam" / "settings.toml").read_text())
    assert (saved["blur"], saved["background"]) == (33, "none")
    assert json.loads(vcam("set", "blur=34", "--json").stdout)["blur"] == 34


def test_a_folder_whose_name_is_no_text_is_one_line(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home / os.fsdecode(b"bad\xff")
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert "is not text in UTF-8" in refused(vcam("set", "background=p.png"))


def test_a_daemon_that_only_begins_is_told(home: Path) -> None:
    """It has its lock, and does not answer yet."""
    begun: list[ScriptedDaemon] = []
    with DaemonLock(runtime_dir()):
        path = runtime_dir() / "control.sock"
        threading.Timer(0.2, lambda: begun.append(ScriptedDaemon(path))).start()
        result = vcam("set", "mute=on")
        until(lambda: begun)
        assert (result.returncode, begun[0].settings.mute) == (0, True)
        begun[0].end()
    assert not (home / "c" / "vcam" / "settings.toml").exists()


def test_of_commands_that_change_settings_together_all_count(home: Path) -> None:
    """Presets too."""
    changes = {"blur": 11, "feather": 12, "strength": 13, "dim": 14, "fade": 15, "warmth": 16}
    together = threading.Barrier(len(changes))

    def change(key: str) -> None:
        together.wait()
        apply({key: changes[key]})
        preset_commands.save(key, [key])

    threads = [threading.Thread(target=change, args=(key,)) for key in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = settings_now()
    assert {key: now[key] for key in changes} == changes
    assert set(json.loads(vcam("preset", "list", "--json").stdout)["saved"]) == set(changes)


def test_the_settings_are_listed_with_what_they_are_and_may_be(home: Path) -> None:
    assert vcam("set", "blur=33", "mirror=on").returncode == 0
    told = json.loads(vcam("settings", "--json").stdout)
    assert set(told) == set(SETTINGS)
    assert (told["blur"]["value"], told["blur"]["default"]) == (33, 60)
    lines = vcam("settings").stdout.splitlines()
    assert next(line.split()[:5] for line in lines if line.startswith("blur ")) == [
        *("blur", "33", "60", "0", "to")
    ]
    help_text = vcam("set", "--help").stdout
    assert all(re.search(rf"^{key} ", help_text, re.MULTILINE) for key in SETTINGS)


@pytest.mark.long
def test_a_voice_is_learned_and_forgotten(home: Path, tmp_path: Path) -> None:
    recording = tmp_path / "me.wav"
    soundfile.write(recording, spoken(10), 48_000)
    learned = vcam("voice", "learn", recording, "--print").stdout.strip()
    as_json = vcam("voice", "learn", recording, "--print", "--json").stdout
    assert json.loads(as_json) == {"my_voice": learned}
    assert settings_now()["my_voice"] == ""
    assert vcam("voice", "learn", recording).returncode == 0
    assert settings_now()["my_voice"] == learned and settings_now()["voices"] == "me"
    listed = vcam("settings").stdout
    assert "(known)" in listed and learned[:20] not in listed
    assert vcam("voice", "forget").returncode == 0
    assert settings_now()["my_voice"] == "" and settings_now()["voices"] == "everyone"


def settings_now() -> dict[str, Any]:
    told = json.loads(vcam("settings", "--json").stdout)
    return {key: one["value"] for key, one in told.items()}


@pytest.mark.long
def test_a_voice_that_is_interrupted_is_not_left_behind(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_seconds: float) -> None:
        (daemon.trial_folder / SOUND).write_bytes(b"a voice")
        raise KeyboardInterrupt

    daemon = ScriptedDaemon(runtime_dir() / "control.sock")
    monkeypatch.setattr(voice_commands.time, "sleep", interrupted)
    try:
        with pytest.raises(KeyboardInterrupt):
            voice_commands.learn()
    finally:
        daemon.end()
    assert not (daemon.trial_folder / SOUND).exists()


@pytest.mark.long
def test_others_are_not_lowered_in_a_recording_before_a_voice_is_learned(
    home: Path, tmp_path: Path
) -> None:
    recording, result = tmp_path / "me.wav", tmp_path / "out.wav"
    soundfile.write(recording, spoken(10), 48_000)
    said = refused(vcam("enhance", recording, "-o", result, "--set", "voices=me"))
    assert "has not been learned" in said and "vcam voice learn" in said and not result.exists()
    vcam("voice", "learn", recording)
    assert vcam("enhance", recording, "-o", result, "--set", "voices=me").returncode == 0


def test_presets_are_saved_used_and_forgotten(home: Path) -> None:
    assert vcam("set", "blur=33", "background=none").returncode == 0
    assert vcam("preset", "save", "Mine", "blur").returncode == 0
    assert vcam("preset", "when", "Mine", "--program", "zoom").returncode == 0
    assert vcam("set", "blur=5").returncode == 0
    assert vcam("preset", "use", "Mine").returncode == 0
    assert json.loads(vcam("settings", "--json").stdout)["blur"]["value"] == 33
    kept = {
        "saved": {"Mine": {"blur": 33}},
        "rules": [
            {"preset": "Mine", "program": "zoom", "microphone": "", "between": "", "battery": False}
        ],
    }
    assert json.loads(vcam("preset", "list", "--json").stdout) == kept
    assert vcam("preset", "remove", "Mine").returncode == 0
    assert json.loads(vcam("preset", "list", "--json").stdout) == {"saved": {}, "rules": []}


def test_json_can_be_read_whatever_code_page_a_pipe_has(home: Path) -> None:
    told = [vcam("set", "microphone=Kopfhörer", "--json").stdout]
    vcam("preset", "save", "Zuhör", "microphone")
    told.append(vcam("preset", "list", "--json").stdout)
    assert all(text.isascii() and "ö" in str(json.loads(text)) for text in told)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["use", "Mine"], "no preset 'Mine'"),
        (["remove", "Meeting"], "comes with vcam"),
        (["save", "Mine", "mute"], "cannot hold 'mute'"),
        (["when", "Meeting"], "no program"),
        (["when", "Meeting", "--between", "evening"], "no time of day"),
    ],
)
def test_a_wrong_preset_is_one_line(home: Path, command: list[str], said: str) -> None:
    assert said in refused(vcam("preset", *command))


def test_a_recording_can_have_any_setting_of_the_picture(home: Path) -> None:
    source, target = half_white(home / "in.mp4"), home / "out.mp4"
    words = ["enhance", source, "-o", target, "--no-denoise"]
    assert "There is nothing to do" in refused(vcam(*words))
    assert "no setting 'miror'" in refused(vcam(*words, "--set", "miror=on"))
    assert vcam(*words, "--set", "mirror=on").returncode == 0
    with av.open(str(target)) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="gray8")
    assert picture[:, :150].mean() < 60 and picture[:, -150:].mean() > 200
    assert re.search("^mirror ", vcam("enhance", "--help").stdout, re.MULTILINE)


def half_white(path: Path) -> Path:
    """A film without sound whose left half is white."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        picture = np.zeros((180, 320, 3), np.uint8)
        picture[:, :160] = 255
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize(
    ("assignment", "told"),
    [
        ("blurr=3", "no setting 'blurr'"),
        ("blur=300", "blur"),
        ("blur", "not KEY=VALUE"),
        ("background=/no/such.jpg", "/no/such.jpg"),
        ("face=left", "face should be 'auto' or 'everyone' or a valid integer"),
        ("face=0", "face should be 'auto' or 'everyone' or greater than or equal to 1"),
        ("face=99999999999999999999", "face should be 'auto' or 'everyone' or less than"),
        ("my_voice=garbage", "my_voice: that is nothing `vcam voice learn` has found"),
        ("camera=\udcff", "not text in UTF-8"),
    ],
)
def test_a_wrong_setting_is_one_line_and_changes_nothing(
    home: Path, assignment: str, told: str
) -> None:
    assert told in refused(vcam("set", "blur=20", assignment))
    assert not (home / "c").exists()


def test_a_picture_may_be_named_from_where_the_user_is(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "beach.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    monkeypatch.chdir(home)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
    assert vcam("set", "background=beach.png").stdout.strip() == f"background = {home}/beach.png"
    assert vcam("set", "background=Blur").stdout.strip() == "background = blur"


@pytest.mark.parametrize("option", ["--camera", "--microphone"])
def test_a_source_that_is_not_there_is_one_line(home: Path, option: str) -> None:
    line = refused(vcam("run", "--headless", "--duration", "5", option, "/no/such.mp4"))
    assert "/no/such.mp4" in line
    (home / "notes.mp4").write_text("no film")
    line = refused(vcam("run", "--headless", "--duration", "5", option, str(home / "notes.mp4")))
    assert "notes.mp4" in line and "choose a" in line


def test_devices_are_listed_as_json() -> None:
    result = vcam("devices", "--json")
    assert result.returncode == 0
    assert {"cameras", "microphones", "virtual"} <= set(json.loads(result.stdout))


def test_models_are_listed_with_their_hash_state() -> None:
    found = json.loads(vcam("models", "--json").stdout)
    assert found
    for one in found.values():
        assert one["intact"] is True and one["bytes"] > 0 and one["provider"]


INTERRUPTED = """
import os, signal, sys
import vcam.stopping
from vcam.__main__ import main
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)
module = sys.argv.pop(1)
sys.meta_path.insert(0, Interrupting())
main()
"""


@pytest.mark.parametrize(
    "module", ["vcam.cli", "vcam.offline.enhance.batch", "numpy", "cv2.dnn", "av"]
)
def test_ctrl_c_while_it_loads_is_one_line(home: Path, module: str) -> None:
    words = [module, "enhance", str(home / "in.wav"), "-o", str(home / "out.wav")]
    result = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, *words], capture_output=True, text=True, timeout=60
    )
    assert "takes it up again" in refused(result) and result.returncode == 130
    assert sorted(path.name for path in home.iterdir()) == ["r"]


STARTS_OTHERS = """
import multiprocessing, subprocess, sys
from vcam.__main__ import main
try:
    main()
except SystemExit:
    pass
worker = multiprocessing.get_context("spawn").Process(target=print)
worker.start()
worker.join()
command = subprocess.run([sys.executable, "-m", "vcam.names"])
sys.exit(worker.exitcode or command.returncode)
"""


def test_nothing_is_imported_from_the_folder_the_user_is_in(tmp_path: Path) -> None:
    for name in ("signal", "subprocess", "vcam"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('this is not vcam')")
    result = subprocess.run(
        [sys.executable, "-P", "-c", STARTS_OTHERS, "--version"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "ui")])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (result.returncode, result.stderr) == (0, "")


def run_demo(**environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "vcam", "run", "--headless", "--camera", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="latin-1",
        env=os.environ | environment,
    )


def test_the_whole_program_on_the_embedded_default() -> None:
    """In a terminal that lacks the arrow between source and sink."""
    process = run_demo(PYTHONIOENCODING="latin-1")

    def both_work() -> Any:
        assert process.poll() is None
        answer = vcam("status", "--json")
        now = json.loads(answer.stdout) if answer.returncode == 0 else None
        return now and now["video"]["frames"] > 10 and now["audio"]["blocks"] > 10 and now

    try:
        now = until(both_work, 60)
        assert now["version"] == __version__
        assert now["video"]["source"] == "demo"
        assert "Enhanced" in vcam("status").stdout or now["preview"]
        assert "already running" in refused(vcam("run", "--headless"))
        assert vcam("set", "background=none").returncode == 0
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "Traceback" not in said
        assert "picture live, demo" in said and "sound" in said
    finally:
        process.kill()
        process.communicate()


def test_json_goes_to_stdout_alone_and_ends_with_the_status() -> None:
    result = started("run", "--headless", "--camera", "demo", "--duration", "1", "--json")
    assert result.returncode == 0
    status = json.loads(result.stdout)
    assert {"state", "source", "sink", "fps", "frame_ms", "delay_ms"} <= set(status["video"])
    assert {"blocks", "late_blocks", "level_in_db"} <= set(status["audio"])
    assert os.listdir(Path(os.environ["XDG_RUNTIME_DIR"]) / "vcam") == ["daemon.lock"]


@pytest.mark.long
def test_a_terminal_of_no_language_ends_no_call() -> None:
    vcam("set", "background=none", "brightness=off", "denoise=off", "lips=off")
    process = run_demo(LC_ALL="C", PYTHONUTF8="0")
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "picture live, demo" in line:
                process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0 and "Traceback" not in said
        assert "picture live, demo" in said
    finally:
        process.kill()
        process.wait()
