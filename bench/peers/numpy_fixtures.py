#!/usr/bin/env python3
"""Writes test/fixtures/numpy-random.json, notebook.json and, given MNIST, notebook-mnist.json: what NumPy draws and learns.

    numpy_fixtures.py [--data DIR]

DIR holds the four MNIST files, raw or .gz. Needs only NumPy.
"""
import argparse
import json
import os

import numpy as np

from made_up import digits
from notebook import accuracy, load, train

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../test/fixtures')


def write(name, content):
    with open(os.path.join(FIXTURES, name), 'w') as file:
        # a line a run
        file.write('[\n' + ',\n'.join(json.dumps(item) for item in content) + '\n]\n')


def draws(seed):
    """A bit of everything, in an order that leaves half a pair of Gaussians waiting here and there."""
    np.random.seed(seed)
    return dict(
        seed=seed,
        uniform=list(np.random.random_sample(3)),
        normal=list(np.random.randn(3)),
        choice=np.random.choice(60000, 8).tolist(),
        oneMoreNormal=np.random.randn(),
        permutation=np.random.permutation(12).tolist(),
        ofOne=np.random.choice(1, 3).tolist(),
        ofTwo=np.random.choice(2, 12).tolist(),
        ofMany=np.random.choice(2**31 - 1, 3).tolist(),
        normals=float(np.random.randn(39701).sum()),
        lastChoice=np.random.choice(60000, 4).tolist(),
    )


def learned(activation, seed, batch, hidden, rate, training, testing, steps=300):
    losses, weights = train(*training, activation, seed, steps, batch, hidden, rate)
    return dict(activation=activation, seed=seed, batch=batch, hidden=hidden, rate=rate,
                accuracy=accuracy(*testing, activation, weights), sums=[float(w.sum()) for w in weights], losses=losses)


parser = argparse.ArgumentParser()
parser.add_argument('--data')
args = parser.parse_args()

write('numpy-random.json', [draws(seed) for seed in (0, 1, 7, 42, 123456789, 2**32 - 1)])

made_up = dict(training=digits(2000, 0), testing=digits(500, 1000000))
write('notebook.json', [
    learned('relu', 0, 100, 50, 0.1, **made_up),
    learned('sigmoid', 7, 100, 50, 0.5, **made_up),
    learned('relu', 4294967295, 7, 33, 0.5, **made_up),
    learned('sigmoid', 42, 64, 8, 1, **made_up),
])

if args.data:
    mnist = dict(training=load(args.data, 'train'), testing=load(args.data, 't10k'))
    write('notebook-mnist.json', [
        learned('relu', 0, 100, 50, 0.1, **mnist),
        learned('relu', 7, 100, 50, 0.1, **mnist),
        learned('sigmoid', 42, 100, 50, 0.1, **mnist),
        learned('sigmoid', 7, 20, 100, 0.5, **mnist),
    ])
