"""The clusters that docs/archive.md shows are written as Ray reads them."""

import json
import re
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="vcam[cluster] is not installed")
PAGE = Path(__file__).parents[2] / "docs" / "archive.md"


def test_the_clusters_of_the_page_are_of_rays_form() -> None:
    import jsonschema
    import ray.autoscaler
    import yaml

    schema = json.loads((Path(ray.autoscaler.__file__).parent / "ray-schema.json").read_text())
    found = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for_ray = [one for one in map(yaml.safe_load, found) if "apiVersion" not in one]
    assert len(found) == 3 and len(for_ray) == 2
    for one in for_ray:
        jsonschema.validate(one, schema)
