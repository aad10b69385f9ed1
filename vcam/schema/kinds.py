"""How the names of recordings end: what windows offer, archives take and results are called."""

_SOUNDS = (
    "wav bwf rf64 w64 flac ogg oga opus spx mp3 mp2 m4a m4b m4r aac ac3 eac3 dts amr awb gsm wma "
    "aif aiff aifc caf au snd voc mka weba wv tta ape tak mpc dsf dss"
)
_FILMS = (
    "mp4 m4v mov qt mkv webm avi divx ts mts m2t m2ts mpg mpeg vob 3gp 3g2 wmv asf flv f4v ogv ogm "
    "rm rmvb mxf dv"
)
SOUNDS = tuple(f".{kind}" for kind in _SOUNDS.split())
RECORDINGS = (*(f".{kind}" for kind in _FILMS.split()), *SOUNDS)
