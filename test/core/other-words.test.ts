/** Names of PyTorch and Keras lead to the stages and options that do the same here. */
import { describe, expect, test } from 'vitest';
import { stageMeant } from '../../src/core/other-words.js';
import { builtIn } from '../../src/node/plugins.js';
import { resolveText, tinyWith } from '../tiny-pipeline.js';

const refusal = (network: string): string => {
  try {
    resolveText(tinyWith('- relu', network));
    return 'nothing is wrong';
  } catch (error) {
    return String(error);
  }
};

describe('a stage that others call', () => {
  test.each([
    ['silu', 'swish'],
    ['SiLU', 'swish'],
    ['BatchNorm2d', 'batchNorm'],
    ['batchNormalization', 'batchNorm'],
    ['LayerNormalization', 'layerNorm'],
    ['Conv2D', 'conv2d'],
    ['MaxPooling2D', 'maxPool2d'],
    ['nn.SiLU', 'swish'],
    ['AvgPool2d', 'averagePool2d'],
    ['AveragePooling2D', 'averagePool2d'],
    ['AdaptiveAvgPool2d', 'globalAveragePool'],
    ['GlobalAveragePooling2D', 'globalAveragePool'],
    ['Linear', 'dense'],
    ['SpatialDropout2D', 'dropout2d'],
    ['ema', 'averageWeights'],
    ['RandomAffine', 'affine'],
    ['random_rotation', 'rotate'],
    ['RandomTranslation', 'shift'],
    ['RandomZoom', 'scale'],
    ['RandomShear', 'shear'],
    ['ElasticTransform', 'elastic'],
    ['RandomHorizontalFlip', 'flip'],
    ['RandomErasing', 'erase'],
    ['GaussianNoise', 'noise'],
  ])('%s is %s', (theirs, ours) => {
    expect(stageMeant(theirs, [...builtIn.registry.keys()])).toBe(`; did you mean "${ours}"?`);
  });

  test('is named in a pipeline file', () => {
    expect(refusal('- silu')).toContain('unknown stage "silu"; did you mean "swish"? ("pipeline list" shows all)');
  });

  test('is not, where there is no such stage', () => {
    expect(stageMeant('silu', ['relu', 'mish'])).toBe('; did you mean "relu"?');
  });
});

test.each([
  ['conv2d', 'kernel_size', 'kernel'],
  ['conv2d', 'kernelSize', 'kernel'],
  ['conv2d', 'out_channels', 'filters'],
  ['conv2d', 'pad', 'padding'],
  ['conv2d', 'dilation_rate', 'dilation'],
  ['conv2d', 'strides', 'stride'],
  ['conv2d', 'use_bias', 'bias'],
  ['maxPool2d', 'kernel_size', 'size'],
  ['averagePool2d', 'pool_size', 'size'],
  ['batchNorm', 'eps', 'epsilon'],
  ['dropout2d', 'p', 'rate'],
  ['leakyRelu', 'alpha', 'negativeSlope'],
  ['dense', 'out_features', 'units'],
])('the option %s.%s is %s', (stage, theirs, ours) => {
  expect(refusal(`- ${stage}: { ${theirs}: 1 }`)).toContain(
    `${stage} has no option "${theirs}"; did you mean "${ours}"?`,
  );
});
