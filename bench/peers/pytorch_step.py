#!/usr/bin/env python3
"""Microseconds for one training step of a two-layer network in PyTorch (float32, eager, CPU), timed.

    pytorch_step.py --pixels FILE --labels FILE --threads 1

PIXELS holds n x 784 bytes, LABELS n bytes. For each line of standard input, such as
{"hidden": 50, "batch": 100, "steps": 1000, "activation": "relu"}, prints one number. Needs PyTorch.
"""
import argparse
import json
import sys
import time

import numpy as np
import torch

parser = argparse.ArgumentParser()
for name in ('pixels', 'labels'):
    parser.add_argument('--' + name, required=True)
parser.add_argument('--threads', type=int, required=True)
args = parser.parse_args()

torch.set_num_threads(args.threads)
labels = np.fromfile(args.labels, np.uint8)
x_train = torch.from_numpy(np.fromfile(args.pixels, np.uint8).reshape(len(labels), 784).astype(np.float32) / 255)
y_train = torch.from_numpy(labels.astype(np.int64))


def measure(hidden, batch, steps, activation):
    torch.manual_seed(0)
    layer = torch.nn.ReLU() if activation == 'relu' else torch.nn.Sigmoid()
    net = torch.nn.Sequential(torch.nn.Linear(784, hidden), layer, torch.nn.Linear(hidden, 10))
    loss_of = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def step():
        pick = torch.randint(0, len(x_train), (batch,))
        optimizer.zero_grad()
        loss_of(net(x_train[pick]), y_train[pick]).backward()
        optimizer.step()

    for _ in range(max(3, steps // 10)):
        step()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - start) / steps * 1e6


for line in sys.stdin:
    print(measure(**json.loads(line)), flush=True)
