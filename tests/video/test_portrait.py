"""The matte: sizes, state, empty rooms, picture files, and quality where the data is there."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.material import person_in_a_room
from tests.pictures import picture_at
from vcam.networks.picture import open_portrait
from vcam.offline.cutout import cutout_files, estimate_foreground
from vcam.picture_file import read_picture
from vcam.schema.errors import VcamError
from vcam.video.capture.demo import draw_room
from vcam.video.stages.portrait import Portrait, hold


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    return open_portrait()


def textured(height: int, width: int) -> np.ndarray:
    random = np.random.default_rng(3)
    coarse = random.integers(60, 180, (9, 16, 3), dtype=np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def pairs(data_dir: Path, split: str, prefix: str, count: int) -> list[tuple[Path, Path | None]]:
    folder = data_dir / "portrait"
    with open(folder / "index.csv", newline="") as table:
        rows = [r for r in csv.DictReader(table) if r["split"] == split]
    rows = [r for r in rows if Path(r["file"]).name.startswith(prefix)]
    chosen = rows[:: max(1, len(rows) // count)][:count]
    return [(folder / r["file"], folder / r["mask"] if r["mask"] else None) for r in chosen]


def masked(data_dir: Path, count: int) -> list[tuple[Path, Path]]:
    return [(picture, mask) for picture, mask in pairs(data_dir, "dev", "eg1800", count) if mask]


@pytest.mark.parametrize("size", [(120, 160), (480, 640), (720, 1280), (1081, 1923), (2160, 3840)])
def test_alpha_has_the_frames_size(portrait: Portrait, size: tuple[int, int]) -> None:
    state, alpha = portrait.step(None, textured(*size))
    assert alpha.shape == size and alpha.dtype == np.uint8
    again, alpha = portrait.step(state, textured(*size))
    assert alpha.shape == size and again.size == size


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (37, 19)])
def test_tiny_and_narrow_stills(portrait: Portrait, size: tuple[int, int]) -> None:
    assert portrait.cutout(textured(*size)).shape == size


def test_state_is_a_value(portrait: Portrait) -> None:
    """The same state and frame give the same matte, and a given state is not changed."""
    first, _ = portrait.step(None, textured(480, 640))
    kept = first.crude.matte.copy(), first.alpha.copy()
    _, one = portrait.step(first, textured(480, 640)[:, ::-1].copy())
    _, two = portrait.step(first, textured(480, 640)[:, ::-1].copy())
    assert np.array_equal(one, two)
    assert np.array_equal(first.crude.matte, kept[0]) and np.array_equal(first.alpha, kept[1])


def test_a_new_size_starts_anew(portrait: Portrait) -> None:
    state, _ = portrait.step(None, textured(480, 640))
    _, after = portrait.step(state, textured(720, 1280))
    _, fresh = portrait.step(None, textured(720, 1280))
    assert np.array_equal(after, fresh)


def looks(portrait: Portrait, frames: list[np.ndarray]) -> tuple[list[bool], np.ndarray]:
    """In which frames the coarse network looked, and the last matte."""
    state, alpha, looked = None, frames[0], []
    for frame in frames:
        state, alpha = portrait.step(state, frame)
        looked.append(state.looked)
    return looked, alpha


def test_while_little_moves_the_coarse_network_looks_at_every_second_frame(
    portrait: Portrait,
) -> None:
    frame, _ = person_in_a_room(720, 1280)
    moved = np.roll(frame, 40, 1)
    looked, _ = looks(portrait, [frame] * 12 + [moved, moved])
    assert looked[:2] == [True, True]  # until the matte has settled
    assert sorted(looked[8:10]) == sorted(looked[10:12]) == [False, True]
    assert looked[12:] == [True, True]


def test_the_border_is_where_the_person_is_in_frames_without_a_look(portrait: Portrait) -> None:
    """Somebody who leans a pixel to the side, of 1280, before a webcam's lens."""
    frame = cv2.GaussianBlur(person_in_a_room(720, 1280)[0], (0, 0), 2)
    looked, _ = looks(portrait, [frame] * 12)
    still = [frame] * (12 if looked[-1] else 11)
    leaning = np.roll(frame, 1, 1)
    looked, followed = looks(portrait, [*still, leaning])
    assert not looked[-1]
    _, seen = looks(portrait, [leaning] * len(still))
    assert np.abs(followed.astype(int) - seen).mean() < 0.5


