#!/usr/bin/env python3
"""Writes test/fixtures/pytorch.json: values, losses and gradients as PyTorch computes them, in float64 and in float32.

    pytorch_fixtures.py

Inputs and first weights are made by formula (made_up.py), so that the tests begin with the same. Needs PyTorch.
"""
import json
import os

import numpy as np
import torch
from torch.nn import functional as F

from made_up import digits, numbers

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../test/fixtures/pytorch.json')
DTYPES = dict(float64=torch.float64, float32=torch.float32)

# A stage as a list item of a pipeline file, and PyTorch's word for it.
ACTIVATIONS = [
    ('relu', torch.relu),
    ('leakyRelu', lambda x: F.leaky_relu(x, 0.01)),
    ({'leakyRelu': {'slope': 0.3}}, lambda x: F.leaky_relu(x, 0.3)),
    ('elu', F.elu),
    ({'elu': {'alpha': 0.7}}, lambda x: F.elu(x, 0.7)),
    ('gelu', F.gelu),
    ('softplus', lambda x: F.softplus(x, threshold=40)),  # beyond its threshold, PyTorch takes softplus(x) to be x
    ('sigmoid', torch.sigmoid),
    ('tanh', torch.tanh),
    ('softmax', lambda x: F.softmax(x, dim=1)),
    ('identity', lambda x: x),
]

LOSSES = [
    ('softmaxCrossEntropy', F.cross_entropy),
    ({'crossEntropy': {'epsilon': 0}}, lambda y, labels: F.nll_loss(torch.log(y), labels)),
    ('crossEntropy', lambda y, labels: F.nll_loss(torch.log(y + 1e-7), labels)),
    ('meanSquaredError', lambda y, labels: F.mse_loss(y, F.one_hot(labels, y.shape[1]).to(y.dtype))),
]


def plain(tensor):
    """As nested lists, with a few digits more than what is asked of the tests: 1e-10 in float64, 1e-6 in float32."""
    digits = '%.13g' if tensor.dtype == torch.float64 else '%.9g'
    return np.vectorize(lambda value: float(digits % value))(tensor.detach().numpy()).tolist()


def of_activation(stage, function):
    # corners and extremes, and two rows of nothing special
    x = np.concatenate([[[-30, -1, 0, 1, 30]], 3 * numbers((2, 5), 0)])
    dy = numbers((3, 5), 100)

    def result(dtype):
        inputs = torch.tensor(x, dtype=dtype, requires_grad=True)
        outputs = function(inputs) * 1
        outputs.backward(torch.tensor(dy, dtype=dtype))
        return dict(y=plain(outputs), dx=plain(inputs.grad))

    return dict(stage=stage, x=x.tolist(), dy=dy.tolist(), **{name: result(dtype) for name, dtype in DTYPES.items()})


def of_loss(stage, function):
    scores = 4 * numbers((6, 4), 200)
    x = scores if stage in ('softmaxCrossEntropy', 'meanSquaredError') else 0.5 + numbers((6, 4), 200) / 2
    labels = [0, 1, 2, 3, 3, 1]

    def result(dtype):
        inputs = torch.tensor(x, dtype=dtype, requires_grad=True)
        loss = function(inputs, torch.tensor(labels))
        loss.backward()
        return dict(loss=plain(loss), dx=plain(inputs.grad))

    return dict(stage=stage, x=x.tolist(), labels=labels, **{name: result(dtype) for name, dtype in DTYPES.items()})


class Dense:
    """The layer `dense`, and its parameters' places among the made-up numbers."""

    def __init__(self, inputs, units, bias, scale, first, dtype):
        made = lambda shape, at: torch.tensor(scale * numbers(shape, at), dtype=dtype, requires_grad=True)
        self.parameters = [made((inputs, units), first)]
        if bias:
            self.parameters.append(made((units,), first + inputs * units))

    def __call__(self, x):
        return x @ self.parameters[0] + (self.parameters[1] if len(self.parameters) > 1 else 0)


