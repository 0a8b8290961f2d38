#!/usr/bin/env python3
"""What PyTorch says of losses with their options and with weights, written to test/fixtures/pytorch-losses.json.

    pytorch_losses.py

A case holds the network's numbers, the truth (labels, or rows of targets), the weights of the samples where they differ, the
loss and its gradient, in float64. Needs PyTorch; the file that is committed was made with 1.13.
"""
import json
import pathlib

import torch
from torch.nn import functional as F

from made_up import numbers

X = (4 * numbers((6, 3), 500)).tolist()
REAL = (3 * numbers((6, 3), 600)).tolist()
YES_OR_NO = [[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 0], [0, 0, 1]]
PART = [[0.25, 0.5, 1], [0, 0.75, 0.1], [0.9, 0.1, 0.5], [0.3, 0.3, 0.3], [1, 1, 0], [0.5, 0, 0]]
LABELS = [0, 2, 1, 1, 2, 0]
WEIGHTS = [1, 0, 2.5, 0.5, 3, 1]


def focal(gamma):
    def each(x, labels):
        logp = F.log_softmax(x, dim=1).gather(1, labels[:, None])[:, 0]
        return -((1 - logp.exp()) ** gamma) * logp

    return each


def rows(function):
    """The loss of each sample: the mean of its numbers."""
    return lambda x, t: function(x, t, reduction='none').mean(dim=1)


def bce(positive):
    return rows(lambda x, t, reduction: F.binary_cross_entropy_with_logits(
        x, t, reduction=reduction, pos_weight=torch.full((3,), positive, dtype=torch.float64)))


CASES = [
    ('meanAbsoluteError', rows(F.l1_loss), REAL),
    ('meanSquaredError', rows(F.mse_loss), REAL),
    ('huber', rows(F.huber_loss), REAL),
    ({'huber': {'delta': 2.5}}, rows(lambda x, t, reduction: F.huber_loss(x, t, reduction=reduction, delta=2.5)), REAL),
    ('binaryCrossEntropy', bce(1.0), YES_OR_NO),
    ('binaryCrossEntropy', bce(1.0), PART),
    ({'binaryCrossEntropy': {'positiveWeight': 3}}, bce(3.0), YES_OR_NO),
    ('softmaxCrossEntropy', lambda x, labels: F.cross_entropy(x, labels, reduction='none'), LABELS),
    ({'focal': {'gamma': 0}}, focal(0), LABELS),
    ({'focal': {'gamma': 0.5}}, focal(0.5), LABELS),
    ('focal', focal(2), LABELS),
]


def case(stage, function, truth, weights):
    x = torch.tensor(X, dtype=torch.float64, requires_grad=True)
    t = torch.tensor(truth, dtype=torch.int64 if truth is LABELS else torch.float64)
    each = function(x, t)
    w = torch.tensor(weights or [1] * len(X), dtype=torch.float64)
    loss = (w * each).sum() / w.sum()
    loss.backward()
    return {
        'stage': stage, 'x': X, 'truth': truth, **({'weights': weights} if weights else {}),
        'loss': loss.item(), 'dx': x.grad.tolist(),
    }


cases = [case(*one, weights) for one in CASES for weights in (None, WEIGHTS)]
fixture = pathlib.Path(__file__).parents[2] / 'test' / 'fixtures' / 'pytorch-losses.json'
fixture.write_text('[\n' + ',\n'.join('  ' + json.dumps(one) for one in cases) + '\n]\n')
