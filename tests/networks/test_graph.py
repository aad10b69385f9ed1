"""A network that the code cannot use is refused when it is opened, and not in the first call."""

import pytest

from vcam.networks.graph import Graph, Shape
from vcam.networks.models import open_model
from vcam.networks.picture import open_picture
from vcam.offline.superres import SuperResolution
from vcam.schema.errors import VcamError
from vcam.video.stages.face_networks import FaceNetworks
from vcam.video.stages.portrait import Portrait

DOUBLING = Graph(inputs={"picture": ("rows", 3)}, outputs={"doubled": ("more", 3)})
REMEMBERING = Graph(inputs={"noisy": (1, 9)}, outputs={"clean": (1, 9)}, memory="next_")

Shapes = dict[str, Shape]


def test_the_shipped_networks_are_what_the_code_needs() -> None:
    networks = open_picture(["portrait", "face"])
    assert networks.portrait is not None and networks.face is not None
    open_model("superres", SuperResolution.GRAPH)


@pytest.mark.parametrize(
    ("name", "graph"),
    [
        ("denoise", Portrait.COARSE),
        ("face_landmarks", FaceNetworks.DETECTOR),
        ("face_detector", FaceNetworks.MESH),
        ("portrait", Portrait.POINTS),
        ("portrait_points", SuperResolution.GRAPH),
    ],
)
def test_another_network_is_refused_in_one_sentence(name: str, graph: Graph) -> None:
    with pytest.raises(VcamError, match="another network than this version needs") as raised:
        open_model(name, graph)
    assert f"{name}.onnx" in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("inputs", "outputs", "said"),
    [
        ({"picture": ("rows", 4)}, {"doubled": ("more", 3)}, "input 'picture' is rows×4 instead"),
        ({"image": ("rows", 3)}, {"doubled": ("more", 3)}, "input 'picture' is absent"),
        (
            {"picture": ("rows", 3)},
            {"doubled": (6, 3)},
            "output 'doubled' is 6×3 instead of more×3",
        ),
        (
            {"picture": ("rows", 3), "gain": (1,)},
            {"doubled": ("more", 3)},
            "input 'gain' is 1 instead of absent",
        ),
    ],
)
def test_what_is_other_is_named(inputs: Shapes, outputs: Shapes, said: str) -> None:
    assert DOUBLING.difference({"picture": ("rows", 3)}, {"doubled": ("more", 3)}) is None
    assert said in str(DOUBLING.difference(inputs, outputs))


def test_memories_may_be_any_as_long_as_each_is_handed_on() -> None:
    inputs: Shapes = {"noisy": (1, 9), "past": (7,)}
    outputs: Shapes = {"clean": (1, 9), "next_past": (7,)}
    assert REMEMBERING.difference(inputs, outputs) is None
    assert REMEMBERING.difference(inputs, {"clean": (1, 9)}) is not None
    assert REMEMBERING.difference(inputs, {"clean": (1, 9), "next_past": (8,)}) is not None
    assert REMEMBERING.difference({"noisy": (1, 9)}, outputs) is not None
