#!/usr/bin/env python3
"""What PyTorch's cross_entropy says with label_smoothing, written to test/fixtures/pytorch-label-smoothing.json.

    pytorch_label_smoothing.py

A case holds logits, labels, the loss and its gradient by the logits, in float64. Needs PyTorch; the file that is
committed was made with 1.13.
"""
import json
import pathlib

import torch

BATCHES = [
    ([[0.5, -1.0, 2.0]], [1]),
    ([[1.0, 2.0], [-3.0, 0.5], [0.0, 0.0]], [0, 1, 1]),
    ([[1.0, 2.0, 3.0, 4.0, 5.0], [-10.0, 0.0, 10.0, 0.0, -1.0]], [4, 0]),
]


def case(smoothing, logits, labels):
    x = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(x, torch.tensor(labels), label_smoothing=smoothing)
    loss.backward()
    return {
        'labelSmoothing': smoothing, 'logits': logits, 'labels': labels, 'loss': loss.item(), 'dx': x.grad.tolist(),
    }


cases = [case(smoothing, *batch) for smoothing in (0.0, 0.1, 0.5) for batch in BATCHES]
fixture = pathlib.Path(__file__).parents[2] / 'test' / 'fixtures' / 'pytorch-label-smoothing.json'
fixture.write_text('[\n' + ',\n'.join('  ' + json.dumps(one) for one in cases) + '\n]\n')
