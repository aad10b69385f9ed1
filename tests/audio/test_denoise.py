import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.material import all_pole, spoken
from vcam.audio import frames
from vcam.audio.frames import BINS, DELAY, HOP, RATE
from vcam.audio.pipeline import AudioPipeline, AudioState
from vcam.audio.stages.denoise import Denoiser, DenoiseStage
from vcam.audio.stages.lipgate import LipGateStage
from vcam.audio.stages.order import AudioOptions
from vcam.networks.models import list_models, open_model
from vcam.offline.enhance.sound import ChannelEnhancer
from vcam.schema.errors import VcamError


@pytest.fixture(scope="module")
def denoiser() -> Denoiser:
    return Denoiser(open_model("denoise"))


def noise(seconds: float, level: float = 0.05, seed: int = 3) -> np.ndarray:
    samples = int(seconds * RATE)
    return (np.random.default_rng(seed).standard_normal(samples) * level).astype(np.float32)


class Gate:
    """Changes the mask by a function."""

    def __init__(self, change: Callable[[np.ndarray], np.ndarray]) -> None:
        self.change = change

    def step(
        self, state: None, irm: np.ndarray, spectrum: object, observation: object
    ) -> tuple[None, np.ndarray]:
        return state, self.change(irm)


def stream(
    denoiser: Denoiser,
    sound: np.ndarray,
    *,
    strength: float = 1.0,
    gate: Callable[[np.ndarray], np.ndarray] = lambda mask: mask,
) -> np.ndarray:
    pipeline = AudioPipeline([DenoiseStage(denoiser), LipGateStage(Gate(gate))])
    state: AudioState | None = None
    out = []
    for block in sound.reshape(-1, HOP):
        state, result = pipeline.step(state, block, AudioOptions(strength=strength))
        out.append(result.block)
    return np.concatenate(out)


def denoise(denoiser: Denoiser, sound: np.ndarray) -> np.ndarray:
    """A whole sound, aligned and as long as it was."""
    channel = ChannelEnhancer(AudioPipeline([DenoiseStage(denoiser)]), AudioOptions(), RATE)
    return np.concatenate([channel.push(sound), channel.finish()])[: len(sound)]


def spectra(seconds: float, seed: int = 3) -> list[np.ndarray]:
    history = frames.start().history
    found = []
    for block in noise(seconds, 0.3, seed).reshape(-1, HOP):
        history, spectrum = frames.analyse(history, block)
        found.append(spectrum)
    return found


def rms(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(sound)))) + 1e-12


def db(ratio: float) -> float:
    return 20 * float(np.log10(ratio))


def test_strength_zero_is_the_delayed_input(denoiser: Denoiser) -> None:
    sound = noise(0.5)
    out = stream(denoiser, sound, strength=0.0)
    assert np.abs(out[DELAY:] - sound[:-DELAY]).max() < 1e-5


def test_gate_of_ones_is_the_delayed_input(denoiser: Denoiser) -> None:
    sound = noise(0.5)
    out = stream(denoiser, sound, gate=np.ones_like)
    assert np.abs(out[DELAY:] - sound[:-DELAY]).max() < 1e-5


def test_gate_sees_the_mask_and_decides(denoiser: Denoiser) -> None:
    seen = []

    def close(mask: np.ndarray) -> np.ndarray:
        seen.append(mask)
        return np.zeros_like(mask)

    out = stream(denoiser, noise(0.3), gate=close)
    assert np.abs(out).max() == 0
    assert seen[0].shape == (BINS,) and seen[0].dtype == np.float32
    assert min(map(np.min, seen)) >= 0 and max(map(np.max, seen)) <= 1


def test_half_strength_does_not_comb(denoiser: Denoiser) -> None:
    """Dry and wet are aligned: the blend is the mean of the two, sample by sample."""
    sound = noise(0.5)
    dry, wet, half = (stream(denoiser, sound, strength=s) for s in (0.0, 1.0, 0.5))
    assert np.abs(half - (dry + wet) / 2).max() < 1e-5


def test_blocks_equal_one_long_call(denoiser: Denoiser) -> None:
    sound = noise(0.75)
    blocks = stream(denoiser, np.pad(sound, (0, HOP)))
    assert np.abs(denoise(denoiser, sound) - blocks[DELAY : DELAY + len(sound)]).max() < 1e-5


