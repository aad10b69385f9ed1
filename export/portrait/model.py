"""The portrait matting network: the coarse network, then PointRend up to the frame's resolution.

PointRend (Kirillov et al., "PointRend: Image Segmentation as Rendering", CVPR 2020) subdivides the
coarse map by two and lets a small point head re-decide the N most uncertain points, again and
again. Here a "point" is a tile of 4 x 4 pixels, which the head decides jointly: one row of memory
to gather and one to scatter, so that a CPU spends its time in matrix products.

Resolutions: the map starts at 1/4 of the frame, the first step decides tiles at 1/2, the second at
the frame's own pixels. The same head serves both steps.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.portrait.coarse import FEATURES, Coarse

TILE = 4
WINDOW = 3 * TILE  # the pixels the head sees: the tile and its eight neighbours
HAZE = 0.06
BEFORE = WINDOW // 2  # the same window on the map before the subdivision


def bilinear_tile() -> Tensor:
    """(16, 6, 6): what bilinear interpolation makes of a window of the map before, per pixel."""
    axis = torch.zeros(TILE, BEFORE)
    for pixel in range(TILE):
        position = (pixel + 0.5) / 2 + 1.5
        low = int(position)
        axis[pixel, low] = 1 - (position - low)
        axis[pixel, low + 1] = position - low
    return torch.einsum("yr,xc->yxrc", axis, axis).reshape(TILE * TILE, BEFORE, BEFORE)


class PointHead(nn.Module):
    """Decides the 4 x 4 logits of a tile; adds to the interpolation, which it starts from."""

    bilinear: Tensor

    def __init__(self, hidden: int = 96):
        super().__init__()
        self.pixels = nn.Linear(WINDOW * WINDOW * 3, hidden)
        self.context = nn.Linear(BEFORE * BEFORE + FEATURES + 1, hidden, bias=False)
        self.hidden = nn.Linear(hidden, 64)
        self.out = nn.Linear(64, TILE * TILE)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)
        self.register_buffer("bilinear", bilinear_tile().flatten(1), persistent=False)

    def forward(self, pixels: Tensor, before: Tensor, features: Tensor, level: float) -> Tensor:
        """pixels (K, 432) 0..255, before (K, 36) logits, features (K, 16) -> logits (K, 16)."""
        clipped = before.clamp(-8, 8)
        context = torch.cat([clipped * 0.25, features, torch.full_like(before[:, :1], level)], 1)
        # Scaling the weights instead of the pixels is done once, when the graph is exported.
        seen = F.linear(pixels, self.pixels.weight * (1 / 255), self.pixels.bias)
        x = F.relu(seen + self.context(context))
        return clipped @ self.bilinear.T + self.out(F.relu(self.hidden(x)))


class Tiles:
    """Gathers for the head what lies around tiles of one subdivision step.

    picture: uint8 (N, H, W, 3) at the step's resolution; before: float (N, H/2, W/2) logits;
    features: (N, 16, h, w). A tile's number counts batch, row, column.
    """

    def __init__(self, picture: Tensor, before: Tensor, features: Tensor):
        batch, self.height, width = picture.shape[0], picture.shape[1], picture.shape[2]
        self.rows, self.columns = self.height // TILE, width // TILE
        self.units = picture.reshape(-1, 3 * TILE)
        self.before = before.reshape(-1, 2)
        self.h, self.w = features.shape[2], features.shape[3]
        self.features = features.permute(0, 2, 3, 1).reshape(-1, FEATURES)
        self.batch = batch

    def _place(self, tiles: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Image, row and column of each tile; 32 bits make the index arithmetic twice as fast."""
        tiles = tiles.int()
        row = tiles.div(self.columns, rounding_mode="trunc")
        image = row.div(self.rows, rounding_mode="trunc")
        return image, row - image * self.rows, tiles - row * self.columns

    def gather(self, tiles: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Pixels (K, 432) 0..255, logits before (K, 36) and features (K, 16) of K tiles."""
        image, row, column = self._place(tiles)
        around = torch.arange(-1, 2, dtype=torch.int32, device=tiles.device)
        across = (column[:, None, None] + around).clamp(min=0)
        across = across.minimum(torch.as_tensor(self.columns - 1).int())

        def windows(source: Tensor, height: int, size: int) -> Tensor:
            down = torch.arange(-size, 2 * size, dtype=torch.int32, device=tiles.device)
            y = (row[:, None] * size + down).clamp(min=0)
            y = y.minimum(torch.as_tensor(height - 1).int())
            index = (((image * height)[:, None] + y) * self.columns)[:, :, None] + across
            found = source.index_select(0, index.reshape(-1))
            return found.reshape(-1, 9 * size * found.shape[1])

        pixels = windows(self.units, self.height, TILE)
        before = windows(self.before, self.height // 2, TILE // 2)
        return pixels.float(), before, self._sample(image, row, column)

    def children(self, tiles: Tensor) -> Tensor:
        """(4 K,) numbers, in the next step, of the tiles that cover K tiles of this one."""
        row = tiles.div(self.columns, rounding_mode="trunc")
        corner = (4 * row * self.columns + 2 * (tiles - row * self.columns))[:, None]
        below = corner + 2 * self.columns
        return torch.cat([corner, corner + 1, below, below + 1], 1).flatten()

    def paste(self, base: Tensor, tiles: Tensor, values: Tensor) -> Tensor:
        """`base` (N, H, W) with `values` (K, 16) at the tiles."""
        down = torch.arange(TILE, device=tiles.device)
        row = tiles.div(self.columns, rounding_mode="trunc")
        index = (row[:, None] * TILE + down) * self.columns + (tiles - row * self.columns)[:, None]
        pasted = base.reshape(-1, TILE).index_put((index,), values.reshape(-1, TILE, TILE))
        return pasted.reshape(base.shape)

    def _sample(self, image: Tensor, row: Tensor, column: Tensor) -> Tensor:
        """Features interpolated bilinearly at the tiles' centres."""

        def axis(position: Tensor, tiles: int, size: int) -> tuple[Tensor, Tensor, Tensor]:
            last = torch.as_tensor(size - 1).float()
            at = (position.float() + 0.5) * (torch.as_tensor(size) / tiles) - 0.5
            at = at.clamp(min=0).minimum(last)
            low = at.floor()
            return low.int(), (low + 1).minimum(last).int(), (at - low)[:, None]

        top, bottom, v = axis(row, self.rows, self.h)
        left, right, u = axis(column, self.columns, self.w)
        top, bottom = (image * self.h + top) * self.w, (image * self.h + bottom) * self.w

        def between(line: Tensor) -> Tensor:
            first = self.features.index_select(0, line + left)
            return first + (self.features.index_select(0, line + right) - first) * u

        upper = between(top)
        return upper + (between(bottom) - upper) * v


def uncertainty(before: Tensor) -> Tensor:
    """(N, rows, columns) of tiles: how surely the border runs through, from the map before.

    Positive where the tile or its rim has both signs, else minus the smallest |logit|.
    """
    padded = F.pad(before[:, None], (1, 1, 1, 1), mode="replicate")
    return torch.minimum(F.max_pool2d(padded, 4, 2), F.max_pool2d(-padded, 4, 2))[:, 0]


def double(before: Tensor) -> Tensor:
    """(N, H, W) interpolated to (N, 2 H, 2 W)."""
    return F.interpolate(before[:, None], scale_factor=2, mode="bilinear")[:, 0]


class PortraitNet(nn.Module):
    """Coarse network and point head; the deployed graph."""

    def __init__(self) -> None:
        super().__init__()
        self.coarse = Coarse()
        self.head = PointHead()

    def coarse_logits(self, small: Tensor, prior: Tensor) -> tuple[Tensor, Tensor]:
        """uint8 (N, h, w, 3) BGR, prior (N, h, w) in [0, 1] -> logits (N, 1, h, w), features."""
        rgb = small.permute(0, 3, 1, 2).flip(1).float() * (1 / 255)
        return self.coarse(torch.cat([rgb, prior[:, None] * 2 - 1], 1))

    def forward(
        self, small: Tensor, prior: Tensor, half: Tensor, frame: Tensor, counts: Tensor
    ) -> tuple[Tensor, Tensor]:
        """One picture. small uint8 (h, w, 3) BGR with h, w multiples of 32; prior (h, w) in
        [0, 1], 0.5 = unknown; half, frame uint8 (H/2, W/2, 3) and (H, W, 3) BGR with H, W
        multiples of 8; counts int64 (2): tiles to decide in each step, the first at most
        H * W / 64, the second at most four times the first, for only parts of decided tiles are
        decided again.

        Returns alpha uint8 (H, W) and the coarse alpha (h, w), which is the next frame's prior.
        """
        logits, features = self.coarse_logits(small[None], prior[None])
        size = (half.shape[0] // 2, half.shape[1] // 2)
        grid = F.interpolate(logits, size=size, mode="bilinear")[:, 0]

        around = Tiles(half[None], grid, features)
        chosen = uncertainty(grid).flatten().topk(counts[0], sorted=False).indices
        decided = self.head(*around.gather(chosen), 0.0)
        middle = around.paste(double(grid), chosen, decided)

        candidates = around.children(chosen)
        around = Tiles(frame[None], middle, features)
        unsure = uncertainty(middle).flatten().index_select(0, candidates)
        best = unsure.topk(counts[1], sorted=False).indices
        chosen = candidates.index_select(0, best)
        decided = self.head(*around.gather(chosen), 1.0)
        # Tiles that are not decided are all but 0 or 1: repeating their pixels is enough.
        base = F.interpolate(to_bytes(middle)[:, None], scale_factor=2.0, mode="nearest")[:, 0]
        return around.paste(base, chosen, to_bytes(decided))[0], torch.sigmoid(logits[0, 0])


def to_bytes(logits: Tensor) -> Tensor:
    """Alpha, uint8. Doubts below HAZE are 0 and above 1 - HAZE are 1, lest all be a bit of each."""
    alpha = (torch.sigmoid(logits) - HAZE) * (255 / (1 - 2 * HAZE)) + 0.5
    return alpha.clamp(0, 255).to(torch.uint8)


def mix_in(net: PortraitNet, trained: dict[str, Tensor], keep: float) -> None:
    """Moves the coarse network from its first weights `keep` of the way to the trained ones.

    Interpolated weights forget less of what the first ones knew (Wortsman et al., "Robust
    fine-tuning of zero-shot models", CVPR 2022). The point head and the deeper stage, which first
    contributed nothing, are taken as they are; only the latter's contribution is scaled.
    """
    mixed = dict(trained)
    for name, first in net.coarse.state_dict(prefix="coarse.").items():
        if not name.startswith("coarse.deeper.") or name.startswith("coarse.deeper.back."):
            mixed[name] = torch.lerp(first, trained[name], keep)
    net.load_state_dict(mixed)
