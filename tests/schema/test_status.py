"""What scripts read of the status stays what it was: sentences, with the values beside them."""

from vcam.schema.reasons import Reason
from vcam.schema.status import AudioStatus, RecordStatus, Status, VideoStatus


def test_json_has_sentences_where_scripts_look_and_values_beside_them() -> None:
    missing = Reason.of("camera.missing", name="C920")
    broken = Reason.of("sound.denoiser_fails", error="no", severity="note")
    status = Status(
        video=VideoStatus(reasons=[missing, broken], sink_problem=missing),
        audio=AudioStatus(),
        record=RecordStatus(reason=broken),
        hints=[broken],
    )
    printed = status.printed()
    assert printed["video"]["reason"] == str(missing)
    assert printed["video"]["sink_problem"] == str(missing)
    assert [one["key"] for one in printed["video"]["reasons"]] == [missing.key, broken.key]
    assert printed["audio"]["reason"] is None and printed["audio"]["reasons"] == []
    assert printed["record"]["reason"] == str(broken)
    assert printed["hints"] == [str(broken)]
    assert [one["key"] for one in printed["reasons"]] == [broken.key]