def test_hold_stays_near_the_new_matte_and_takes_its_ends() -> None:
    now = np.arange(256, dtype=np.uint8)[None].repeat(256, 0)
    before = np.ascontiguousarray(now.T)
    held = hold(before, now.copy()).astype(int)
    assert np.abs(held - now).max() <= 0.13 * 255
    assert (held[now == 0] == 0).all() and (held[now == 255] == 255).all()
    near = np.abs(before.astype(int) - now) <= 8
    middle = near & (now > 80) & (now < 175)
    assert np.array_equal(held[middle], before[middle])


def overlap(matte: np.ndarray, truth: np.ndarray) -> float:
    """Intersection over union of where it is more person than not."""
    found = matte > 127
    return float((found & truth).sum() / (found | truth).sum())


@pytest.mark.parametrize("size", [1.0, 2.0])
def test_a_person_in_a_room_is_cut_out(portrait: Portrait, size: float) -> None:
    frame, truth = person_in_a_room(720, 1280, size=size)
    assert overlap(portrait.cutout(frame), truth) > 0.95
    state, alpha = portrait.step(None, frame)
    for _ in range(3):
        state, alpha = portrait.step(state, frame)
    assert overlap(alpha, truth) > 0.95


def test_an_empty_room_is_empty(portrait: Portrait) -> None:
    room = draw_room(1280, 720)
    state, _ = portrait.step(None, room)
    _, alpha = portrait.step(state, room)
    assert (alpha < 0.05 * 255).mean() >= 0.99
    assert (portrait.cutout(room) < 0.05 * 255).mean() >= 0.99


def test_both_of_two_persons_are_in(portrait: Portrait) -> None:
    frame, truth = person_in_a_room(560, 420)
    left, right = np.split(portrait.cutout(np.hstack([frame, frame[:, ::-1]])), 2, 1)
    assert overlap(left, truth) > 0.9 and overlap(right, truth[:, ::-1]) > 0.9


def test_no_person_no_matte(portrait: Portrait, data_dir: Path) -> None:
    """Rooms that no training saw; one bedpost in a dozen may pass for a person."""
    clear = []
    for picture, _ in pairs(data_dir, "background", "", 350)[-48::4]:
        frame = cv2.resize(picture_at(picture), (1280, 720))
        state, _ = portrait.step(None, frame)
        _, alpha = portrait.step(state, frame)
        clear.append((alpha < 0.05 * 255).mean() >= 0.99)
    assert np.mean(clear) > 0.9


@pytest.mark.long
def test_quality_on_portraits(portrait: Portrait, data_dir: Path) -> None:
    overlaps = []
    for picture, mask in masked(data_dir, 5):
        alpha = portrait.cutout(picture_at(picture))
        truth = picture_at(mask, cv2.IMREAD_GRAYSCALE) > 127
        overlaps.append(overlap(alpha, truth))
    assert np.mean(overlaps) > 0.96


@pytest.mark.long
def test_upside_down(portrait: Portrait, data_dir: Path) -> None:
    overlaps = []
    for picture, mask in masked(data_dir, 3):
        found = portrait.cutout(picture_at(picture)[::-1, ::-1].copy())
        truth = picture_at(mask, cv2.IMREAD_GRAYSCALE)[::-1, ::-1] > 127
        overlaps.append(overlap(found, truth))
    assert np.mean(overlaps) > 0.93


def test_two_people(portrait: Portrait, data_dir: Path) -> None:
    """Two portraits side by side: both are in."""
    frame, truth = [], []
    for picture, mask in masked(data_dir, 2):
        frame.append(cv2.resize(picture_at(picture), (420, 560)))
        truth.append(cv2.resize(picture_at(mask, cv2.IMREAD_GRAYSCALE), (420, 560)) > 127)
    found = portrait.cutout(np.hstack(frame)) > 127
    for half, person in zip(np.split(found, 2, 1), truth, strict=True):
        assert (half & person).sum() / person.sum() > 0.85


def test_foreground_keeps_the_persons_colour() -> None:
    """A blue person over a red room: half transparent border pixels come out blue."""
    alpha = np.tile(np.clip(np.arange(200) * 16 - 1600, 0, 255).astype(np.uint8), (120, 1))
    weight = alpha[..., None] / 255.0
    picture = (np.array([200, 30, 20]) * weight + np.array([20, 30, 220]) * (1 - weight)).round()
    colours = estimate_foreground(picture.astype(np.uint8), alpha)
    border = (alpha > 60) & (alpha < 200)
    assert np.abs(colours[border].astype(int) - [200, 30, 20]).mean() < 12


