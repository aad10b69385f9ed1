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
SURE = 4.0  # from this |logit| on a tile is 0 or 1 all over and need not be decided
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
        """pixels uint8 (K, 432), before (K, 36) logits, features (K, 16) -> logits (K, 16)."""
        clipped = before.clamp(-8, 8)
        context = torch.cat([clipped * 0.25, features, torch.full_like(before[:, :1], level)], 1)
        x = F.relu(self.pixels(pixels / 255) + self.context(context))
        return clipped @ self.bilinear.T + self.out(F.relu(self.hidden(x)))


class Tiles:
    """Gathers for the head what lies around tiles of one subdivision step.

    picture: uint8 (N, H, W, 3) at the step's resolution; before: float (N, H/2, W/2) logits;
    features: (N, 16, h, w). A tile's number counts batch, row, column. Where to look is the sum of
    a row of two tables, by the tile's row and column: fewer operations than arithmetic per pixel.
    """

    def __init__(self, picture: Tensor, before: Tensor, features: Tensor):
        self.rows, self.columns = picture.shape[1] // TILE, picture.shape[2] // TILE
        self.units = picture.reshape(-1, 3 * TILE)
        self.before = before.reshape(-1, 2)
        self.h, self.w = features.shape[2], features.shape[3]
        self.map = features.permute(0, 2, 3, 1).reshape(-1, FEATURES)
        self.images = torch.arange(features.shape[0], dtype=torch.int32, device=features.device)

    def gather(self, tiles: Tensor) -> tuple[Tensor, Tensor]:
        """Pixels uint8 (K, 432) and logits before (K, 36) of K tiles."""
        row, column = self._place(tiles)

        def windows(source: Tensor, size: int) -> Tensor:
            down = self._around(self.rows, size)
            down = (self._of_all(down, self.rows * size) * self.columns).repeat_interleave(3, 1)
            across = self._around(self.columns, 1).repeat(1, 3 * size)
            index = down.index_select(0, row) + across.index_select(0, column)
            found = source.index_select(0, index.flatten())
            return found.reshape(-1, 9 * size * found.shape[1])

        return windows(self.units, TILE), windows(self.before, TILE // 2)

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

    def _place(self, tiles: Tensor) -> tuple[Tensor, Tensor]:
        """Row, counted through all images, and column; 32 bits make indices twice as fast."""
        tiles = tiles.int()
        row = tiles.div(self.columns, rounding_mode="trunc")
        return row, tiles - row * self.columns

    def _around(self, tiles: Tensor | int, size: int) -> Tensor:
        """(tiles, 3 size): along one axis, the units of a tile and its neighbours; int32."""
        start = torch.arange(0, tiles * size, size, dtype=torch.int32, device=self.images.device)
        window = torch.arange(-size, 2 * size, dtype=torch.int32, device=self.images.device)
        last = torch.as_tensor(tiles * size - 1).int()
        return (start[:, None] + window).clamp(min=0).minimum(last)

    def _of_all(self, places: Tensor, size: Tensor | int) -> Tensor:
        """One image's places along the vertical axis -> those of all images, one after another."""
        return (places + (self.images * size)[:, None, None]).flatten(0, 1)

    def features(self, tiles: Tensor) -> Tensor:
        """(K, 16): interpolated bilinearly at the tiles' centres."""
        row, column = self._place(tiles)

        def axis(tiles: Tensor | int, size: Tensor | int) -> tuple[Tensor, Tensor]:
            """(tiles, 2): the two places between which a tile's centre lies, and their shares."""
            last = torch.as_tensor(size - 1).float()
            centre = torch.arange(tiles, device=self.images.device) + 0.5
            at = (centre * (torch.as_tensor(size) / tiles) - 0.5).clamp(min=0).minimum(last)
            low = at.floor()
            far = at - low
            return torch.stack([low, (low + 1).minimum(last)], 1).int(), torch.stack(
                [1 - far, far], 1
            )

        down, v = axis(self.rows, self.h)
        across, u = axis(self.columns, self.w)
        down = (self._of_all(down, self.h) * self.w).repeat_interleave(2, 1)
        v = v.repeat(self.images.shape[0], 1).repeat_interleave(2, 1)
        index = down.index_select(0, row) + across.repeat(1, 2).index_select(0, column)
        share = v.index_select(0, row) * u.repeat(1, 2).index_select(0, column)
        found = self.map.index_select(0, index.T.flatten()).reshape(4, -1, FEATURES)
        return (found * share.T[:, :, None]).sum(0)


def uncertainty(before: Tensor) -> Tensor:
    """(N, rows, columns) of tiles: how surely the border runs through, from the map before.

    Positive where the tile or its rim has both signs, else minus the smallest |logit|.
    """
    padded = F.pad(before[:, None], (1, 1, 1, 1), mode="replicate")
    return torch.minimum(F.max_pool2d(padded, 4, 2), F.max_pool2d(-padded, 4, 2)).squeeze(1)


def uncertainty_of_parts(decided: Tensor) -> Tensor:
    """The same for the four parts of K decided tiles, without a rim: (K, 16) -> (4 K,)."""
    tiles = decided.reshape(-1, 1, TILE, TILE)
    return torch.minimum(F.max_pool2d(tiles, 2), F.max_pool2d(-tiles, 2)).flatten()


def double(coarse: Tensor) -> Tensor:
    """(N, H, W) -> (N, 2 H, 2 W), pixels repeated; the border's are decided anew anyway."""
    return F.interpolate(coarse[:, None], scale_factor=2.0, mode="nearest").squeeze(1)


class PortraitNet(nn.Module):
    """Coarse network and point head; deployed as a graph each."""

    def __init__(self) -> None:
        super().__init__()
        self.coarse = Coarse()
        self.head: nn.Module = PointHead()

    def coarse_logits(self, small: Tensor, prior: Tensor) -> tuple[Tensor, Tensor]:
        """uint8 (N, h, w, 3) BGR, prior (N, h, w) in [0, 1] -> logits (N, 1, h, w), features."""
        rgb = small.permute(0, 3, 1, 2).flip(1).float() * (1 / 255)
        return self.coarse(torch.cat([rgb, prior[:, None] * 2 - 1], 1))

    def forward(
        self, small: Tensor, prior: Tensor, half: Tensor, frame: Tensor, counts: Tensor
    ) -> tuple[Tensor, Tensor]:
        """One picture. small uint8 (h, w, 3) BGR with h, w multiples of 32; prior (h, w) in
        [0, 1], 0.5 = unknown; half, frame uint8 (H/2, W/2, 3) and (H, W, 3) BGR with H, W
        multiples of 8; counts int64 (2): the most tiles to decide in each step.

        Only doubtful tiles are decided, and in the second step only parts of those of the first.
        Returns alpha uint8 (H, W) and the coarse alpha (h, w), which is the next frame's prior.
        """
        logits, features = self.coarse_logits(small[None], prior[None])
        return self.pointed(logits, features, half, frame, counts), torch.sigmoid(logits[0, 0])

    def pointed(
        self, logits: Tensor, features: Tensor, half: Tensor, frame: Tensor, counts: Tensor
    ) -> Tensor:
        """The alpha from what the coarse network made of one picture; the rest as in `forward`."""
        size = (half.shape[0] // 2, half.shape[1] // 2)
        grid = F.interpolate(logits, size=size, mode="bilinear").squeeze(1)

        unsure = uncertainty(grid).flatten()
        doubtful = (unsure > -SURE).nonzero()[:, 0]
        first = torch.minimum(counts[0], torch.as_tensor(doubtful.shape[0]))
        best = unsure.index_select(0, doubtful).topk(first, sorted=False).indices
        chosen = doubtful.index_select(0, best)
        around = Tiles(half[None], grid, features)
        seen = around.features(chosen)
        decided = self.head(*around.gather(chosen), seen, 0.0)
        middle = around.paste(double(grid), chosen, decided)
        alpha = around.paste(double(to_bytes(grid)), chosen, to_bytes(decided))

        candidates = around.children(chosen)
        second = torch.minimum(counts[1], 4 * first)
        best = uncertainty_of_parts(decided).topk(second, sorted=False).indices
        chosen = candidates.index_select(0, best)
        around = Tiles(frame[None], middle, features)
        seen = seen.index_select(0, best.div(4, rounding_mode="trunc"))  # as the whole tile
        decided = self.head(*around.gather(chosen), seen, 1.0)
        return around.paste(double(alpha).squeeze(0), chosen, to_bytes(decided))


def to_bytes(logits: Tensor) -> Tensor:
    """Alpha, uint8. Doubts below HAZE are 0 and above 1 - HAZE are 1, lest all be a bit of each."""
    scale = 255 / (1 - 2 * HAZE)
    alpha = torch.sigmoid(logits) * scale + (0.5 - HAZE * scale)
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
