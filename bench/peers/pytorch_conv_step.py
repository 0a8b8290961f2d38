#!/usr/bin/env python3
"""Microseconds for one training step of a convolutional network in PyTorch (float32, eager, CPU), timed.

    pytorch_conv_step.py --pixels FILE --labels FILE --threads 1 --layout channels-last

PIXELS holds n x 784 bytes, LABELS n bytes. For each line of standard input, such as
{"layers": [["conv", 30, 5, 0], ["relu"], ["pool"], ["dense", 10]], "batch": 100, "steps": 100}, prints one number. Needs
PyTorch.
"""
import argparse
import json
import sys
import time

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


def measure(layers, batch, steps):
    torch.manual_seed(0)
    net = network(layers)
    loss_of = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)

    def step():
        pick = torch.randint(0, len(x_train), (batch,))
        optimizer.zero_grad()
        loss_of(net(x_train[pick].to(memory_format=layout)), y_train[pick]).backward()
        optimizer.step()

    for _ in range(max(3, steps // 4)):
        step()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - start) / steps * 1e6


for line in sys.stdin:
    print(measure(**json.loads(line)), flush=True)