def test_whole_sounds_of_any_length_keep_it(denoiser: Denoiser) -> None:
    for length in (0, 1, HOP - 1, HOP, HOP + 1):
        assert denoise(denoiser, noise(1)[:length]).shape == (length,)


def test_silence_stays_silence(denoiser: Denoiser) -> None:
    assert np.abs(stream(denoiser, np.zeros(RATE, np.float32))).max() < 1e-7


def test_fresh_state_forgets_everything(denoiser: Denoiser) -> None:
    memory = None
    for spectrum in spectra(0.4, seed=9):
        memory, _ = denoiser.mask(memory, spectrum)
    assert memory is not None
    spectrum = spectra(0.01)[0]
    first, _ = denoiser.mask(None, spectrum)
    again, _ = denoiser.mask(None, spectrum)
    for name, value in first.items():
        assert np.array_equal(value, again[name])
        assert not np.array_equal(value, memory[name])


def test_a_memory_is_a_value(denoiser: Denoiser) -> None:
    memory, _ = denoiser.mask(None, spectra(0.01)[0])
    spectrum = spectra(0.01, seed=4)[0]
    assert np.array_equal(denoiser.mask(memory, spectrum)[1], denoiser.mask(memory, spectrum)[1])


def test_steady_noise_is_removed_at_every_level(denoiser: Denoiser) -> None:
    """The features are relative to the running level: -20 or -60 dBFS, the same mask."""
    kept = []
    for level in (0.1, 0.001):
        sound = noise(2.5, level)
        kept.append(db(rms(denoise(denoiser, sound)[2 * RATE :]) / rms(sound[2 * RATE :])))
    assert max(kept) < -15
    assert abs(kept[0] - kept[1]) < 3


def test_another_network_is_refused() -> None:
    other = next((name for name in list_models() if name != "denoise"), None)
    if other is None:
        pytest.skip("the manifest has no other network")
    with pytest.raises(VcamError, match="its input 'power' is absent instead of 1×961"):
        open_model(other, Denoiser.GRAPH)


def test_file_is_small() -> None:
    assert list_models()["denoise"].path.stat().st_size <= 8_000_000


def called_out(pitch: float, seconds: float = 4) -> np.ndarray:
    """Syllables of four vowels at a high and gliding pitch, as pulses through resonances."""
    time = np.arange(int(seconds * RATE)) / RATE
    glide = 0.25 * np.sin(4.4 * time) + 0.02 * np.sin(34.6 * time)
    pulses = np.diff(np.floor(np.cumsum(pitch * 2**glide) / RATE), prepend=0)
    syllable = int(0.28 * RATE)
    at = np.arange(syllable) / RATE
    envelope = np.minimum(1, np.minimum(at / 0.03, at[::-1] / 0.05))
    vowels = ((800, 1300, 2700), (400, 2100, 2800), (500, 900, 2600), (350, 2500, 3200))
    out = np.zeros(len(time))
    for number, start in enumerate(range(0, len(time) - syllable, syllable)):
        sound = pulses[start : start + syllable]
        formants = (*vowels[number % len(vowels)], 3800, 4800)
        for frequency, width in zip(formants, (90, 110, 150, 250, 300), strict=True):
            radius = np.exp(-np.pi * width / RATE)
            poles = [1, -2 * radius * np.cos(2 * np.pi * frequency / RATE), radius**2]
            sound = all_pole(poles, sound)
        out[start : start + syllable] = sound * envelope / rms(sound) * 0.05
    return out.astype(np.float32)


