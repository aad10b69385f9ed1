"""How each network is made. Never imported by vcam or ui.

Everything runs from the checkout's root, in an environment with vcam, PyTorch and the metrics:

    python -m venv .venv-export && .venv-export/bin/pip install --editable '.[export]'

What reads MediaPipe's own nets (`export.face`, `export.portrait.selfie_weights`) needs numpy < 2,
and so another one:

    python3.11 -m venv .venv-mediapipe
    .venv-mediapipe/bin/pip install -r export/face/requirements.txt

The recipe of each network, its data and its scores are in its card, `models_onnx/NAME.md`.
"""
