#!/usr/bin/env python3
"""What scikit-learn says of predictions, written to test/fixtures/sklearn-metrics.json.

    sklearn_metrics.py

A case holds what a network says of 60 samples, what is true of them, and a number for each metric: with its options, where it
has any. Needs scikit-learn; the file that is committed was made with 1.2.
"""
import json
import pathlib

import numpy as np
from sklearn import metrics

from made_up import numbers

N = 60


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def averages(name, function, truth, said, names):
    return [[{name: {'average': average}}, function(truth, said, average=average, zero_division=0)] for average in names]


def of_classes(classes, seed, unseen=None):
    x = 3 * numbers((N, classes), seed)
    if classes > 2:
        x = np.round(x, 1)  # so that some are equal
    labels = [(i * i + i // 3) % classes for i in range(N)]
    if unseen is not None:  # a class that is neither there nor said
        x[:, unseen] = -9
        labels = [0 if label == unseen else label for label in labels]
    p, said = softmax(x), x.argmax(axis=1)
    found = [['accuracy', metrics.accuracy_score(labels, said)]]
    for name, function in [
        ('precision', metrics.precision_score), ('recall', metrics.recall_score), ('f1', metrics.f1_score),
    ]:
        found += averages(name, function, labels, said, ['macro', 'weighted', 'micro'])
    found.append(['logLoss', metrics.log_loss(labels, p, labels=range(classes))])
    if unseen is None:
        found.append(['rocAuc', metrics.roc_auc_score(labels, p if classes > 2 else p[:, 1], multi_class='ovr')])
    if classes > 2:
        found.append([{'topK': {'k': 2}}, float(np.mean([
            label in np.argsort(-row, kind='stable')[:2] for row, label in zip(x, labels)]))])
    return dict(outputs='logits', x=x.tolist(), labels=labels, metrics=found)


def of_questions(columns, seed):
    x = np.round(3 * numbers((N, columns), seed), 1)
    truth = (numbers((N, columns), seed + 1000) > 0.3).astype(int)
    p, said = 1 / (1 + np.exp(-x)), (x > 0).astype(int)
    found = [['accuracy', float((truth == said).mean())]]
    for name, function in [
        ('precision', metrics.precision_score), ('recall', metrics.recall_score), ('f1', metrics.f1_score),
    ]:
        if columns == 1:
            found.append([name, function(truth[:, 0], said[:, 0])])
        else:
            found += averages(name, function, truth, said, ['macro', 'weighted', 'micro'])
    found.append(['rocAuc', metrics.roc_auc_score(truth, p)])
    found.append(['logLoss', float(np.mean([metrics.log_loss(truth[:, j], p[:, j]) for j in range(columns)]))])
    return dict(outputs='binaryLogits', x=x.tolist(), targets=truth.tolist(), metrics=found)


def of_targets(columns, seed):
    truth = 1000 + 40 * numbers((N, columns), seed)
    x = truth + 9 * numbers((N, columns), seed + 1000)
    found = [
        ['r2', metrics.r2_score(truth, x)],
        [{'mean': {'of': 'absoluteError'}}, metrics.mean_absolute_error(truth, x)],
        ['rootMeanSquaredError', metrics.mean_squared_error(truth, x, squared=False)],
    ]
    return dict(x=x.tolist(), targets=truth.tolist(), metrics=found)


cases = [
    of_classes(2, 1), of_classes(4, 2), of_classes(5, 3, unseen=3), of_questions(1, 4), of_questions(3, 5),
    of_targets(1, 6), of_targets(2, 7),
]
fixture = pathlib.Path(__file__).parents[2] / 'test' / 'fixtures' / 'sklearn-metrics.json'
fixture.write_text('[\n' + ',\n'.join('  ' + json.dumps(one) for one in cases) + '\n]\n')
