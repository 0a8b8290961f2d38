#!/usr/bin/env python3
"""Networks for images as PyTorch has them, and what they make of made up weights, written to test/fixtures/pytorch-networks.json.

    pytorch_networks.py                                  write the fixture
    pytorch_networks.py --load 2=FILE                    load FILE, .safetensors or .npz, into the third of the networks, and
                                                         print what it makes of the digits, in float64; of several, in order

A network of the fixture holds the stages of a pipeline file, the names and shapes of PyTorch's state dict, and what it gives in
float64 of four made up digits. Each number of its weights is made up (made_up.py), as `made` says: no file need carry them.
Needs PyTorch; the file that is committed was made with 1.13.
"""
import argparse
import json
import pathlib

import numpy as np
import torch
from torch import nn

from made_up import digits, numbers

DIGITS = 4


class Residual(nn.Sequential):
    def __init__(self, *stages, shortcut=nn.Identity()):
        super().__init__(*stages)
        self.stages = stages
        self.shortcut = shortcut

    def forward(self, x):
        y = x
        for stage in self.stages:
            y = stage(y)
        return self.shortcut(x) + y


NETWORKS = [
    # images that are not square, with several channels, and a dense layer behind them
    (
        [{'conv2d': {'filters': 4, 'kernel': [5, 3], 'stride': [2, 1]}}, 'relu', 'maxPool2d', {'dense': {'units': 12}}, 'relu',
         {'dense': {'units': 10}}],
        nn.Sequential(nn.Conv2d(1, 4, (5, 3), stride=(2, 1)), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(312, 12),
                      nn.ReLU(), nn.Linear(12, 10)),
    ),
    # groups, depthwise filters, dilation, every normalization, and layers with weights behind flatten
    (
        [{'conv2d': {'filters': 6, 'stride': 2, 'padding': 1, 'bias': False}}, 'batchNorm', 'prelu',
         {'conv2d': {'filters': 6, 'groups': 6, 'dilation': 2, 'padding': 2}}, {'maxPool2d': {'size': [2, 3]}},
         {'conv2d': {'filters': 8, 'kernel': 2, 'groups': 2}}, 'layerNorm', 'swish', 'flatten', 'batchNorm', 'prelu',
         {'dense': {'units': 10, 'bias': False}}],
        nn.Sequential(nn.Conv2d(1, 6, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(6), nn.PReLU(6),
                      nn.Conv2d(6, 6, 3, padding=2, dilation=2, groups=6), nn.MaxPool2d((2, 3)),
                      nn.Conv2d(6, 8, 2, groups=2), nn.LayerNorm([8, 6, 3]), nn.SiLU(), nn.Flatten(), nn.BatchNorm1d(144),
                      nn.PReLU(144), nn.Linear(144, 10, bias=False)),
    ),
    # stages inside others, and a mean that needs no order
    (
        [{'conv2d': {'filters': 4, 'kernel': 4, 'stride': 4}},
         {'residual': ['batchNorm', 'relu', {'conv2d': {'filters': 4, 'padding': 'same'}}, {'residual': [
             {'conv2d': {'filters': 4, 'padding': 'same', 'bias': False}}, 'mish']}]},
         {'averagePool2d': {'size': 3, 'stride': 2, 'padding': 1}}, 'globalAveragePool', {'dense': {'units': 16}},
         {'residual': ['relu', {'dense': {'units': 16}}]}, {'dense': {'units': 10}}],
        nn.Sequential(nn.Conv2d(1, 4, 4, stride=4),
                      Residual(nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1), Residual(
                          nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.Mish())),
                      nn.AvgPool2d(3, 2, 1, count_include_pad=False), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 16),
                      Residual(nn.ReLU(), nn.Linear(16, 16)), nn.Linear(16, 10)),
    ),
    # shortcuts to other shapes, one of images and one of rows, and of an image to rows
    (
        [{'conv2d': {'filters': 4, 'kernel': 4, 'stride': 3}},
         {'residual': {'stages': [{'conv2d': {'filters': 6, 'padding': 1, 'stride': 2}}, 'batchNorm', 'relu'],
                       'shortcut': [{'conv2d': {'filters': 6, 'kernel': 1, 'stride': 2, 'bias': False}}, 'batchNorm']}},
         {'residual': {'stages': [{'dense': {'units': 8}}, 'tanh'], 'shortcut': [{'dense': {'units': 8}}]}},
         {'residual': {'stages': ['relu', {'dense': {'units': 12}}], 'shortcut': [{'dense': {'units': 12}}]}},
         {'dense': {'units': 10}}],
        nn.Sequential(nn.Conv2d(1, 4, 4, stride=3),
                      Residual(nn.Conv2d(4, 6, 3, stride=2, padding=1), nn.BatchNorm2d(6), nn.ReLU(), shortcut=nn.Sequential(
                          nn.Conv2d(4, 6, 1, stride=2, bias=False), nn.BatchNorm2d(6))),
                      Residual(nn.Flatten(), nn.Linear(150, 8), nn.Tanh(), shortcut=nn.Sequential(
                          nn.Flatten(), nn.Linear(150, 8))),
                      Residual(nn.ReLU(), nn.Linear(8, 12), shortcut=nn.Sequential(nn.Linear(8, 12))), nn.Linear(12, 10)),
    ),
]


def made(name, shape, first):
    """Weights from -1/4 to 1/4, variances from 1/2 to 3/2."""
    drawn = numbers(shape, first)
    return (1 + drawn / 2 if name.endswith('running_var') else drawn / 4).astype(np.float32)


def learned(network):
    """The names and shapes of what a network learned and remembers."""
    return {name: list(value.shape) for name, value in network.state_dict().items() if not name.endswith('tracked')}


def outputs(network, tensors):
    """Of the digits, in float64; as strict as PyTorch is where nothing else is asked for."""
    network.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in tensors.items()})
    x = torch.from_numpy(digits(DIGITS, 0)[0].reshape(DIGITS, 1, 28, 28)).double() / 255
    with torch.no_grad():
        return network.double().eval()(x).flatten().tolist()


def read(path):
    if path.endswith('.npz'):
        return dict(np.load(path))
    data = pathlib.Path(path).read_bytes()
    length = int.from_bytes(data[:8], 'little')
    header = json.loads(data[8:8 + length])
    body = data[8 + length:]
    return {name: np.frombuffer(body[slice(*entry['data_offsets'])], '<f4').reshape(entry['shape'])
            for name, entry in header.items() if name != '__metadata__'}


def case(number, stages, network):
    shapes = learned(network)
    firsts = {name: 100_000 * (number + 1) + 10_000 * i for i, name in enumerate(shapes)}
    tensors = {name: made(name, shape, firsts[name]) for name, shape in shapes.items()}
    return {
        'network': stages,
        'tensors': {name: {'shape': shape, 'first': firsts[name]} for name, shape in shapes.items()},
        'outputs': outputs(network, tensors),
    }


parser = argparse.ArgumentParser()
parser.add_argument('--load', nargs='+', metavar='NUMBER=FILE')
args = parser.parse_args()
if args.load:
    pairs = [pair.split('=', 1) for pair in args.load]
    print(json.dumps([outputs(NETWORKS[int(number)][1], read(path)) for number, path in pairs]))
else:
    fixture = pathlib.Path(__file__).parents[2] / 'test' / 'fixtures' / 'pytorch-networks.json'
    cases = [case(number, *one) for number, one in enumerate(NETWORKS)]
    fixture.write_text('[\n' + ',\n'.join('  ' + json.dumps(one) for one in cases) + '\n]\n')
