"""A model of your own for Tillside: a small PyTorch network, trained on exported examples and written as ONNX.

    tillside-model examples --input sales/ --out own/
    python own_model.py own/
    tillside-model pack own/
    tillside-hub model add own/model.tillmodel

docs/models.md tells what each file is.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

SEED = 1
EPOCHS = 20
HELD_OUT = 0.2
HIDDEN = 32


class Ranker(nn.Module):
    """features float32 [n, F] -> scores float32 [n]; the scaling of the inputs is part of the model."""

    def __init__(self, mean: torch.Tensor, spread: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("spread", spread)
        self.layers = nn.Sequential(nn.Linear(len(mean), HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        # What the examples hardly vary in may vary in a store: no input is let run away.
        scaled = ((features - self.mean) / self.spread).clamp(-5.0, 5.0)
        return self.layers(scaled).squeeze(1)


def question_loss(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Softmax over one question's candidates: what was bought shall stand above what was not."""
    return -(torch.log_softmax(scores, 0) * labels).sum() / labels.sum()


def hit_rate_at_10(scores: list[torch.Tensor], labels: list[torch.Tensor]) -> float:
    hits = [bool(own[score.topk(min(10, len(own))).indices].any()) for score, own in zip(scores, labels)]
    return sum(hits) / len(hits)


def main(folder: Path) -> None:
    torch.manual_seed(SEED)
    features = torch.from_numpy(np.load(folder / "features.npy"))
    labels = torch.from_numpy(np.load(folder / "labels.npy"))
    offsets = np.load(folder / "groups.npy")
    questions = [slice(start, end) for start, end in zip(offsets, offsets[1:])]
    order = torch.randperm(len(questions)).tolist()
    cut = int(len(order) * HELD_OUT)
    held_out, lessons = order[:cut], order[cut:]

    known = torch.cat([features[questions[place]] for place in lessons])
    model = Ranker(known.mean(0), known.std(0).clamp(min=1e-2))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(EPOCHS):
        for place in lessons:
            rows = questions[place]
            optimizer.zero_grad()
            question_loss(model(features[rows]), labels[rows]).backward()
            optimizer.step()

    model.eval()
    with torch.no_grad():
        scores = [model(features[questions[place]]) for place in held_out]
        truth = [labels[questions[place]] for place in held_out]
        metrics = {"hitRateAt10": hit_rate_at_10(scores, truth)}
        golden = json.loads((folder / "golden.json").read_text())
        answers = model(torch.tensor([vector["features"] for vector in golden], dtype=torch.float32))

    torch.onnx.export(
        model,
        (features[:2],),
        folder / "model.onnx",
        input_names=["features"],
        output_names=["scores"],
        dynamic_axes={"features": {0: "n"}, "scores": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )
    manifest = {
        "modelId": "own-ranker-1",
        "golden": {
            "tolerance": 1e-4,
            "vectors": [{**vector, "score": float(score)} for vector, score in zip(golden, answers)],
        },
        "training": {"seed": SEED, "torch": torch.__version__, "questions": len(lessons)},
        "metrics": metrics,
        # Say true only after you measured it: tillside-hub model evaluate holds it against the running one.
        "beatsBaseline": False,
        "limits": ["Held out by chance, not by time: the numbers flatter."],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))
    print(f"{len(lessons)} questions learnt from, {len(held_out)} held out: hit rate at 10 {metrics['hitRateAt10']:.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
