#!/usr/bin/env python3
"""Microseconds for one training step of a two-layer network in NumPy: the notebook's loop, timed.

    numpy_step.py --pixels FILE --labels FILE --hidden 50 --batch 100 --steps 1000 --dtype float64 --activation relu

PIXELS holds n x 784 bytes, LABELS n bytes. Prints one number. Needs only NumPy.
"""
import argparse
import time

import numpy as np

parser = argparse.ArgumentParser()
for name in ('pixels', 'labels', 'activation', 'dtype'):
    parser.add_argument('--' + name, required=True)
for name in ('hidden', 'batch', 'steps'):
    parser.add_argument('--' + name, type=int, required=True)
args = parser.parse_args()

dtype = np.dtype(args.dtype)
labels = np.fromfile(args.labels, np.uint8)
x_train = np.fromfile(args.pixels, np.uint8).reshape(len(labels), 784).astype(dtype) / dtype.type(255)
t_train = np.eye(10, dtype=dtype)[labels]
rng = np.random.RandomState(0)
W1, b1 = (0.01 * rng.randn(784, args.hidden)).astype(dtype), np.zeros(args.hidden, dtype)
W2, b2 = (0.01 * rng.randn(args.hidden, 10)).astype(dtype), np.zeros(10, dtype)
rate = dtype.type(0.1)


def step():
    pick = rng.choice(len(x_train), args.batch)
    x, t = x_train[pick], t_train[pick]
    a = x @ W1 + b1
    z = np.maximum(a, 0) if args.activation == 'relu' else 1 / (1 + np.exp(-a))
    scores = z @ W2 + b2
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    loss = -np.log((y * t).sum(axis=1) + 1e-7).mean()
    dy = (y - t) / dtype.type(args.batch)
    da = ((a > 0).astype(dtype) if args.activation == 'relu' else z * (1 - z)) * (dy @ W2.T)
    W2[...] -= rate * (z.T @ dy)
    b2[...] -= rate * dy.sum(axis=0)
    W1[...] -= rate * (x.T @ da)
    b1[...] -= rate * da.sum(axis=0)
    return loss


for _ in range(max(10, args.steps // 10)):
    step()
start = time.perf_counter()
for _ in range(args.steps):
    step()
print((time.perf_counter() - start) / args.steps * 1e6)