@pytest.mark.parametrize("pitch", [300, 400])
def test_a_high_or_raised_voice_is_kept(denoiser: Denoiser, pitch: float) -> None:
    """Its syllables come out less than 4.5 dB lower on average; 1.1 took 6 dB at 400 Hz."""
    sound = called_out(pitch)
    out = denoise(denoiser, sound)
    before, after = (x[: len(x) // 4800 * 4800].reshape(-1, 4800) for x in (sound, out))
    lost = [db(rms(x) / rms(y)) for x, y in zip(before, after, strict=True) if rms(x) > 0.01]
    assert len(lost) > 30 and np.mean(lost) < 4.5


Voice = Callable[[str, float], np.ndarray]


@pytest.fixture
def voice(request: pytest.FixtureRequest) -> Voice:
    """So many seconds of a speaker of the development data, or of the computer's."""

    def read(speaker: str, seconds: float) -> np.ndarray:
        if speaker == "computer":
            return spoken(seconds)
        folder = request.getfixturevalue("data_dir") / "audio"
        with (folder / "index.csv").open(newline="") as handle:
            row = next(
                r
                for r in csv.DictReader(handle)
                if r["speaker_or_class"] == speaker and r["split"] == "dev"
            )
        samples = int(seconds * RATE)
        sound, _ = soundfile.read(folder / row["file"], samples, start=RATE, dtype="float32")
        return sound

    return read


def test_no_words_of_clean_voices_are_erased(denoiser: Denoiser, data_dir: Path) -> None:
    """Of every voice kept for development, at most 2 in 100 of the 100 ms of speech."""
    pytest.importorskip("pesq")
    pytest.importorskip("pystoi")
    from export.denoise.clean import loss, utterances

    voices = utterances(data_dir / "audio", most=1)
    shares = {
        voice: loss(lambda sound: denoise(denoiser, sound), sounds).share
        for voice, sounds in voices.items()
    }
    assert len(shares) >= 10
    assert max(shares.values()) <= 2, shares


@pytest.mark.parametrize("speaker", ["computer", "vctk_p234", "nist_M4", "chen_wang"])
def test_clean_speech_passes(denoiser: Denoiser, voice: Voice, speaker: str) -> None:
    clean = voice(speaker, 4)
    out = denoise(denoiser, clean)
    scale = (out @ clean) / (clean @ clean)
    assert db(rms(scale * clean) / rms(out - scale * clean)) >= 20


@pytest.mark.parametrize("speaker", ["computer", "vctk_p234"])
def test_quiet_speech_survives(denoiser: Denoiser, voice: Voice, speaker: str) -> None:
    clean = voice(speaker, 4)
    clean = clean * (10 ** (-45 / 20) / rms(clean))
    out = denoise(denoiser, clean + noise(4, 10 ** (-60 / 20)))
    loud = np.array([rms(b) for b in clean.reshape(-1, HOP)]) > 10 ** (-50 / 20)
    before, after = (x.reshape(-1, HOP)[loud] for x in (clean, out))
    assert db(rms(after) / rms(before)) > -3


def test_speech_comes_out_of_steady_noise(denoiser: Denoiser) -> None:
    clean = spoken(5)
    before = clean + noise(5, 0.02)
    after = denoise(denoiser, before)

    def snr(sound: np.ndarray) -> float:
        scale = (sound @ clean) / (clean @ clean)
        return db(rms(scale * clean) / rms(sound - scale * clean))

    assert snr(after) > snr(before) + 4


def test_high_band_is_kept(denoiser: Denoiser, voice: Voice) -> None:
    clean = voice("vctk_p234", 4)
    out = denoise(denoiser, clean)
    high = frames.FREQUENCIES > 8000
    energy = [
        np.square(np.abs(np.fft.rfft(x.reshape(-1, frames.WINDOW * 2))))[:, high].sum()
        for x in (clean, out)
    ]
    assert abs(10 * np.log10(energy[1] / energy[0])) < 3


@pytest.mark.parametrize("speaker", ["computer", "vctk_p234"])
def test_word_onsets_survive(denoiser: Denoiser, voice: Voice, speaker: str) -> None:
    """The first 60 ms of a word after a pause of 400 ms: the network has no look-ahead."""
    speech = voice(speaker, 8)
    lengths = np.array([rms(b) for b in speech.reshape(-1, HOP)])
    loud = np.flatnonzero(lengths > 0.3 * rms(speech))
    starts = [int(i) for i in loud[np.diff(loud, prepend=-99) > 3]][:8]
    parts, onsets, at = [], [], 0
    for start in starts:
        word = speech[start * HOP : (start + 40) * HOP].copy()
        word[:48] *= np.linspace(0, 1, 48, dtype=np.float32)
        parts += [np.zeros(40 * HOP, np.float32), word]
        onsets.append(at + 40 * HOP)
        at += 40 * HOP + len(word)
    clean = np.concatenate(parts)
    out = denoise(denoiser, clean)
    energy = [sum(rms(x[o : o + 6 * HOP]) ** 2 for o in onsets) for x in (clean, out)]
    assert 10 * np.log10(energy[1] / energy[0]) > -1


def test_key_clicks_while_talking_are_softened(
    denoiser: Denoiser, voice: Voice, data_dir: Path
) -> None:
    """The mask of the mixture, applied to the clicks alone, takes 8 dB of them."""
    clean = voice("nist_M4", 8)
    with (data_dir / "audio" / "index.csv").open(newline="") as handle:
        row = next(
            r
            for r in csv.DictReader(handle)
            if "keyboard" in r["speaker_or_class"] and r["split"] == "dev"
        )
    clicks = np.resize(
        soundfile.read(data_dir / "audio" / row["file"], dtype="float32")[0], len(clean)
    )
    clicks = clicks * (rms(clean) / rms(clicks) * 10 ** (-10 / 20))
    masks: list[np.ndarray] = []

    def remember(mask: np.ndarray) -> np.ndarray:
        masks.append(mask)
        return mask

    stream(denoiser, (clean + clicks).astype(np.float32), gate=remember)
    remembered = iter(masks)
    left = stream(denoiser, clicks.astype(np.float32), gate=lambda _: next(remembered))
    assert db(rms(left) / rms(clicks)) < -8


def test_torch_and_onnx_agree(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    import onnxruntime

    from export.denoise.model import Denoiser as Network
    from export.denoise.model import Shape, pool, spread
    from export.denoise.to_onnx import convert, streaming_graph

    torch.manual_seed(5)
    for gated in (True, False):
        network = Network(Shape(width=64, hidden=96, strides=(1, 3), gated=gated)).eval()
        convert(network, tmp_path / "small.onnx")
        power = torch.rand(60, 1, BINS) ** 4
        with torch.no_grad():
            whole = network.mask(network(network.features(pool(power))))
        single, shipped = streaming_graph(network).SerializeToString(), tmp_path / "small.onnx"
        for graph, allowed in ((single, 1e-5), (shipped, 0.02)):
            session = onnxruntime.InferenceSession(graph)
            memory = {i.name: np.zeros(i.shape, np.float32) for i in session.get_inputs()[1:]}
            for frame, expected in zip(power, whole, strict=True):
                mask, *newer = session.run(None, {"power": frame.numpy(), **memory})
                memory = dict(zip(memory, newer, strict=True))
                assert np.abs(mask - spread(expected).numpy()).max() < allowed


def test_a_training_starts_from_the_shipped_weights(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")

    from export.denoise.model import Denoiser as Network
    from export.denoise.model import Shape
    from export.denoise.to_onnx import convert
    from export.denoise.train import weights

    network = Network(Shape(width=64, hidden=96, strides=(1, 3))).eval()
    for value in network.parameters():
        torch.nn.init.normal_(value)  # equal tensors would be stored once
    convert(network, tmp_path / "small.onnx")
    read = weights(tmp_path / "small.onnx")
    assert read.keys() == network.state_dict().keys()
    for name, value in network.state_dict().items():
        step = (value.max() - value.min()) / 255 if value.ndim > 1 else 0
        assert read[name].shape == value.shape and (read[name] - value).abs().max() <= step, name
    network.load_state_dict(read)
    convert(network, tmp_path / "again.onnx")
    again = weights(tmp_path / "again.onnx")
    assert all(torch.allclose(again[name], value, atol=1e-6) for name, value in read.items())


def test_a_training_starts_from_a_network_of_fewer_blocks() -> None:
    """The blocks it lacks pass their input on: the same masks."""
    torch = pytest.importorskip("torch")

    from export.denoise.model import BANDS, Shape
    from export.denoise.model import Denoiser as Network
    from export.denoise.train import grow

    few, more = (Network(Shape(width=64, hidden=96, strides=s)) for s in ((1, 3), (1, 3, 2, 1)))
    grow(more, few.state_dict())
    features = torch.randn(30, 2, BANDS)
    assert torch.allclose(few(features), more(features), atol=1e-6)
    few, more = (Network(Shape(width=w, hidden=96, strides=(1,))) for w in (64, 32))
    with pytest.raises((VcamError, RuntimeError)):
        grow(more, few.state_dict())


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
