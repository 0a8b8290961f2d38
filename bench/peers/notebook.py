#!/usr/bin/env python3
"""The notebook's two-layer network and its training loop, in plain NumPy: what pipelines/notebook.yaml must agree with.

    notebook.py --data DIR [--activation relu] [--seed 0] [--steps 10000] [--batch 100] [--hidden 50] [--rate 0.1]
                [--weights FILE]

DIR holds the four MNIST files, raw or .gz. Prints one JSON object: the loss of every step, of its batch before the
update, and the test accuracy. FILE gets W1, b1, W2 and b2, row by row, as float64. Needs only NumPy.
"""
import argparse
import gzip
import json
import os
import sys

import numpy as np


def softmax(a):
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# Each activation, and its slope by x, where y is what it made of x.
ACTIVATIONS = {
    'relu': (lambda x: np.maximum(x, 0), lambda x, y: (x > 0).astype(np.float64)),
    'sigmoid': (lambda x: 1 / (1 + np.exp(-x)), lambda x, y: y * (1 - y)),
}


def inputs(pixels):
    return pixels.astype(np.float64) / 255


def train(pixels, labels, activation, seed, steps, batch, hidden, rate):
    """Returns the loss of each step, and the weights W1, b1, W2, b2 after the last."""
    value, slope = ACTIVATIONS[activation]
    x_train, t_train = inputs(pixels), np.eye(10)[labels]

    np.random.seed(seed)
    W1, b1 = 0.01 * np.random.randn(pixels.shape[1], hidden), np.zeros(hidden)
    W2, b2 = 0.01 * np.random.randn(hidden, 10), np.zeros(10)

    losses = []
    for _ in range(steps):
        rows = np.random.choice(len(x_train), batch)
        x, t = x_train[rows], t_train[rows]
        a = x @ W1 + b1
        z = value(a)
        y = softmax(z @ W2 + b2)
        losses.append(float(-np.log((y * t).sum(axis=1) + 1e-7).sum() / batch))

        dy = (y - t) / batch
        da = slope(a, z) * (dy @ W2.T)
        W2 -= rate * (z.T @ dy)
        b2 -= rate * dy.sum(axis=0)
        W1 -= rate * (x.T @ da)
        b1 -= rate * da.sum(axis=0)
    return losses, (W1, b1, W2, b2)


def accuracy(pixels, labels, activation, weights):
    W1, b1, W2, b2 = weights
    scores = ACTIVATIONS[activation][0](inputs(pixels) @ W1 + b1) @ W2 + b2
    return float((scores.argmax(axis=1) == labels).mean())


def read(folder, name, header):
    path = os.path.join(folder, name)
    raw = gzip.open(path + '.gz').read() if os.path.exists(path + '.gz') else open(path, 'rb').read()
    return np.frombuffer(raw, np.uint8, offset=header)


def load(folder, kind):
    labels = read(folder, kind + '-labels-idx1-ubyte', 8)
    return read(folder, kind + '-images-idx3-ubyte', 16).reshape(len(labels), -1), labels


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--data', required=True)
    parser.add_argument('--activation', choices=ACTIVATIONS, default='relu')
    for name, default in dict(seed=0, steps=10000, batch=100, hidden=50).items():
        parser.add_argument('--' + name, type=int, default=default)
    parser.add_argument('--rate', type=float, default=0.1)
    parser.add_argument('--weights')
    args = parser.parse_args()

    losses, weights = train(*load(args.data, 'train'), args.activation, args.seed, args.steps, args.batch, args.hidden,
                            args.rate)
    if args.weights:
        np.concatenate([w.ravel() for w in weights]).tofile(args.weights)
    json.dump(dict(losses=losses, accuracy=accuracy(*load(args.data, 't10k'), args.activation, weights)), sys.stdout)


if __name__ == '__main__':
    main()
