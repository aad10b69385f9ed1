"""Several recordings, one after the other: where each result goes and what became of it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from vcam.audio.denoise import Denoiser
from vcam.audio.lipgate import LipGate
from vcam.audio.pipeline import AudioOptions, AudioPipeline
from vcam.errors import VcamError
from vcam.models import open_model
from vcam.offline import media, sound_file
from vcam.offline.enhance import enhance_file
from vcam.offline.film import FilmOptions, FilmPipelines, enhance_film
from vcam.offline.lips_track import lip_track
from vcam.offline.superres import FACTORS, SuperResolution
from vcam.offline.work import Work, job_of
from vcam.video.face import FaceTracker
from vcam.video.portrait import Portrait
from vcam.video.stills import read_picture

Progress = Callable[[Path, float], None]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is done to recordings.

    `background` is "none", "blur" or the path of a picture. `strength`, 0 (unchanged) to 1, is
    the denoiser's. With `lips`, the speaker's mouth gates the sound where a face is seen. Films
    become `superres` times as wide and high.
    """

    background: str = "none"
    denoise: bool = True
    strength: float = 1.0
    lips: bool = True
    superres: int = 1


@dataclass(frozen=True)
class Enhanced:
    """What became of one file: `error` is None when `target` has been written."""

    source: Path
    target: Path
    error: str | None = None


def enhance_files(
    files: Sequence[Path],
    out: Path,
    wanted: Wanted,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> list[Enhanced]:
    """Enhances films and sound files.

    Args:
        files: any media files that FFmpeg reads.
        out: a folder, where each result has its source's name and the end of its kind; or, with
            one file, the name of the result if it ends like a film or a sound file. A film
            becomes a sound file when the result is named like one.
        wanted: what is done to them.
        overwrite: replace results that exist already.
        progress: called with a file and how much of it is done, 0 to 1.

    Returns:
        One entry per file; a file that cannot be read does not stop the others.

    Raises:
        VcamError: before anything is written, when two results would have one name, a result
            exists already, the background cannot be shown or nothing is to be done.
    """
    if wanted.superres not in FACTORS:
        raise VcamError(f"Super resolution enlarges 2 or 4 times, not {wanted.superres}.")
    if wanted.background == "none" and wanted.superres == 1 and not wanted.denoise:
        raise VcamError(
            "There is nothing to do; leave out --no-denoise or choose a --background or --superres."
        )
    targets = planned(files, out, overwrite=overwrite)
    background = _background(wanted.background)
    works = _Works(wanted, background)
    report = progress or _nobody
    results = []
    for source, target in zip(files, targets, strict=True):
        try:
            works.enhance(source, target, partial(report, source))
            results.append(Enhanced(source, target))
        except VcamError as error:
            results.append(Enhanced(source, target, str(error)))
    return results


def planned(files: Sequence[Path], out: Path, *, overwrite: bool) -> list[Path]:
    """The results' paths, in order. Raises VcamError as `enhance_files` does."""
    if not files:
        raise VcamError("There is nothing to enhance; name at least one recording.")
    if len(files) == 1 and not out.is_dir() and _is_media(out):
        targets = [out]
    elif out.exists() and not out.is_dir():
        raise VcamError(f"{out} is a file; several results need a folder.")
    else:
        targets = [out / f"{file.stem}{_end(file)}" for file in files]
    for i, target in enumerate(targets):
        if target in targets[:i]:
            first = files[targets.index(target)]
            raise VcamError(f"{first} and {files[i]} would both become {target}; rename one.")
        if any(target.exists() and file.exists() and target.samefile(file) for file in files):
            raise VcamError(f"{target} is one of the recordings; choose another place with -o.")
        if target.exists() and not overwrite:
            raise VcamError(f"{target} exists already; choose another place or add --overwrite.")
    return targets


class _Works:
    """The networks, opened once for all files."""

    def __init__(self, wanted: Wanted, background: str | np.ndarray) -> None:
        self._wanted = wanted
        self._options = asdict(wanted)
        if not isinstance(background, str):
            self._options["background"] = hashlib.sha256(background.tobytes()).hexdigest()
        denoiser = Denoiser(open_model("denoise")) if wanted.denoise else None
        lips = wanted.lips and wanted.denoise
        gate = LipGate(open_model("lips"), open_model("gate")) if lips else None
        face = (
            FaceTracker(open_model("face_detector"), open_model("face_landmarks")) if lips else None
        )
        portrait = None if wanted.background == "none" else Portrait(open_model("portrait"))
        self._sound = AudioOptions(denoise=wanted.denoise, strength=wanted.strength)
        superres = None
        if wanted.superres > 1:
            superres = SuperResolution(open_model("superres", threads=os.cpu_count() or 1))
        self._pipelines = FilmPipelines(AudioPipeline(denoiser, gate), portrait, face, superres)
        self._film = FilmOptions(
            background=background,
            superres=wanted.superres,
            sound=self._sound if wanted.denoise else None,
        )

    def enhance(self, source: Path, target: Path, report: Callable[[float], None]) -> None:
        with Work(target, job_of(source, self._options)) as work:
            self._make(source, work, report)
            work.publish()

    def _make(self, source: Path, work: Work, report: Callable[[float], None]) -> None:
        if work.target.suffix.lower() in media.FORMATS:
            enhance_film(self._pipelines, self._film, source, work, report)
            return
        if not self._wanted.denoise:
            raise VcamError(
                f"{work.target} would be sound alone, and --no-denoise leaves that as it is."
            )
        track = lip_track(source) if self._pipelines.face else None
        enhance_file(self._pipelines.audio, self._sound, source, work, report, track)


def _background(choice: str) -> str | np.ndarray:
    if choice in ("none", "blur"):
        return choice
    return read_picture(Path(choice))[0]


def _is_media(path: Path) -> bool:
    return path.suffix.lower() in media.FORMATS or sound_file.writable(path.suffix)


def _end(file: Path) -> str:
    return media.suffix_for(file) if media.is_film(file) else ".wav"


def _nobody(_file: Path, _done: float) -> None:
    return
