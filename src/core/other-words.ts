/** What PyTorch and Keras call stages and their options, where no slip of the pen leads from there to the names here. */
import { didYouMean } from './errors.js';

/** `; did you mean "swish"?` for the name of a stage that is not there, `silu`; nothing where none is near. */
export const stageMeant = (name: string, names: readonly string[]): string =>
  didYouMean(inOurWords(STAGES, name, names) ?? name, names);

/** The same for an option of a stage, whose own options are `names`: `kernel_size` is kernel of a convolution, size of a pool. */
export const optionMeant = (name: string, names: readonly string[]): string =>
  didYouMean(inOurWords(OPTIONS, name, names) ?? name, names);

type Words = Readonly<Record<string, readonly string[]>>;

const inOurWords = (words: Words, name: string, names: readonly string[]): string | undefined => {
  const plain = name.replace(/^.*\.|[-_]/g, '').toLowerCase();
  return Object.keys(words).find((ours) => words[ours].includes(plain) && names.includes(ours));
};

const STAGES: Words = {
  dense: ['linear'],
  conv2d: ['depthwiseconv2d'],
  maxPool2d: ['maxpool', 'maxpooling2d'],
  averagePool2d: ['avgpool', 'avgpool2d'],
  globalAveragePool: ['adaptiveavgpool2d', 'globalavgpool2d', 'globalaveragepooling2d'],
  batchNorm: ['batchnormalization'],
  layerNorm: ['layernormalization'],
  dropout2d: ['spatialdropout2d'],
  swish: ['silu'],
  averageWeights: ['ema', 'swa', 'averagedmodel', 'exponentialmovingaverage'],
  affine: ['randomaffine'],
  rotate: ['randomrotation'],
  shift: ['randomtranslation'],
  scale: ['randomzoom', 'randomscale'],
  shear: ['randomshear'],
  elastic: ['elastictransform', 'randomelastictransform'],
  flip: ['randomflip', 'randomhorizontalflip', 'randomverticalflip', 'horizontalflip'],
  erase: ['randomerasing', 'cutout'],
  noise: ['gaussiannoise', 'randomgaussiannoise'],
};

const OPTIONS: Words = {
  filters: ['outchannels', 'channels'],
  kernel: ['kernelsize', 'window', 'size'],
  size: ['kernelsize', 'poolsize', 'kernel', 'window', 'imagesize', 'batchsize'],
  padding: ['pad'],
  dilation: ['dilationrate'],
  weights: ['kernelinitializer', 'init'],
  bias: ['usebias'],
  units: ['outfeatures'],
  rate: ['p'],
  probability: ['p'],
  epsilon: ['eps'],
  negativeSlope: ['alpha'],
  learningRate: ['lr'],
};