@pytest.mark.parametrize("kind", ["grey", "rgba", "sixteen", "palette", "tiny"])
def test_files_of_every_kind(portrait: Portrait, tmp_path: Path, kind: str) -> None:
    picture = textured(90, 120)
    if kind == "grey":
        picture = picture[..., 0]
    elif kind == "rgba":
        picture = np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
        picture[:45, :, 3] = 0
    elif kind == "sixteen":
        picture = picture.astype(np.uint16) * 257
    elif kind == "tiny":
        picture = picture[:3, :2]
    source = tmp_path / ("in.bmp" if kind == "palette" else "in.png")
    cv2.imwrite(str(source), picture)
    (target,) = cutout_files([source], tmp_path / "out", portrait=portrait)
    result = picture_at(target, cv2.IMREAD_UNCHANGED)
    assert target == tmp_path / "out" / "in.png"
    assert result.shape == (*picture.shape[:2], 4) and result.dtype == np.uint8
    if kind == "rgba":
        assert (result[:45, :, 3] == 0).all()


def test_sixteen_bits_read_as_eight(tmp_path: Path) -> None:
    picture = textured(40, 60)
    cv2.imwrite(str(tmp_path / "a.png"), picture.astype(np.uint16) * 257)
    assert np.array_equal(read_picture(tmp_path / "a.png")[0], picture)


