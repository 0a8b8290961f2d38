#!/usr/bin/env python3
"""Trains in PyTorch what a pipeline file says, on the rows that it learned from, and prints one number a run.

    tables.py < runs.json

A run is { train, test: { x, y } }, as the table has them; { hidden, classes, batch, epochs, rate, seed } beside. Columns are
standardized by their rows of train here, too, and so are targets that are real numbers (classes: 0). Started by tables.mjs.
"""
import json
import math
import sys

import torch

torch.set_num_threads(1)


def standardized(train, test):
    mean, std = train.mean(0), train.std(0, unbiased=False)
    std[std == 0] = 1
    return (train - mean) / std, (test - mean) / std, std


def dense(inputs, outputs, std):
    layer = torch.nn.Linear(inputs, outputs)
    torch.nn.init.normal_(layer.weight, std=std)
    torch.nn.init.zeros_(layer.bias)
    return layer


def test_of(run):
    torch.manual_seed(run['seed'])
    (x, y), (x_test, y_test) = [[torch.tensor(run[split][part]) for part in 'xy'] for split in ('train', 'test')]
    x, x_test, _ = standardized(x, x_test)
    hidden, classes = run['hidden'], run['classes']
    if classes == 0:
        y, y_test, unit = standardized(y.reshape(-1, 1), y_test.reshape(-1, 1))
    outputs = classes or 1
    network = torch.nn.Sequential(
        dense(x.shape[1], hidden, math.sqrt(2 / x.shape[1])),  # heNormal
        torch.nn.ReLU(),
        dense(hidden, outputs, math.sqrt(2 / (hidden + outputs))),  # xavierNormal
    )
    loss = torch.nn.CrossEntropyLoss() if classes else torch.nn.MSELoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=run['rate'])
    for _ in range(run['epochs']):
        for rows in torch.randperm(len(x)).split(run['batch']):
            optimizer.zero_grad()
            loss(network(x[rows]), y[rows]).backward()
            optimizer.step()
    with torch.no_grad():
        said = network(x_test)
    if classes:
        return (said.argmax(1) == y_test).double().mean().item()
    return ((said - y_test).square().mean().sqrt() * unit).item()


print(json.dumps([test_of(run) for run in json.load(sys.stdin)]))
