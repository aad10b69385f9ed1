"""Cuts the demo's portrait out of NASA's public-domain picture of Eileen Collins.

    python -m export.demo.portrait PATH/TO/astronaut.png

The picture ships in scikit-image's wheel as skimage/data/astronaut.png. Writes
vcam/assets/demo_portrait.webp (colour and alpha) and the lips' outline into demo_face.json.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from export.pictures import read_picture

ASSETS = Path(__file__).parents[2] / "vcam" / "assets"
LEFT, TOP, RIGHT, BOTTOM = 16, 8, 384, 344

# A coarse outline of the person and, from the 468-point face mesh, the inner edges of her lips.
PERSON = [
    (276, 31), (237, 16), (207, 20), (156, 58), (155, 98), (170, 116), (174, 128), (182, 132),
    (184, 147), (161, 149), (140, 158), (121, 183), (123, 212), (110, 206), (65, 246), (44, 282),
    (26, 349), (366, 349), (360, 344), (362, 330), (357, 324), (352, 286), (340, 262), (303, 233),
    (289, 203), (255, 173), (266, 137), (275, 134), (290, 117), (300, 92), (296, 58),
]  # fmt: skip
UPPER_LIP = [
    (203.5, 140.3), (205.8, 139.6), (208.9, 140.1), (212.6, 140.9), (217.1, 141.9), (222.7, 142.5),
    (228.7, 142.4), (233.4, 141.8), (237.4, 141.3), (240.8, 141.0), (243.3, 141.9),
]  # fmt: skip
LOWER_LIP = [
    (203.5, 140.3), (206.4, 143.7), (208.8, 145.6), (212.5, 147.6), (217.1, 149.2), (222.6, 149.9),
    (228.3, 149.7), (233.2, 148.5), (237.3, 146.8), (240.0, 145.1), (243.3, 141.9),
]  # fmt: skip
CHIN = (220.5, 176.7)


def cut_out(picture: np.ndarray) -> np.ndarray:
    """BGR (512, 512, 3) → BGRA of the crop, colours freed of the old background."""
    outline = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(outline, [np.array(PERSON, np.int32)], 255)
    reach = np.ones((9, 9), np.uint8)
    marks = np.where(outline > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    marks[cv2.erode(outline, reach) > 0] = cv2.GC_FGD
    marks[cv2.dilate(outline, reach) == 0] = cv2.GC_BGD
    cv2.grabCut(
        picture, marks, None, np.zeros((1, 65)), np.zeros((1, 65)), 6, cv2.GC_INIT_WITH_MASK
    )
    mask = np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    alpha = cv2.GaussianBlur(cv2.erode(mask, np.ones((3, 3), np.uint8)) * 255.0, (0, 0), 0.8)
    # Colours from well inside the person are carried outwards over the border.
    inside = cv2.erode(mask, np.ones((5, 5), np.uint8))
    clean = cv2.inpaint(picture, (1 - inside) * cv2.dilate(mask, reach), 3, cv2.INPAINT_TELEA)
    colour = np.where(inside[..., None] > 0, picture, clean)
    cut = np.dstack([colour, alpha.round().astype(np.uint8)])[TOP:BOTTOM, LEFT:RIGHT]
    return np.where(cut[..., 3:] > 0, cut, 0).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("picture", type=Path)
    picture = read_picture(parser.parse_args().picture)
    target = ASSETS / "demo_portrait.webp"
    cv2.imwrite(str(target), cut_out(picture), [cv2.IMWRITE_WEBP_QUALITY, 92])
    shifted = {
        name: [(round(x - LEFT, 1), round(y - TOP, 1)) for x, y in points]
        for name, points in (("upper_lip", UPPER_LIP), ("lower_lip", LOWER_LIP), ("chin", [CHIN]))
    }
    outline = ASSETS / "demo_face.json"
    outline.write_text(json.dumps(shifted) + "\n")
    print(target, target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
