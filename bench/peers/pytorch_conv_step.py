#!/usr/bin/env python3
"""Microseconds for one training step of a convolutional network in PyTorch (float32, eager, CPU), timed.

    pytorch_conv_step.py --pixels FILE --labels FILE --threads 1 --layout channels-last

PIXELS holds n x 784 bytes, LABELS n bytes. For each line of standard input, such as
{"layers": [["conv", 30, 5, 0], ["relu"], ["pool"], ["dense", 10]], "batch": 100, "steps": 100}, prints one number. With
"weights", a folder that holds pytorch.npz, in the place of the steps, prints [loss, loss]: of the first digits of the set,
before and after one step. Needs PyTorch.
"""
import argparse
import json
import pathlib
import sys
import time

import numpy as np
import torch

parser = argparse.ArgumentParser()
for name in ('pixels', 'labels'):
    parser.add_argument('--' + name, required=True)
parser.add_argument('--threads', type=int, required=True)
parser.add_argument('--layout', choices=['channels-first', 'channels-last'], required=True)
args = parser.parse_args()

torch.set_num_threads(args.threads)
layout = torch.channels_last if args.layout == 'channels-last' else torch.contiguous_format


def bytes_of(path):
    with open(path, 'rb') as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)


y_train = bytes_of(args.labels).long()
x_train = (bytes_of(args.pixels).reshape(len(y_train), 1, 28, 28).float() / 255).to(memory_format=layout)


def network(layers):
    """The layers of bench/conv.mjs, for images [1, 28, 28]."""
    modules, channels, side, flat = [], 1, 28, False
    for kind, *settings in layers:
        if kind == 'conv':
            filters, kernel, padding = settings
            modules.append(torch.nn.Conv2d(channels, filters, kernel, padding=padding))
            channels, side = filters, side + 2 * padding - kernel + 1
        elif kind == 'norm':
            modules.append(torch.nn.BatchNorm2d(channels))
        elif kind == 'relu':
            modules.append(torch.nn.ReLU())
        elif kind == 'pool':
            modules.append(torch.nn.MaxPool2d(2))
            side //= 2
        elif kind == 'dense':
            if not flat:
                modules.append(torch.nn.Flatten())
                channels, flat = channels * side * side, True
            modules.append(torch.nn.Linear(channels, settings[0]))
            channels = settings[0]
    return torch.nn.Sequential(*modules).to(memory_format=layout)


def trainer(net):
    """A function that makes one step of gradient descent on rows of the set, and gives the loss before it."""
    loss_of = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)

    def step(rows):
        optimizer.zero_grad()
        loss = loss_of(net(x_train[rows].to(memory_format=layout)), y_train[rows])
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def measure(layers, batch, steps):
    torch.manual_seed(0)
    step = trainer(network(layers))

    def any_step():
        step(torch.randint(0, len(x_train), (batch,)))

    for _ in range(max(3, steps // 4)):
        any_step()
    start = time.perf_counter()
    for _ in range(steps):
        any_step()
    return (time.perf_counter() - start) / steps * 1e6


def losses(layers, batch, weights):
    net = network(layers)
    stored = np.load(pathlib.Path(weights) / 'pytorch.npz')
    net.load_state_dict({name: torch.from_numpy(stored[name]) for name in stored})
    step = trainer(net)
    return [step(torch.arange(batch)).item() for _ in range(2)]


for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps(losses(**question) if 'weights' in question else measure(**question)), flush=True)