def trained(network, loss, x, labels, size, epochs, scale, rate, dtype):
    """Plain SGD over the same batches each epoch: every loss, the gradients of the first step, the last weights."""
    layers, first, columns = [], 0, x.shape[1]
    for item, function in network:
        if function is None:
            units, bias = item['dense']['units'], item['dense'].get('bias', True)
            function = Dense(columns, units, bias, scale, first, dtype)
            first, columns = first + sum(p.numel() for p in function.parameters), units
        layers.append(function)
    parameters = [p for layer in layers if isinstance(layer, Dense) for p in layer.parameters]
    inputs, labels = torch.tensor(x, dtype=dtype), torch.tensor(labels)
    optimizer = torch.optim.SGD(parameters, lr=rate)
    losses, gradients = [], None
    for _ in range(epochs):
        for start in range(0, len(labels), size):
            y = inputs[start:start + size]
            for layer in layers:
                y = layer(y)
            told = loss(y, labels[start:start + size])
            optimizer.zero_grad()
            told.backward()
            losses.append(plain(told))
            gradients = gradients or [p.grad.clone() for p in parameters]
            optimizer.step()
    return losses, gradients, parameters


def of_network(network, loss):
    x, labels = 2 * numbers((18, 6), 1000), [(5 * i) % 4 for i in range(18)]
    setting = dict(size=7, epochs=5, scale=1, rate=0.25)  # the last batch of an epoch is short

    def result(dtype):
        losses, gradients, weights = trained(network, loss[1], x, labels, **setting, dtype=dtype)
        return dict(losses=losses, gradients=[plain(g.ravel()) for g in gradients],
                    weights=[plain(w.ravel()) for w in weights])

    return dict(network=[item for item, _ in network], loss=loss[0], **setting,
                **{name: result(dtype) for name, dtype in DTYPES.items()})


def of_digits(activation):
    """The notebook's 784-50-10 on 200 made-up digits; of its gradients and weights, one number in 499."""
    pixels, labels = digits(200, 0)
    network = [dense(50), activation, dense(10)]
    setting = dict(size=100, epochs=5, scale=1 / 16, rate=0.125)

    def result(dtype):
        x = (torch.tensor(pixels, dtype=dtype) / 255).numpy()
        losses, gradients, weights = trained(network, F.cross_entropy, x, labels.astype(np.int64), **setting, dtype=dtype)
        return dict(losses=losses, gradients=[plain(g.ravel()[::499]) for g in gradients],
                    weights=[plain(w.ravel()[::499]) for w in weights])

    return dict(network=[item for item, _ in network], **setting,
                **{name: result(dtype) for name, dtype in DTYPES.items()})


def dense(units, **options):
    return {'dense': {'units': units, **options}}, None


by_name = dict((json.dumps(item), (item, function)) for item, function in ACTIVATIONS + LOSSES)
relu, softmax = by_name['"relu"'], by_name['"softmax"']
networks = [of_network([dense(5), activation, dense(4)], LOSSES[0]) for activation in ACTIVATIONS] + [
    of_network([dense(5), relu, dense(4), softmax], loss) for loss in LOSSES[1:]
] + [of_network([dense(5, bias=False), relu, dense(6), by_name['"tanh"'], dense(4, bias=False)], LOSSES[3])]

fixtures = dict(
    activations=[of_activation(*pair) for pair in ACTIVATIONS],
    losses=[of_loss(*pair) for pair in LOSSES],
    networks=networks,
    digits=[of_digits(relu), of_digits(by_name['"sigmoid"'])],
)
with open(OUT, 'w') as file:
    # a line a case
    lines = lambda cases: '[\n' + ',\n'.join(json.dumps(case) for case in cases) + '\n]'
    file.write('{\n' + ',\n'.join('"%s": %s' % (name, lines(cases)) for name, cases in fixtures.items()) + '\n}\n')