def test_a_large_picture_is_worked_on_in_strips(
    portrait: Portrait, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same comes out, opacity and all."""
    opacity = np.tile(np.linspace(0, 255, 160).astype(np.uint8), (400, 1))
    cv2.imwrite(str(tmp_path / "a.png"), np.dstack([textured(400, 160), opacity]))
    (whole,) = cutout_files([tmp_path / "a.png"], tmp_path / "whole", portrait=portrait)
    monkeypatch.setattr("vcam.picture_file._AT_ONCE", 160 * 7)
    (strips,) = cutout_files([tmp_path / "a.png"], tmp_path / "strips", portrait=portrait)
    one, other = (picture_at(path, cv2.IMREAD_UNCHANGED).astype(int) for path in (whole, strips))
    assert np.abs(one - other).max() <= 1


def test_a_picture_that_no_memory_holds_is_refused(
    portrait: Portrait, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vcam.picture_file.LARGEST", 3_000_000)
    cv2.imwrite(str(tmp_path / "in.png"), np.zeros((2000, 2000), np.uint8))
    with pytest.raises(VcamError, match="has 4 million pixels; make it smaller: 3 million"):
        cutout_files([tmp_path / "in.png"], tmp_path / "out", portrait=portrait)
    assert not (tmp_path / "out").exists()


def test_a_picture_of_another_kind_than_its_name_is_read(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), textured(40, 60))
    (tmp_path / "a.png").rename(tmp_path / "a.jpg")
    assert np.array_equal(read_picture(tmp_path / "a.jpg")[0], textured(40, 60))


def test_of_a_moving_picture_the_first_one_is_taken(tmp_path: Path) -> None:
    words = [
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "color=red:s=64x48:r=5:d=1",
        "-c:v",
        "libwebp_anim",
    ]
    subprocess.run(["ffmpeg", *words, tmp_path / "a.webp"], check=True)
    picture, _ = read_picture(tmp_path / "a.webp")
    assert picture.shape == (48, 64, 3) and picture[20, 20].argmax() == 2


def test_a_cameras_rotation_mark_is_obeyed(tmp_path: Path) -> None:
    data = cv2.imencode(".jpg", textured(40, 60))[1].tobytes()
    mark = b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"
    mark = b"\xff\xe1" + (len(mark) + 2).to_bytes(2, "big") + mark
    (tmp_path / "a.jpg").write_bytes(data[:2] + mark + data[2:])
    upright = np.rot90(textured(40, 60), -1).astype(int)
    assert np.abs(read_picture(tmp_path / "a.jpg")[0] - upright).mean() < 5


def test_what_is_no_picture_is_named(portrait: Portrait, tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("not a picture")
    (tmp_path / "empty.png").write_bytes(b"")
    cv2.imwrite(str(tmp_path / "good.png"), textured(60, 80))
    files = [tmp_path / name for name in ("text.jpg", "empty.png", "missing.png", "good.png")]
    with pytest.raises(VcamError) as caught:
        cutout_files(files, tmp_path / "out", portrait=portrait)
    for name in ("text.jpg", "empty.png", "missing.png"):
        assert name in str(caught.value)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.png"]


def test_no_file_is_overwritten_by_another(portrait: Portrait, tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg"):
        cv2.imwrite(str(tmp_path / name), textured(60, 80))
    before = (tmp_path / "a.png").read_bytes()
    with pytest.raises(VcamError, match="overwritten"):
        cutout_files([tmp_path / "a.png"], tmp_path, portrait=portrait)
    with pytest.raises(VcamError, match="both"):
        cutout_files([tmp_path / "a.png", tmp_path / "a.jpg"], tmp_path / "out", portrait=portrait)
    with pytest.raises(VcamError, match="a.jpg is a file"):
        cutout_files([tmp_path / "a.png"], tmp_path / "a.jpg", portrait=portrait)
    assert (tmp_path / "a.png").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jpg", "a.png"]


@pytest.mark.parametrize("name", ["long" * 100, "loop"])
def test_a_path_that_cannot_be_looked_at_is_said(
    portrait: Portrait, tmp_path: Path, name: str
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    cv2.imwrite(str(tmp_path / "a.png"), textured(60, 80))
    with pytest.raises(VcamError, match="cannot be written"):
        cutout_files([tmp_path / "a.png"], tmp_path / name, portrait=portrait)
    with pytest.raises(VcamError, match="cannot be read"):
        cutout_files([tmp_path / name], tmp_path / "out", portrait=portrait)


@pytest.mark.long
def test_the_graph_computes_what_the_recipe_computes(tmp_path: Path) -> None:
    """Parity of a freshly made network in PyTorch with its exported graph."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from export.portrait import points_beside
    from export.portrait.deployed import DeployedNet
    from export.portrait.evaluate import open_file
    from export.portrait.model import PortraitNet
    from export.portrait.to_onnx import example, export_net

    torch.manual_seed(1)
    net = PortraitNet().eval()
    torch.nn.init.normal_(net.get_parameter("head.out.weight"), std=0.1)
    deployed = DeployedNet(net)
    export_net(deployed, tmp_path / "net.onnx")
    seeking = open_file(tmp_path / "net.onnx")
    deciding = open_file(points_beside(tmp_path / "net.onnx"))
    for inputs in (example(), example()[:2] + tuple(t[:240] for t in example()[2:4])):
        if len(inputs) == 4:  # another frame size
            inputs = (*inputs[:2], inputs[2][:120], inputs[3], torch.tensor([300, 900]))
        with torch.no_grad():
            alpha, coarse = deployed(*inputs)
            trained_alpha, trained_coarse = net(*inputs)
        assert (coarse - trained_coarse).abs().max() <= 1e-3
        assert (alpha.int() - trained_alpha.int()).abs().float().mean() <= 0.2
        small, prior, half, frame, counts = (tensor.numpy() for tensor in inputs)
        crude = seeking.run({"small": small, "prior": prior})
        assert np.abs(crude.pop("coarse") - coarse.numpy()).max() <= 1e-3
        found = deciding.run({**crude, "half": half, "frame": frame, "counts": counts})
        different = found["alpha"].astype(int) - alpha.numpy().astype(int)
        assert np.abs(different).max() <= 1


def test_training_pictures_are_decoded_anew_when_their_index_changes(tmp_path: Path) -> None:
    from export.portrait.data import Store

    for shade in (10, 200):
        cv2.imwrite(str(tmp_path / f"{shade}.png"), np.full((4, 6, 3), shade, np.uint8))

    def first_of(*shades: int) -> int:
        rows = [f"{shade}.png,,background" for shade in shades]
        (tmp_path / "index.csv").write_text("\n".join(["file,mask,split", *rows]))
        return int(Store(tmp_path, "background", tmp_path / "cache")[0][0, 0, 0])

    assert first_of(10, 200) == 10
    decoded = (tmp_path / "cache" / "background.bin").stat().st_mtime_ns
    assert first_of(10, 200) == 10
    assert (tmp_path / "cache" / "background.bin").stat().st_mtime_ns == decoded
    assert first_of(200) == 200
