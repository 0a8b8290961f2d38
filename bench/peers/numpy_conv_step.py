#!/usr/bin/env python3
"""Microseconds for one training step of a convolutional network in NumPy, timed: convolutions and pools by matrices whose rows
are the windows of the images (im2col), as "Deep Learning from Scratch" teaches them.

    numpy_conv_step.py --pixels FILE --labels FILE --dtype float32

PIXELS holds n x 784 bytes, LABELS n bytes. For each line of standard input, such as
{"layers": [["conv", 30, 5, 0], ["relu"], ["pool"], ["dense", 10]], "batch": 100, "steps": 100}, prints one number. With
"weights", a folder that holds notebook.npz, in the place of the steps, prints [loss, loss]: of the first digits of the set,
before and after one step. Needs only NumPy.
"""
import argparse
import json
import pathlib
import sys
import time

import numpy as np

parser = argparse.ArgumentParser()
for name in ('pixels', 'labels', 'dtype'):
    parser.add_argument('--' + name, required=True)
args = parser.parse_args()

dtype = np.dtype(args.dtype)
labels = np.fromfile(args.labels, np.uint8)
x_train = np.fromfile(args.pixels, np.uint8).reshape(len(labels), 1, 28, 28).astype(dtype) / dtype.type(255)
t_train = np.eye(10, dtype=dtype)[labels]
rate = dtype.type(0.01)


def windows(images, side, stride, padding):
    """[N, C, H, W] -> [N OH OW, C side side], a row a window."""
    N, C, H, W = images.shape
    OH, OW = [(length + 2 * padding - side) // stride + 1 for length in (H, W)]
    padded = np.pad(images, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    taps = np.empty((N, C, side, side, OH, OW), images.dtype)
    for u in range(side):
        for v in range(side):
            taps[:, :, u, v] = padded[:, :, u:u + stride * OH:stride, v:v + stride * OW:stride]
    return taps.transpose(0, 4, 5, 1, 2, 3).reshape(N * OH * OW, -1), (OH, OW)


def gathered(rows, shape, side, stride, padding):
    """The way back: every pixel gets the sum of what stands for it in the windows."""
    N, C, H, W = shape
    OH, OW = [(length + 2 * padding - side) // stride + 1 for length in (H, W)]
    taps = rows.reshape(N, OH, OW, C, side, side).transpose(0, 3, 4, 5, 1, 2)
    padded = np.zeros((N, C, H + 2 * padding, W + 2 * padding), rows.dtype)
    for u in range(side):
        for v in range(side):
            padded[:, :, u:u + stride * OH:stride, v:v + stride * OW:stride] += taps[:, :, u, v]
    return padded[:, :, padding:H + padding, padding:W + padding]


class Convolution:
    def __init__(self, W, b, padding):
        self.W, self.b, self.padding = W, b, padding

    def forward(self, x):
        K, _, side, _ = self.W.shape
        self.shape = x.shape
        self.rows, (OH, OW) = windows(x, side, 1, self.padding)
        y = self.rows @ self.W.reshape(K, -1).T + self.b
        return y.reshape(len(x), OH, OW, K).transpose(0, 3, 1, 2)

    def backward(self, dy):
        K, _, side, _ = self.W.shape
        dy = dy.transpose(0, 2, 3, 1).reshape(-1, K)
        self.db = dy.sum(axis=0)
        self.dW = (self.rows.T @ dy).T.reshape(self.W.shape)
        return gathered(dy @ self.W.reshape(K, -1), self.shape, side, 1, self.padding)


class Pool:
    def forward(self, x):
        N, C, *_ = self.shape = x.shape
        rows, (OH, OW) = windows(x, 2, 2, 0)
        rows = rows.reshape(-1, 4)
        self.largest = rows.argmax(axis=1)
        return rows.max(axis=1).reshape(N, OH, OW, C).transpose(0, 3, 1, 2)

    def backward(self, dy):
        N, C, OH, OW = dy.shape
        rows = np.zeros((dy.size, 4), dy.dtype)
        rows[np.arange(dy.size), self.largest] = dy.transpose(0, 2, 3, 1).ravel()
        return gathered(rows.reshape(N * OH * OW, -1), self.shape, 2, 2, 0)


class Relu:
    def forward(self, x):
        self.off = x <= 0
        y = x.copy()
        y[self.off] = 0
        return y

    def backward(self, dy):
        dy[self.off] = 0
        return dy


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.shape = x.shape
        self.x = x.reshape(len(x), -1)
        return self.x @ self.W + self.b

    def backward(self, dy):
        self.dW = self.x.T @ dy
        self.db = dy.sum(axis=0)
        return (dy @ self.W.T).reshape(self.shape)


def network(layers, weights):
    """The layers of bench/conv.mjs for images [1, 28, 28], with weights as `weights` gives them by their shape."""
    made, channels, side, width = [], 1, 28, None
    for kind, *settings in layers:
        if kind == 'conv':
            filters, kernel, padding = settings
            made.append(Convolution(*weights((filters, channels, kernel, kernel), filters), padding))
            channels, side = filters, side + 2 * padding - kernel + 1
        elif kind == 'relu':
            made.append(Relu())
        elif kind == 'pool':
            made.append(Pool())
            side //= 2
        elif kind == 'dense':
            width = width or channels * side * side
            made.append(Affine(*weights((width, settings[0]), settings[0])))
            width = settings[0]
        else:
            raise ValueError(f'there is no layer {kind} here')
    return made


def step(net, x, t):
    """One step of gradient descent; the loss before it."""
    for layer in net:
        x = layer.forward(x)
    e = np.exp(x - x.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    loss = -np.log((y * t).sum(axis=1) + 1e-7).mean()
    dy = (y - t) / dtype.type(len(t))
    for layer in reversed(net):
        dy = layer.backward(dy)
        if hasattr(layer, 'dW'):
            layer.W -= rate * layer.dW
            layer.b -= rate * layer.db
    return float(loss)


def drawn():
    rng = np.random.RandomState(0)
    return lambda shape, outputs: ((0.01 * rng.randn(*shape)).astype(dtype), np.zeros(outputs, dtype))


def given(folder):
    stored = np.load(pathlib.Path(folder) / 'notebook.npz')
    places = iter(range(1, len(stored) + 1))

    def weights(shape, _):
        place = next(places)
        W, b = [stored[f'{name}{place}'].astype(dtype) for name in 'Wb']
        assert W.shape == shape, (W.shape, shape)
        return W, b

    return weights


def measure(layers, batch, steps):
    net = network(layers, drawn())
    rng = np.random.RandomState(1)

    def any_step():
        pick = rng.choice(len(x_train), batch)
        step(net, x_train[pick], t_train[pick])

    for _ in range(max(3, steps // 4)):
        any_step()
    start = time.perf_counter()
    for _ in range(steps):
        any_step()
    return (time.perf_counter() - start) / steps * 1e6


def losses(layers, batch, weights):
    net = network(layers, given(weights))
    return [step(net, x_train[:batch], t_train[:batch]) for _ in range(2)]


for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps(losses(**question) if 'weights' in question else measure(**question)), flush=True)
