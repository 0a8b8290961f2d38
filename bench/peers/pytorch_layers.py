#!/usr/bin/env python3
"""What PyTorch makes of images with the layers for them, written to test/fixtures/pytorch-layers.json.

    pytorch_layers.py

A case holds a stage, the shape of its input and where its numbers begin (made_up.py), and where those of its parameters and of
the gradient of its output begin; and what PyTorch gives of them in float64, channels last as the stages have them: y, dx, and
the gradient of each parameter. Needs PyTorch; the file that is committed was made with 1.13.
"""
import json
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

from made_up import numbers


def made(shape, first):
    return torch.tensor(numbers(shape, first), dtype=torch.float64)


def first(x):
    """Channels before rows and columns."""
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x


def last(x):
    return x.permute(0, 2, 3, 1) if x.dim() == 4 else x


def conv(W, b, **options):
    return lambda x: last(F.conv2d(first(x), W.permute(3, 2, 0, 1), b, **options))


def same(total, axis_pads, **options):
    """As much padding as keeps the size, the larger half below and on the right."""
    return lambda W, b: lambda x: last(F.conv2d(F.pad(first(x), axis_pads), W.permute(3, 2, 0, 1), b, **options))


def batch_norm(gamma, beta):
    return lambda x: last(F.batch_norm(first(x), None, None, gamma, beta, training=True))


CASES = [
    ({'conv2d': {'filters': 3, 'kernel': 3}}, [2, 6, 5, 2], {'W': [3, 3, 2, 3], 'b': [3]}, conv),
    ({'conv2d': {'filters': 2, 'kernel': [2, 3], 'stride': [2, 1], 'padding': [1, 2]}}, [2, 5, 6, 3],
     {'W': [2, 3, 3, 2], 'b': [2]}, lambda W, b: conv(W, b, stride=(2, 1), padding=(1, 2))),
    ({'conv2d': {'filters': 4, 'kernel': 3, 'dilation': 2, 'groups': 2}}, [1, 7, 7, 4],
     {'W': [3, 3, 2, 4], 'b': [4]}, lambda W, b: conv(W, b, dilation=2, groups=2)),
    ({'conv2d': {'filters': 6, 'kernel': 3, 'padding': 1, 'groups': 3}}, [2, 4, 4, 3],
     {'W': [3, 3, 1, 6], 'b': [6]}, lambda W, b: conv(W, b, padding=1, groups=3)),
    ({'conv2d': {'filters': 2, 'kernel': 4, 'padding': 'same'}}, [1, 5, 5, 1], {'W': [4, 4, 1, 2], 'b': [2]},
     same(3, (1, 2, 1, 2))),
    ({'conv2d': {'filters': 2, 'kernel': 3, 'padding': 'same', 'stride': 2}}, [1, 6, 5, 1], {'W': [3, 3, 1, 2], 'b': [2]},
     same(1, (1, 1, 0, 1), stride=2)),
    ({'maxPool2d': {'size': 2}}, [2, 5, 4, 3], {}, lambda: lambda x: last(F.max_pool2d(first(x), 2))),
    ({'maxPool2d': {'size': 3, 'stride': 2, 'padding': 1}}, [2, 5, 6, 2], {},
     lambda: lambda x: last(F.max_pool2d(first(x), 3, 2, 1))),
    ({'averagePool2d': {'size': 2}}, [2, 5, 4, 3], {}, lambda: lambda x: last(F.avg_pool2d(first(x), 2))),
    ({'averagePool2d': {'size': 3, 'stride': 2, 'padding': 1}}, [2, 5, 6, 2], {},
     lambda: lambda x: last(F.avg_pool2d(first(x), 3, 2, 1, count_include_pad=False))),
    ('globalAveragePool', [2, 3, 5, 4], {}, lambda: lambda x: F.adaptive_avg_pool2d(first(x), 1).flatten(1)),
    ('flatten', [2, 3, 2, 4], {}, lambda: lambda x: x.flatten(1)),
    ('batchNorm', [3, 2, 3, 4], {'gamma': [4], 'beta': [4]}, batch_norm),
    ('batchNorm', [6, 3], {'gamma': [3], 'beta': [3]}, batch_norm),
    ('swish', [4, 5], {}, lambda: F.silu),
    ('mish', [4, 5], {}, lambda: F.mish),
    ('hardSwish', [4, 5], {}, lambda: lambda x: F.hardswish(x)),
    ('prelu', [4, 3, 5], {'a': [5]}, lambda a: lambda x: F.prelu(x.permute(0, 2, 1), a).permute(0, 2, 1)),
    ('layerNorm', [3, 2, 3, 4], {'gamma': [2, 3, 4], 'beta': [2, 3, 4]},
     lambda gamma, beta: lambda x: F.layer_norm(x, [2, 3, 4], gamma, beta)),
    ('layerNorm', [4, 5], {'gamma': [5], 'beta': [5]}, lambda gamma, beta: lambda x: F.layer_norm(x, [5], gamma, beta)),
]


def case(number, stage, shape, parameters, function):
    begin = 10_000 * (number + 1)
    x = made(shape, begin).requires_grad_()
    learned = {name: made(of, begin + 1000 * (i + 1)).requires_grad_() for i, (name, of) in enumerate(parameters.items())}
    y = function(*learned.values())(x)
    y.backward(made(list(y.shape), begin + 5000))
    return {
        'stage': stage, 'shape': shape, 'first': begin, 'output': list(y.shape), 'y': y.flatten().tolist(),
        'dx': x.grad.flatten().tolist(),
        'gradients': {name: value.grad.flatten().tolist() for name, value in learned.items()},
    }


cases = [case(number, *one) for number, one in enumerate(CASES)]
fixture = pathlib.Path(__file__).parents[2] / 'test' / 'fixtures' / 'pytorch-layers.json'
fixture.write_text('[\n' + ',\n'.join('  ' + json.dumps(one) for one in cases) + '\n]\n')
