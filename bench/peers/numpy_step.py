#!/usr/bin/env python3
"""Microseconds for one training step of a two-layer network in NumPy: the notebook's loop, timed.

    numpy_step.py --pixels FILE --labels FILE --dtype float64

PIXELS holds n x 784 bytes, LABELS n bytes. For each line of standard input, such as
{"hidden": 50, "batch": 100, "steps": 1000, "activation": "relu"}, prints one number. Needs only NumPy.
"""
import argparse
import json
import sys
import time

import numpy as np

parser = argparse.ArgumentParser()
for name in ('pixels', 'labels', 'dtype'):
    parser.add_argument('--' + name, required=True)
args = parser.parse_args()

dtype = np.dtype(args.dtype)
labels = np.fromfile(args.labels, np.uint8)
x_train = np.fromfile(args.pixels, np.uint8).reshape(len(labels), 784).astype(dtype) / dtype.type(255)
t_train = np.eye(10, dtype=dtype)[labels]
rate = dtype.type(0.1)


def measure(hidden, batch, steps, activation):
    rng = np.random.RandomState(0)
    W1, b1 = (0.01 * rng.randn(784, hidden)).astype(dtype), np.zeros(hidden, dtype)
    W2, b2 = (0.01 * rng.randn(hidden, 10)).astype(dtype), np.zeros(10, dtype)

    def step():
        pick = rng.choice(len(x_train), batch)
        x, t = x_train[pick], t_train[pick]
        a = x @ W1 + b1
        z = np.maximum(a, 0) if activation == 'relu' else 1 / (1 + np.exp(-a))
        scores = z @ W2 + b2
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        y = e / e.sum(axis=1, keepdims=True)
        loss = -np.log((y * t).sum(axis=1) + 1e-7).mean()
        dy = (y - t) / dtype.type(batch)
        da = ((a > 0).astype(dtype) if activation == 'relu' else z * (1 - z)) * (dy @ W2.T)
        W2[...] -= rate * (z.T @ dy)
        b2[...] -= rate * dy.sum(axis=0)
        W1[...] -= rate * (x.T @ da)
        b1[...] -= rate * da.sum(axis=0)
        return loss

    for _ in range(max(3, steps // 10)):
        step()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - start) / steps * 1e6


for line in sys.stdin:
    print(measure(**json.loads(line)), flush=True)
