#!/usr/bin/env python3
"""Microseconds for one training step of a two-layer network in PyTorch (float32, eager, CPU), timed.

    pytorch_step.py --pixels FILE --labels FILE --hidden 50 --batch 100 --steps 1000 --threads 1 --activation relu

PIXELS holds n x 784 bytes, LABELS n bytes. Prints one number. Needs PyTorch.
"""
import argparse
import time

import numpy as np
import torch

parser = argparse.ArgumentParser()
for name in ('pixels', 'labels', 'activation'):
    parser.add_argument('--' + name, required=True)
for name in ('hidden', 'batch', 'steps', 'threads'):
    parser.add_argument('--' + name, type=int, required=True)
args = parser.parse_args()

torch.set_num_threads(args.threads)
torch.manual_seed(0)
labels = np.fromfile(args.labels, np.uint8)
x_train = torch.from_numpy(np.fromfile(args.pixels, np.uint8).reshape(len(labels), 784).astype(np.float32) / 255)
y_train = torch.from_numpy(labels.astype(np.int64))
activation = torch.nn.ReLU() if args.activation == 'relu' else torch.nn.Sigmoid()
net = torch.nn.Sequential(torch.nn.Linear(784, args.hidden), activation, torch.nn.Linear(args.hidden, 10))
loss_of = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)


def step():
    pick = torch.randint(0, len(x_train), (args.batch,))
    optimizer.zero_grad()
    loss_of(net(x_train[pick]), y_train[pick]).backward()
    optimizer.step()


for _ in range(max(10, args.steps // 10)):
    step()
start = time.perf_counter()
for _ in range(args.steps):
    step()
print((time.perf_counter() - start) / args.steps * 1e6)
