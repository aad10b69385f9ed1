"""Every sentence that is said to a person, in English, by its key; the windows translate them.

A key is `room.what`. Places in braces are filled from the reason: `{cause}` with the sentence
behind it, `{cure}` with what to do, all others with its values. A sentence that stands inside
another one begins small and has no full stop.

Translations: `Sentence` and the first words of `Cure` are what `ui/vcam_ui/translations/update`
takes into the catalogues.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Literal

Severity = Literal["note", "degraded", "failed"]


@dataclass(frozen=True)
class Sentence:
    """`severity` and `cure` are what a reason has that names no others."""

    text: str
    _: KW_ONLY
    severity: Severity = "degraded"
    cure: str | None = None


@dataclass(frozen=True)
class Cure:
    """What to do, said in a window; `command` is said where there is a command line, if other."""

    window: str
    _: KW_ONLY
    command: str = ""


CURES: dict[str, Cure] = {
    "camera.choose": Cure(
        "plug one in, or choose another under Camera",
        command="plug one in, or choose a file or 'demo' with --camera",
    ),
    "camera.plug_in": Cure("Plug in a webcam, or switch on the built-in one."),
    "microphone.choose": Cure(
        "plug one in, or choose another under Microphone",
        command="plug one in, or choose a file or 'demo' with --microphone",
    ),
    "microphone.plug_in": Cure(
        "Plug in a microphone, or switch it on in the system's sound settings."
    ),
    "denoiser.choose": Cure(
        "choose automatic or fast under Denoiser", command="vcam set denoiser=auto"
    ),
    "voices.learn": Cure(
        "record ten seconds under Hear yourself and choose This is my voice",
        command="vcam voice learn",
    ),
    "install.again": Cure("Install vcam again."),
    "install.cuda": Cure("Install vcam-cuda of this version, CUDA 13 and cuDNN 9."),
    "tray.extension": Cure("On GNOME: sudo apt install gnome-shell-extension-appindicator"),
    "enhance.choose": Cure(
        "leave noise suppression on, or choose a background or super resolution",
        command="leave out --no-denoise or choose a --background or --superres",
    ),
    "enhance.choose_picture": Cure(
        "choose a background or super resolution", command="choose a --background or --superres"
    ),
    "split.choose": Cure("choose a sound track for each", command="add --split-voices"),
    "enhance.denoise": Cure("switch noise suppression on", command="leave out --no-denoise"),
    "enhance.keep_sound": Cure(
        "switch noise suppression off", command="add --no-denoise or lower --strength"
    ),
    "enhance.elsewhere": Cure("choose another place", command="choose another place with -o"),
    "enhance.again": Cure(
        "enhance it again to go on with it", command="the same command goes on with it"
    ),
    "enhance.recording": Cure("choose a recording", command="`vcam cutout` takes pictures"),
    "enhance.overwrite": Cure(
        "choose another place", command="choose another place or add --overwrite"
    ),
    "archive.here": Cure(
        "use this machine alone",
        command="see `ray status` there, or leave out --on to use this machine",
    ),
    "archive.choose": Cure(
        "name another folder", command="name another folder, or choose files with --filter"
    ),
    "transcript.connect": Cure(
        "connect to the internet once",
        command="connect to the internet once, or name a folder with a model by --whisper-model",
    ),
    "transcript.choose": Cure(
        "choose another folder", command="choose another folder for --whisper-model"
    ),
}

SENTENCES: dict[str, Sentence] = {
    # The daemon and the way to it.
    "control.not_running": Sentence(
        "vcam is not running; `vcam run` starts it.", severity="failed"
    ),
    "control.closed": Sentence(
        "vcam closed the connection; is it still running?", severity="failed"
    ),
    "control.silent": Sentence(
        "vcam does not answer; end it with `vcam stop` or its process and start it again.",
        severity="failed",
    ),
    "control.not_stopped": Sentence(
        "vcam was told to stop but is still running.", severity="failed"
    ),
    "control.not_opened": Sentence(
        "The control connection cannot be opened ({error}).", severity="failed"
    ),
    "control.fault": Sentence(
        "vcam made a mistake; its log in {folder} says more.", severity="failed"
    ),
    "control.refused": Sentence("vcam refused the request: {error}.", severity="failed"),
    "daemon.running": Sentence(
        "vcam is already running (process {pid}); `vcam stop` ends it.", severity="failed"
    ),
    "daemon.replaced": Sentence(
        "A new version of vcam is installed; end vcam and start it again to use it.",
        severity="note",
    ),
    "devices.not_listed": Sentence(
        "The devices cannot be listed; see `vcam devices`.", severity="failed"
    ),
    "report.exists": Sentence("{path} exists already; name another file.", severity="failed"),
    "page.not_opened": Sentence("The preview page cannot be opened ({error}).", severity="failed"),
    "page.only": Sentence("The picture is shown at {address} only.", severity="note"),
    "tray.no_screen": Sentence(
        "There is no screen for the tray; `vcam run` does without.", severity="failed"
    ),
    "output.refused": Sentence(
        "The output cannot be written ({error}); free some space or send it elsewhere.",
        severity="failed",
    ),
    "words.not_text": Sentence(
        "'{word}' is not text in UTF-8; rename the file or device.", severity="failed"
    ),
    # What processes share.
    "folder.not_yours": Sentence(
        "The folder {folder} does not belong to you; set XDG_RUNTIME_DIR to a folder of yours.",
        severity="failed",
    ),
    "folder.unusable": Sentence(
        "The folder {folder} cannot be used ({error}); set XDG_RUNTIME_DIR to a folder of yours.",
        severity="failed",
    ),
    "memory.not_made": Sentence(
        "Shared memory could not be made at {path} ({error}); free some space.", severity="failed"
    ),
    "memory.not_opened": Sentence(
        "The shared memory {path} cannot be opened ({error}).", severity="failed"
    ),
    "memory.no_mailbox": Sentence(
        "The shared memory {path} is not one of vcam's mailboxes.", severity="failed"
    ),
    "memory.no_ring": Sentence(
        "The shared memory {path} is not one of vcam's rings.", severity="failed"
    ),
    # Workers.
    "worker.again_now": Sentence("{cause} It is started again now."),
    "worker.again": Sentence("{cause} It is started again in {seconds} s."),
    "worker.hung": Sentence("The {name} worker hung and was ended."),
    "worker.killed": Sentence("The {name} worker was ended by {signal}."),
    "worker.ended": Sentence("The {name} worker ended by itself (exit code {code})."),
    "worker.crashed": Sentence("The {name} worker crashed ({error})."),
    "worker.not_started": Sentence("The {name} worker could not be started ({error})."),
    # Networks.
    "models.manifest": Sentence(
        "The model manifest {path} cannot be read ({error}); install vcam again.", severity="failed"
    ),
    "models.unknown": Sentence(
        "There is no model '{name}'; the manifest has: {known}.", severity="failed"
    ),
    "models.missing": Sentence("The model file {path} is missing; install vcam again."),
    "models.altered": Sentence(
        "The model file {path} is not the one that was published (its SHA-256 differs from the "
        "manifest's); install vcam again."
    ),
    "models.not_opened": Sentence(
        "The model file {path} cannot be opened ({error}); free some memory or install vcam again."
    ),
    "models.other_graph": Sentence(
        "The model file {path} is another network than this version needs: {difference}; install "
        "vcam again."
    ),
    # Cameras.
    "camera.none": Sentence("No camera was found; {cure}.", cure="camera.choose"),
    "camera.unknown": Sentence("There is no camera or video file '{name}'; cameras here: {names}."),
    "camera.ambiguous": Sentence("'{name}' fits several cameras; there are: {names}."),
    "camera.own": Sentence(
        "'{name}' is vcam's own output and cannot be its input; choose the camera that looks at "
        "you."
    ),
    "camera.stand_in": Sentence(
        "{cause} The picture comes from {name} meanwhile.", severity="note"
    ),
    "camera.absent": Sentence("The camera '{name}' is not there; plug it in again."),
    "camera.unplugged": Sentence(
        "The camera '{name}' was unplugged; it is used again once it is back."
    ),
    "camera.in_use": Sentence("The camera '{name}' is in use by {others}; close it there first."),
    "camera.no_picture": Sentence(
        "The camera '{name}' gives no picture; close other programs that use it, or plug it in "
        "again."
    ),
    "camera.stopped": Sentence("The camera '{name}' stopped giving pictures; plug it in again."),
    "camera.broken_picture": Sentence("The camera '{name}' sent a broken picture."),
    "camera.not_allowed": Sentence(
        "You may not use the camera '{name}'; add yourself to the group that owns it: sudo usermod "
        "-aG video $USER, then log in again."
    ),
    "camera.not_opened": Sentence("The camera cannot be opened ({error})."),
    "camera.file_unplayable": Sentence(
        "'{path}' has no video that can be played; choose another file."
    ),
    "camera.file_broken_picture": Sentence("'{path}' has a broken picture ({error})."),
    "camera.file_unreadable": Sentence("'{path}' cannot be read any more ({error})."),
    "camera.demo_missing": Sentence("The demo's files are missing ({error}); install again."),
    "camera.demo_unreadable": Sentence("The demo's picture cannot be read; install vcam again."),
    # The Enhanced Camera.
    "publish.no_kind": Sentence("There is no {name} for this system ({system})."),
    "loopback.none": Sentence("There is no Enhanced Camera: {cause}; {command}."),
    "loopback.not_loaded": Sentence("v4l2loopback is not loaded"),
    "loopback.not_installed": Sentence("v4l2loopback is not installed"),
    "loopback.other_label": Sentence(
        'v4l2loopback is loaded with {others} but without "Enhanced Camera"'
    ),
    "loopback.not_opened": Sentence("{device} cannot be opened ({error})"),
    "loopback.not_exclusive": Sentence(
        "v4l2loopback is loaded without exclusive_caps=1, so browsers do not list it"
    ),
    "loopback.gone": Sentence("The Enhanced Camera's device is gone; load it again: {command}."),
    "loopback.no_pictures": Sentence("{device} takes no pictures: {error}; {command}."),
    "loopback.taken": Sentence(
        "{device} is already used as a camera by {name} (process {pid}); close that program."
    ),
    "loopback.held": Sentence(
        "The Enhanced Camera stays at {size} while programs use it and cannot become {other}; "
        "choose another camera in those programs first."
    ),
    "pipewire.none": Sentence(
        "There is no Enhanced Camera in PipeWire because no server answers; {command}."
    ),
    "pipewire.refused": Sentence(
        "The PipeWire server does not take the Enhanced Camera ({error}); {command}."
    ),
    "pipewire.gone": Sentence("PipeWire has gone and the Enhanced Camera with it; {command}."),
    "virtualcam.none": Sentence("There is no {name}; {cause}."),
    "virtualcam.not_opened": Sentence("{name} cannot be opened ({error}); {cause}."),
    "virtualcam.closed": Sentence("{name} is closed."),
    "virtualcam.install_unity": Sentence(
        "install UnityCapture from https://github.com/schellingb/UnityCapture with: regsvr32 "
        '"/i:UnityCaptureName=Enhanced Camera" UnityCaptureFilter64.dll'
    ),
    "virtualcam.install_obs": Sentence(
        "install OBS Studio from https://obsproject.com, start its virtual camera once and close it"
    ),
    # The picture.
    "background.no_picture": Sentence(
        "The background '{path}' is neither a picture nor a film; choose another one."
    ),
    "background.absent": Sentence("There is no picture {path}; choose another background."),
    "background.not_shown": Sentence("The background picture cannot be shown; choose another one."),
    "portrait.none": Sentence("There is no portrait model, so the picture is held back."),
    "portrait.failed": Sentence(
        "The portrait model failed ({error}), so the picture is held back."
    ),
    "face.failed": Sentence("The face network failed ({error})."),
    "background.failed": Sentence("The background failed ({error}), so the picture is held back."),
    "stage.failed": Sentence("The effect {name} failed ({error}) and is left out."),
    "load.spared": Sentence(
        "This computer is busy: the picture's borders and background are followed less often.",
        severity="note",
    ),
    "face.hint": Sentence("Face the camera for better sound.", severity="note"),
    # Microphones.
    "microphone.none": Sentence("No microphone was found; {cure}.", cure="microphone.choose"),
    "microphone.unknown": Sentence(
        "There is no microphone or sound file '{name}'; microphones here: {names}."
    ),
    "microphone.ambiguous": Sentence("'{name}' fits several microphones; there are: {names}."),
    "microphone.own": Sentence(
        "'{name}' is vcam's own output and cannot be its input; choose the microphone you speak "
        "into."
    ),
    "microphone.stand_in": Sentence("{cause} Using {name} meanwhile."),
    "microphone.unplugged": Sentence(
        "The microphone {name} cannot be opened; it may just have been unplugged."
    ),
    "microphone.not_opened": Sentence(
        "The microphone {name} cannot be opened ({error}); another program may hold it."
    ),
    "microphone.gone": Sentence("The microphone {name} is gone."),
    "microphone.silent": Sentence("The microphone {name} gives no sound."),
    "microphone.muted": Sentence("The microphone {name} is muted in the system; unmute it there."),
    "microphone.only_silence": Sentence(
        "The microphone {name} gives nothing but silence; it may be muted or switched off.",
        severity="note",
    ),
    "microphone.hangs": Sentence("The microphone or the sound server does not answer."),
    "microphone.file_silent": Sentence("{path} has no sound; choose a file with a sound track."),
    "microphone.file_unreadable": Sentence(
        "{path} cannot be read as sound; choose a media file that plays."
    ),
    # The Enhanced Microphone.
    "server.none": Sentence(
        "There is no Enhanced Microphone because {cause}; start one: systemctl --user start "
        "pipewire-pulse, or pulseaudio --start."
    ),
    "speaker.none": Sentence("There is no Enhanced Speaker because {cause}."),
    "speaker.no_output": Sentence(
        "There is no Enhanced Speaker because the system has no output that is not a cable."
    ),
    "speaker.nothing": Sentence(
        "There is nothing to play on what comes to the Enhanced Speaker; connect loudspeakers or "
        "headphones."
    ),
    "speaker.no_cable": Sentence(
        "There is no Enhanced Speaker: install {cable}, which apps then play into."
    ),
    "server.no_library": Sentence("libpulse is not installed"),
    "server.no_answer": Sentence("no sound server answers"),
    "server.not_made": Sentence("the sound server does not make the Enhanced Microphone ({error})"),
    "server.refuses": Sentence("The sound server does not take our sound."),
    "server.stopped": Sentence("The sound server no longer takes our sound."),
    "server.moved": Sentence("The sound server moved our sound to {device}."),
    "server.muted": Sentence("The {name} is muted in the system; unmute it there."),
    "server.turned_down": Sentence(
        "The {name} is turned down to {percent} % in the system; turn it up there."
    ),
    "server.kept_out": Sentence(
        "There is nothing to play on; what programs play is silenced, because it would come into "
        "the Enhanced Microphone. Connect loudspeakers or headphones.",
        severity="note",
    ),
    "cable.none": Sentence("There is no virtual microphone: {cause}."),
    "cable.install_vb": Sentence(
        "install VB-Cable (https://vb-audio.com/Cable) and choose 'CABLE Output' in your call"
    ),
    "cable.install_blackhole": Sentence(
        "install BlackHole (brew install blackhole-2ch) and choose 'BlackHole' in your call"
    ),
    "cable.unknown": Sentence("this system has no virtual cable vcam knows"),
    "cable.stopped": Sentence("{device} no longer takes our sound."),
    "cable.not_opened": Sentence("{device} cannot be opened ({error})."),
    "portaudio.missing": Sentence(
        "The PortAudio library is missing, so sound devices cannot be used; install it (Debian: "
        "sudo apt install libportaudio2)."
    ),
    # The sound.
    "denoiser.failed": Sentence("The denoiser fails ({error}); the voice is plain."),
    "denoiser.missing": Sentence(
        "The denoiser {name} is not installed; install it with: pip install {package}"
    ),
    "denoiser.not_packaged": Sentence(
        "The denoiser {name} is not part of the package; run vcam from source to have it."
    ),
    "denoiser.not_opened": Sentence(
        "The denoiser {name} does not open ({error}); install it again with: pip install "
        "--force-reinstall {package}"
    ),
    "denoiser.stand_in": Sentence("The fast denoiser works in place of the one chosen. {cause}"),
    "denoiser.slow": Sentence(
        "{name} is too slow beside all else that runs here, so parts of your voice go out as they "
        "are; {cure}.",
        cure="denoiser.choose",
    ),
    "echo.failed": Sentence(
        "The echo canceller fails ({error}); others may hear themselves from your loudspeakers."
    ),
    "echo.no_canceller": Sentence(
        "The echo canceller cannot be used ({error}), so others may hear themselves from your "
        "loudspeakers; install vcam again.",
        severity="note",
    ),
    "level.failed": Sentence("The automatic level fails ({error}); your voice is sent as it is."),
    "level.no_detector": Sentence(
        "The automatic level cannot be used ({error}), so your voice is sent as loud as it is; "
        "install vcam again.",
        severity="note",
    ),
    "level.no_detector_here": Sentence(
        "The automatic level cannot be used on Linux on ARM yet (there is no {package} for it), so "
        "your voice is sent as loud as it is.",
        severity="note",
    ),
    "lips.failed": Sentence("The lip gate fails ({error}) and is left out."),
    "monitor.no_output": Sentence(
        "There is nothing to hear yourself on; connect headphones.", severity="note"
    ),
    "monitor.only_linux": Sentence(
        "Hearing yourself live is there on Linux alone so far.", severity="note"
    ),
    "mute.failed": Sentence(
        "The mute fails ({error}); while it is on, the Enhanced Microphone is silent all the same."
    ),
    "mute.unheard": Sentence("You are speaking while the microphone is muted.", severity="note"),
    "voices.by_lips": Sentence(
        "Your voice is not known, so others in {path} are lowered only once your lips have been "
        "seen to speak for ten seconds.",
        severity="note",
    ),
    "voices.failed": Sentence(
        "Other voices in the room are not lowered now, because their network fails ({error})."
    ),
    "voices.learned": Sentence(
        "Your voice was learned from your lips, and others are lowered for as long as the "
        "microphone is in use.",
        severity="note",
    ),
    "voices.learning": Sentence(
        "Your voice is being learned from your lips, {heard} of {wanted} seconds so far; until "
        "then everyone is heard.",
        severity="note",
    ),
    "voices.not_learned": Sentence(
        "Your voice has not been learned yet, so others cannot be told from it; {cure}.",
        severity="note",
        cure="voices.learn",
    ),
    "voices.not_recorded": Sentence(
        "Nothing was recorded, so your voice is not learned; is the microphone there?"
    ),
    "voices.too_little": Sentence(
        "Too little of a voice was heard to learn it; speak for ten seconds as in a call."
    ),
    "folder.none": Sentence(
        "There is no folder for what vcam needs while it runs ({error}); set XDG_RUNTIME_DIR to a "
        "folder of yours.",
        severity="failed",
    ),
    # Settings.
    "settings.unknown": Sentence(
        "There is no setting '{name}'; known are: {known}.", severity="failed"
    ),
    "settings.not_for_recordings": Sentence(
        "Recordings have no '{name}'; what can be set is: {known}.", severity="failed"
    ),
    "settings.unfit": Sentence("That setting does not fit: {why}.", severity="failed"),
    "settings.no_assignment": Sentence(
        "'{text}' is not KEY=VALUE; write for example blur=40.", severity="failed"
    ),
    "settings.not_saved": Sentence(
        "The settings could not be saved to {path} ({error}), so they are not kept for the next "
        "start. Free some space or mend the folder's permissions.",
    ),
    "settings.not_saved_yet": Sentence(
        "The change is in force, but not yet saved to {path}; its disk is slow.", severity="note"
    ),
    "settings.not_understood": Sentence(
        "The settings file could not be understood ({error}); it is kept as {path} and the "
        "defaults are used.",
        severity="note",
    ),
    "settings.unreadable": Sentence(
        "The settings cannot be read from {path} ({error}): the defaults are used, and no change "
        "is kept for the next start until they can be read.",
    ),
    "settings.defaults_used": Sentence(
        "The settings file has what does not fit ({why}); the default is used for {names}, and a "
        "copy of the file as it is is kept as {path}.",
        severity="note",
    ),
    # Presets.
    "presets.unknown": Sentence(
        "There is no preset '{name}'; known are: {known}.", severity="failed"
    ),
    "presets.not_kept": Sentence(
        "A preset cannot hold '{name}'; it can hold: {known}.", severity="failed"
    ),
    "presets.shipped": Sentence(
        "The preset '{name}' comes with vcam and stays; save your own under its name instead.",
        severity="failed",
    ),
    "presets.unfit": Sentence("That rule does not fit: {why}.", severity="failed"),
    "presets.no_name": Sentence("Give the preset a name.", severity="failed"),
    "presets.not_saved": Sentence(
        "The presets could not be saved to {path} ({error}). Free some space or mend the folder's "
        "permissions.",
    ),
    "presets.not_understood": Sentence(
        "The presets could not be understood ({error}); the file is kept as {path} and those that "
        "come with vcam are used.",
        severity="note",
    ),
    "presets.unreadable": Sentence(
        "The presets cannot be read from {path} ({error}): those that come with vcam are used, "
        "and no change is kept until they can be read.",
    ),
    "presets.unfit_in_file": Sentence(
        "What does not fit is left out of the presets ({why}); a copy of the file as it is is kept "
        "as {path}.",
        severity="note",
    ),
    "presets.in_force": Sentence(
        "The preset '{name}' is in force ({why}); what was set before comes back after it.",
        severity="note",
    ),
    "presets.on_battery": Sentence(
        "The preset '{name}' is in force while this computer runs on its battery; what was set "
        "before comes back after it.",
        severity="note",
    ),
    # Recordings of calls.
    "record.folder": Sentence(
        "Recordings cannot be written to {folder} ({error}); mend the folder's permissions or free "
        "some space.",
        severity="failed",
    ),
    "record.too_many": Sentence(
        "Recordings cannot be written to {folder}; it holds too many of one second.",
        severity="failed",
    ),
    "record.not_started": Sentence(
        "The recorder could not be started ({error}).", severity="failed"
    ),
    "record.not_written": Sentence(
        "The recording {path} cannot be written ({error}).", severity="failed"
    ),
    "record.disk_full": Sentence(
        "The disk is full; what was recorded until now is in {path}.", severity="failed"
    ),
    "record.moved": Sentence(
        "{path} was moved or removed while it was recorded; look for it where its folder is now.",
        severity="failed",
    ),
    "record.no_picture": Sentence("No picture came, so nothing was recorded.", severity="failed"),
    "record.stands_still": Sentence(
        "Nothing is written to {path} for the moment; is its drive still there?",
        severity="degraded",
    ),
    "record.ended": Sentence(
        "The recorder ended unexpectedly; what was recorded until then is kept.", severity="failed"
    ),
    # Files that are enhanced.
    "file.absent": Sentence("{path} does not exist.", severity="failed"),
    "file.unreadable": Sentence("{path} cannot be read ({error}).", severity="failed"),
    "file.unwritable": Sentence("{path} cannot be written ({error}).", severity="failed"),
    "media.folder": Sentence("{path} is a folder; name the recordings in it.", severity="failed"),
    "media.no_file": Sentence(
        "{path} is a pipe or a device; name a file with a recording in it.", severity="failed"
    ),
    "media.unreadable": Sentence(
        "{path} cannot be read as a recording; it is damaged or of an unknown kind.",
        severity="failed",
    ),
    "media.no_index": Sentence(
        "{path} ends before its index was written, without which nothing in it is found; copy it "
        "again, or rebuild it with a tool such as untrunc.",
        severity="failed",
    ),
    "media.still": Sentence(
        "{path} is a picture and no recording; {cure}.", severity="failed", cure="enhance.recording"
    ),
    "media.damaged": Sentence(
        "{path} is damaged after {seen} seconds; copy it again.", severity="failed"
    ),
    "media.no_sound": Sentence(
        "{path} has no sound to clean; {cure}.", severity="failed", cure="enhance.choose_picture"
    ),
    "sound.none": Sentence(
        "{path} has no sound; choose a recording in which something is heard.", severity="failed"
    ),
    "sound.unreadable": Sentence(
        "{path} cannot be read as sound; it is damaged or of an unknown kind.", severity="failed"
    ),
    "sound.channels": Sentence(
        "{path} cannot hold {channels} channels; choose a name that ends in .wav.",
        severity="failed",
    ),
    "enhance.of_file": Sentence("{path}: {cause}", severity="failed"),
    "enhance.fault": Sentence(
        "vcam failed at {path} ({error}); {cure}.", severity="failed", cure="enhance.again"
    ),
    "enhance.size": Sentence(
        "its picture would become {width}×{height}, more than players show.", severity="failed"
    ),
    "enhance.picture": Sentence("the picture cannot be enhanced ({cause}).", severity="failed"),
    "enhance.channels": Sentence(
        "its sound has {channels} channels; 8 can be written.", severity="failed"
    ),
    "enhance.left_out": Sentence(
        "{path} is without {names}, for which it has no place.", severity="note"
    ),
    "enhance.empty": Sentence(
        "{path} is without {names}, of which nothing ever comes.", severity="note"
    ),
    "enhance.late": Sentence(
        "{path} is without {names}, of which nothing can be heard at the recording's beginning; "
        "cut that off to have it."
    ),
    "enhance.denoiser": Sentence("{name} cleaned the voice.", severity="note"),
    "enhance.track": Sentence(
        "Of the {count} sound tracks of {path}, number {number} is heard: there is the voice.",
        severity="note",
    ),
    "enhance.no_track": Sentence(
        "There is no sound track {number} in {path}; it has {count}.", severity="failed"
    ),
    "enhance.began_anew": Sentence(
        "What was begun of {path} is of another version of vcam or damaged; it is made from its "
        "beginning.",
        severity="note",
    ),
    "enhance.encoded_anew": Sentence(
        "{path} cannot hold {names} as in the recording; this is encoded anew.",
        severity="note",
    ),
    "enhance.lowered": Sentence(
        "{path} is quieter than the recording, whose sound is louder than full scale.",
        severity="note",
    ),
    "enhance.passed_over": Sentence(
        "{path} is damaged at {seconds} seconds; what cannot be read there is passed over.",
        severity="note",
    ),
    "enhance.cut_short": Sentence(
        "{path} breaks off after {seen} of {length} seconds; the result has what is there. Copy "
        "the file again for the rest."
    ),
    "enhance.breaks_off": Sentence(
        "{path} breaks off after {seen} seconds, within a piece of it; the result has what is "
        "there. Copy the file again for the rest."
    ),
    "enhance.silent": Sentence(
        "{path} has sound, but none that is taken for a voice: the result would be silent; {cure}.",
        severity="failed",
        cure="enhance.keep_sound",
    ),
    "split.no_faces": Sentence(
        "{path} shows nobody whose voice could be told by the lips; its voices stay together.",
        severity="failed",
    ),
    "split.failed": Sentence(
        "The voices in {path} cannot be taken apart ({error}).", severity="failed"
    ),
    "split.no_sound": Sentence("{path} has no sound that could be taken apart.", severity="failed"),
    "split.names_alone": Sentence(
        "Names are for the voices of a meeting; {cure}.", severity="failed", cure="split.choose"
    ),
    "split.name": Sentence(
        "'{name}' cannot name one of several files; choose another name.", severity="failed"
    ),
    "split.names": Sentence(
        "{count} names are too many; up to {most} people are told apart.", severity="failed"
    ),
    "split.nobody": Sentence(
        "{path} has nobody's sound file beside it; enhance the recording and {cure}.",
        severity="failed",
        cure="split.choose",
    ),
    "split.fewer": Sentence(
        "{count} names are too many; the number of people heard in {path} is {there}.",
        severity="failed",
    ),
    "split.taken": Sentence("{path} exists already; choose another name.", severity="failed"),
    "split.held": Sentence(
        "{path} has {name}, which could not be copied; nobody is renamed.", severity="failed"
    ),
    "enhance.factor": Sentence(
        "Super resolution enlarges 2 or 4 times, not {factor}.", severity="failed"
    ),
    "enhance.nothing": Sentence(
        "There is nothing to do; {cure}.", severity="failed", cure="enhance.choose"
    ),
    "enhance.no_files": Sentence(
        "There is nothing to enhance; name at least one recording.", severity="failed"
    ),
    "enhance.one_file": Sentence(
        "{path} would be one file; several results need a folder.", severity="failed"
    ),
    "enhance.no_kind": Sentence(
        "{path} cannot be the result; name a folder or a file that ends in {ends}.",
        severity="failed",
    ),
    "enhance.same_name": Sentence(
        "{first} and {second} would both become {path}; rename one.", severity="failed"
    ),
    "enhance.itself": Sentence(
        "{path} is one of the recordings; {cure}.", severity="failed", cure="enhance.elsewhere"
    ),
    "enhance.exists": Sentence(
        "{path} exists already; {cure}.", severity="failed", cure="enhance.overwrite"
    ),
    "enhance.only_sound": Sentence(
        "{path} would be sound alone and stay as it is; {cure}.",
        severity="failed",
        cure="enhance.denoise",
    ),
    "enhance.busy": Sentence(
        "{path} is being made by another vcam; wait for it.", severity="failed"
    ),
    "cutout.failed": Sentence("{sentences}", severity="failed"),
    "cutout.same_name": Sentence(
        "{first} and {second} would both be written to {path}; cut them out into different "
        "folders.",
        severity="failed",
    ),
    "cutout.itself": Sentence(
        "{path} would be overwritten; choose another output folder.", severity="failed"
    ),
    "cutout.no_folder": Sentence(
        "{path} is a file; choose a folder for the results.", severity="failed"
    ),
    "picture.unreadable": Sentence(
        "{path} is not a picture that can be read; use JPEG, PNG or WebP.", severity="failed"
    ),
    "picture.size": Sentence(
        "{path} has {size} million pixels; make it smaller: {most} million can be read.",
        severity="failed",
    ),
    "picture.depth": Sentence(
        "{path} has {kind} pixels; save it with 8 or 16 bits.", severity="failed"
    ),
    # Transcripts.
    "transcript.no_sound": Sentence("{path} has no sound; there is nothing to write down."),
    "transcript.failed": Sentence("The transcript of {path} cannot be made ({error})."),
    "transcript.no_language": Sentence(
        "There is no language '{language}' for a transcript; give a code like en, de or ja, or "
        "zh-TW, zh-CN, or auto.",
        severity="failed",
    ),
    "transcript.not_installed": Sentence(
        "The transcript needs what is not here ({error}); install it in vcam's folder "
        "with: pip install -e '.[transcript]' && pip install --no-deps faster-whisper"
    ),
    "transcript.not_whole": Sentence(
        "The transcript needs what is not here ({error}); install vcam again."
    ),
    "transcript.no_model": Sentence("{folder} holds no Whisper model that can be used ({error})."),
    "transcript.wrong_model": Sentence(
        "{folder} is no Whisper model for CTranslate2 (it has no {missing}); {cure}.",
        cure="transcript.choose",
    ),
    "transcript.not_fetched": Sentence(
        "The speech model cannot be downloaded ({error}); {cure}.", cure="transcript.connect"
    ),
    # Archives.
    "archive.not_installed": Sentence(
        "An archive is worked on by Ray, which is not here; install it in vcam's folder "
        "with: pip install -e '.[cluster]'",
        severity="failed",
    ),
    "archive.not_packaged": Sentence(
        "An archive is worked on by Ray, which is not part of the package; run vcam from source "
        "for it.",
        severity="failed",
    ),
    "archive.no_ray": Sentence(
        "No Ray can be had at {address} ({error}); {cure}.",
        severity="failed",
        cure="archive.here",
    ),
    "archive.store": Sentence("{path} cannot be used ({error}).", severity="failed"),
    "archive.no_source": Sentence(
        "{path} is no folder; name the one with the recordings.", severity="failed"
    ),
    "archive.no_recordings": Sentence(
        "{path} holds no recordings; {cure}.", severity="failed", cure="archive.choose"
    ),
    "archive.not_mounted": Sentence(
        "{path} is not on the machine {node}; mount the folder there in the same place.",
        severity="failed",
    ),
    "archive.in_motion": Sentence(
        "{path} has changed since it was looked for; the same command takes it as it is then.",
        severity="failed",
    ),
    "archive.other_version": Sentence(
        "The machine {node} has {name} {found} and not {needed}; install the same vcam there.",
        severity="failed",
    ),
    "archive.no_room": Sentence(
        "A recording needs {needed} GiB of memory, and {available} GiB are free; close other "
        "programs.",
        severity="failed",
    ),
    "archive.lost": Sentence(
        "What worked on {path} ended unexpectedly ({error}); the same command tries it again.",
        severity="failed",
    ),
    "archive.gpu_idle": Sentence(
        "The GPU of the machine {node} is not used, and its processor did the work; install what "
        "uses it there: pip install 'onnxruntime-gpu[cuda,cudnn]'",
        severity="note",
    ),
    "archive.no_index": Sentence(
        "{path} is no index of an archive; `vcam archive` makes one.", severity="failed"
    ),
    # The doctor's findings.
    "setup.no_packager": Sentence(
        "Which package has v4l2loopback here is not known; install it as your system does.",
        severity="note",
    ),
    "setup.no_module_package": Sentence(
        "Fedora has v4l2loopback in RPM Fusion alone; switch that on as https://rpmfusion.org "
        "says, then run `vcam setup` again.",
        severity="note",
    ),
    "setup.log_in_again": Sentence(
        "Log out and in again afterwards, so that you are in the group.", severity="note"
    ),
    "setup.start_pipewire": Sentence(
        "PipeWire is installed and systemd does not run here: start pipewire, wireplumber and "
        "pipewire-pulse as your system does.",
        severity="note",
    ),
    "setup.secure_boot": Sentence(
        "Secure boot is on, so the kernel takes v4l2loopback only with a key it knows: type sudo "
        "mokutil --import {key}, choose a password, restart and enrol the key.",
        severity="note",
    ),
    "setup.packages_stay": Sentence(
        "Packages that were installed and the group stay; your system's package program removes "
        "v4l2loopback.",
        severity="note",
    ),
    "setup.only_linux": Sentence("There is nothing to set up on this system.", severity="failed"),
    "setup.failed": Sentence("This failed: {line}", severity="failed"),
    "setup.no_root": Sentence(
        "There is neither polkit nor sudo to do this with; as root, type: {lines}",
        severity="failed",
    ),
    "setup.refused": Sentence(
        "The password was not given; to do it yourself, type: {lines}", severity="failed"
    ),
    "setup.not_done": Sentence(
        "Not all of it could be done; to do it yourself, type: {lines}", severity="failed"
    ),
    "doctor.look_failed": Sentence("could not be looked at: {error}"),
    "doctor.no_camera": Sentence(
        "no camera was found; the demo picture is used", cure="camera.plug_in"
    ),
    "doctor.stand_in": Sentence("{cause}; {kind}"),
    "doctor.secure_boot": Sentence("on: the kernel refuses an unsigned v4l2loopback"),
    "doctor.no_microphone": Sentence(
        "no microphone was found; the demo voice is used", cure="microphone.plug_in"
    ),
    "doctor.no_server": Sentence("neither PulseAudio nor PipeWire answers"),
    "doctor.no_library": Sentence("the library is not installed"),
    "doctor.networks": Sentence(
        "{names}: missing, or not the file that was published", cure="install.again"
    ),
    "doctor.gpu_idle": Sentence("CPU, although an NVIDIA GPU is here"),
    "doctor.no_cuda": Sentence("CPU, although an NVIDIA GPU is here", cure="install.cuda"),
    "doctor.no_screen": Sentence("no screen; use `vcam status` and `vcam set`"),
    "doctor.no_qt": Sentence("Qt is not installed"),
    "doctor.no_tray": Sentence(
        "the desktop shows no tray icons; the window opens instead", cure="tray.extension"
    ),
    # The windows' own.
    "gallery.not_copied": Sentence("{name} could not be copied ({reason})."),
    "gallery.folder": Sentence("{name} is a folder; drop pictures."),
    "gallery.gone": Sentence("{name} is not there any more."),
    "gallery.kind": Sentence("{name} is not a JPEG, PNG, WebP, GIF or BMP picture and no film."),
    "gallery.large": Sentence("{name} is larger than {most} MB."),
    "gallery.huge": Sentence("{name} has more than 60 megapixels."),
    "gallery.small": Sentence("{name} is too small; it needs at least 120 pixels a side."),
    "gallery.damaged": Sentence("{name} cannot be read as a picture; it may be damaged."),
    "keys.no_combination": Sentence("{keys} is not one combination of keys."),
    "keys.taken": Sentence("{keys} has a use already: {what}. Choose other keys."),
    "keys.unfit": Sentence("Use Ctrl, Alt or Meta with a letter or a digit, or a function key."),
    "autostart.unchanged": Sentence(
        "Starting with the desktop could not be changed in {folder} ({error}); mend the folder's "
        "permissions."
    ),
}
