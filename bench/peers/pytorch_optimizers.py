#!/usr/bin/env python3
"""Where PyTorch's optimizers and schedules lead, written to test/fixtures/pytorch-optimizers.json.

    pytorch_optimizers.py

50 steps down the bowl with dW = curvature (W - floor), for a matrix and a vector that share one optimizer, in float32
and float64. A case names the stage, its options as a pipeline file has them, and W after some of the steps. Needs
PyTorch; the file that is committed was made with 1.13.
"""
import json
import math
import pathlib
import warnings

import torch
from torch.optim import lr_scheduler

STEPS = 50
SEEN = [1, 2, 10, 50]
START = [[0.5, -1.0, 2.0], [-0.25, 1.5, 0.75]], [1.0, -2.0, 0.125]
FLOOR = [[1.0, 1.0, -1.0], [0.5, -0.5, 2.0]], [0.0, 0.5, -1.5]
CURVATURE = [[1.0, 0.5, 0.25], [2.0, 1.0, 0.125]], [1.0, 0.25, 4.0]

warnings.filterwarnings('ignore', module='torch.optim.lr_scheduler')  # about step(0), which SequentialLR itself calls


def constant(_):
    return None


def step_lr(every, factor):
    return lambda optimizer: lr_scheduler.StepLR(optimizer, every, factor)


def cosine(steps, end_rate=0.0):
    return lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, steps, end_rate)


def one_cycle(rate, steps, **options):
    return lambda optimizer: lr_scheduler.OneCycleLR(optimizer, rate, steps, cycle_momentum=False, **options)


def warm_up(steps, then):
    def make(optimizer):
        warm = lr_scheduler.LinearLR(optimizer, 1 / steps, total_iters=steps - 1)
        rest = then(optimizer) or lr_scheduler.LambdaLR(optimizer, lambda _: 1.0)
        return lr_scheduler.SequentialLR(optimizer, [warm, rest], [steps])
    return make


RULES = {
    'sgd': ({'learningRate': 0.1}, lambda p, **o: torch.optim.SGD(p, 0.1, **o)),
    'momentum': ({'learningRate': 0.05, 'momentum': 0.9}, lambda p, **o: torch.optim.SGD(p, 0.05, 0.9, **o)),
    'nesterov': (
        {'learningRate': 0.05, 'momentum': 0.8},
        lambda p, **o: torch.optim.SGD(p, 0.05, 0.8, nesterov=True, **o),
    ),
    'adaGrad': ({'learningRate': 0.2}, lambda p, **o: torch.optim.Adagrad(p, 0.2, **o)),
    'rmsProp': ({'learningRate': 0.02, 'decay': 0.9}, lambda p, **o: torch.optim.RMSprop(p, 0.02, 0.9, **o)),
    'adam': ({'learningRate': 0.05}, lambda p, **o: torch.optim.Adam(p, 0.05, **o)),
    'adamW': ({'learningRate': 0.05}, lambda p, **o: torch.optim.AdamW(p, 0.05, **o)),
}


def path(make, schedule, clip_norm, dtype):
    """W at the steps that are looked at, matrix and vector one after the other."""
    weights = [torch.tensor(start, dtype=dtype, requires_grad=True) for start in START]
    floors, curvatures = ([torch.tensor(part, dtype=dtype) for part in parts] for parts in (FLOOR, CURVATURE))
    optimizer = make(weights)
    scheduler = schedule(optimizer)
    seen = []
    for step in range(1, STEPS + 1):
        for weight, floor, curvature in zip(weights, floors, curvatures):
            weight.grad = curvature * (weight.detach() - floor)
        if clip_norm:
            torch.nn.utils.clip_grad_norm_(weights, clip_norm)
        optimizer.step()
        if scheduler and step < STEPS:
            scheduler.step()
        if step in SEEN:
            digits = 9 if dtype == torch.float32 else 17
            numbers = [number for weight in weights for number in weight.detach().flatten().tolist()]
            seen.append([float(f'{number:.{digits}g}') for number in numbers])
    return seen


def case(stage, written, make_options=None, follow=constant):
    """`written` are the options as a pipeline file has them, beside those in RULES."""
    options, make = RULES[stage]
    made = lambda parameters: make(parameters, **(make_options or {}))
    clip_norm = written.get('clipNorm')
    return {
        'stage': stage,
        'options': {**options, **written},
        'float32': path(made, follow, clip_norm, torch.float32),
        'float64': path(made, follow, clip_norm, torch.float64),
    }


cases = []
for stage, (options, _) in RULES.items():
    rate = options['learningRate']
    everything = {'weightDecay': 0.05, 'clipNorm': 2, 'schedule': 'cosine', 'warmUp': 10}
    cases += [
        case(stage, {}),
        case(stage, {'weightDecay': 0.1}, {'weight_decay': 0.1}),
        case(stage, {'clipNorm': 1.5}),
        case(stage, {'schedule': {'step': {'every': 15, 'factor': 0.5}}}, follow=step_lr(15, 0.5)),
        case(stage, {'schedule': {'cosine': {'endFactor': 0.1}}}, follow=cosine(STEPS, 0.1 * rate)),
        case(stage, {'schedule': 'oneCycle'}, follow=one_cycle(rate, STEPS)),
        case(stage, {'warmUp': 8}, follow=warm_up(8, constant)),
        case(stage, everything, {'weight_decay': 0.05}, warm_up(10, cosine(STEPS - 10))),
    ]
cases += [
    case(
        'sgd', {'schedule': {'oneCycle': {'rise': 0.5, 'startFactor': 0.1, 'endFactor': 0.001}}},
        follow=one_cycle(0.1, STEPS, pct_start=0.5, div_factor=10, final_div_factor=100),
    ),
    case(
        'sgd', {'schedule': {'step': {'every': 10, 'factor': 0.3}}, 'warmUp': 5},
        follow=warm_up(5, step_lr(10, 0.3)),
    ),
]

assert all(math.isfinite(number) for one in cases for seen in one['float64'] for number in seen)
head = {'steps': STEPS, 'seen': SEEN, 'start': START, 'floor': FLOOR, 'curvature': CURVATURE}
rows = ',\n'.join('    ' + json.dumps(one) for one in cases)
fixture = pathlib.Path(__file__).parents[2] / 'test' / 'fixtures' / 'pytorch-optimizers.json'
fixture.write_text(json.dumps(head)[:-1] + ',\n  "cases": [\n' + rows + '\n  ]\n}\n')
