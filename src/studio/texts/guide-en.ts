/** The guide in English. Other languages have the same names: see guide-zh.ts. How paragraphs are written: guide/prose.tsx. */
import type { ChapterId, ChapterTexts, Move } from '../guide/words.js';

type Edit = Extract<Move, { move: 'edit' }>;

const editLabel = (edit: Edit): string => {
  if (edit.edit === 'swap') return `Swap ${edit.from} for ${edit.to}`;
  return edit.edit === 'set' ? `Set ${edit.option} to ${edit.to}` : 'Split softmaxCrossEntropy in two';
};

/** What the button of a move says. */
function move(given: Move): string {
  switch (given.move) {
    case 'stage':
      return 'One stage';
    case 'step':
      return 'One step';
    case 'epoch':
      return 'One epoch';
    case 'train':
      return 'Train';
    case 'reset':
      return 'Reset';
    case 'look':
      return `Look into ${given.place} ${given.name}`;
    case 'edit':
      return editLabel(given);
  }
}

const pixels: ChapterTexts = {
  title: 'Pixels',
  prose: [
    'To a network, a picture is a list of numbers. Each digit here is 28 × 28 = 784 pixels: 0 is paper, 255 is ink. `digits` draws them, 500 to learn from and 200 to be tested with.',
    '`normalize` divides each pixel by 255, so that all inputs lie between 0 and 1. `oneHot` writes the label as ten numbers: a 3 becomes 0 0 0 1 0 0 0 0 0 0.',
    '  x = pixel / 255',
    'At the left you see the whole pipeline. The stages of Data run once. Then batches of ten pictures go through the stages of Train, and `forward` sends them through the Network. This first network is a single layer: ten outputs, one for each class, each of them a weighted sum of the 784 pixels. Its weights begin at 0.',
  ],
  tries: [
    'Press One step, then look into `shuffleBatch`: it gave ten pictures of shape 28 × 28, with numbers from 0 to 1. About 83 % of them are 0: most of a picture is paper. The loss of this step is 2.303: with all weights at 0, all ten classes get the same score.',
    'Reset, press One epoch (50 steps), then look into `dense`: each of its ten outputs has 784 weights, drawn as a picture. Ink on blue pixels speaks for the class, ink on orange pixels against it. In many of them you can make out the digit. After this one epoch, 70 % of the test pictures are read right.',
    'What if nobody scales the pixels? Set the divisor to 1 and train again. The loss jumps from 2.3 to tens of thousands: inputs are 255 times as large, so the gradients of the weights are too, and every step is far too long.',
  ],
  question: 'After training, 198 of the 784 pixels still have weights of exactly 0, most of them in the corners. Why?',
  answer: [
    'No picture has ink there. The gradient of a weight is its input times the gradient of its output, and the input is always 0, so the gradient is 0 as well: these weights never move. A network learns nothing about what its examples never show.',
  ],
};

const dense: ChapterTexts = {
  title: 'A dense layer',
  prose: [
    'A dense layer computes several weighted sums of the same inputs. With D inputs and H outputs (the units), its weights are a matrix W of shape D × H, and its biases a vector b of H numbers:',
    '  y = x W + b',
    'For a batch, x has one row for each picture, and so has y: all pictures are computed in one matrix product. Here the first layer has four units, so 784 pixels become four numbers; `relu` replaces negative numbers by 0; the second layer makes ten scores of the four numbers.',
    'On the way back, a dense layer gets dy, the gradient of the loss by its output, and gives three gradients:',
    '  dW = xᵀ dy\ndb = the sum of the rows of dy\ndx = dy Wᵀ',
  ],
  tries: [
    'Press One stage several times and follow the marble: `shuffleBatch`, then down to `dense`, `relu`, `dense`; then the gradients come back from the loss. Look into `network.0 dense`: it gave 10 × 4 numbers, four for each of ten pictures. Its 784 × 4 weights are four pictures of noise: they are drawn at random.',
    'Train to the end, then look into `network.0 dense` again: where pictures have ink, the weights have grown; at the edge, they are still the noise that they were. With only four numbers between the pixels and the classes, about half of the test pictures are read right (chapter 1: 70 %).',
    'Set the units to 16 and train. The heading of Network now says 12 730 numbers to learn instead of 3 190, and about 70 % are read right. The second curve falls much faster.',
  ],
  question: 'How many numbers does a dense layer learn that goes from 28 × 28 pixels to 50 units?',
  answer: [
    'W has 784 · 50 = 39,200 numbers and b has 50: together 39,250. That is the first layer of the NumPy notebook.',
  ],
};

const activation: ChapterTexts = {
  title: 'An activation and its derivative',
  prose: [
    'Two dense layers in a row are no more than one: (x W₁) W₂ = x (W₁ W₂). What makes depth worth it is a function between them that is not linear, applied to each number by itself: the activation.',
    '  relu(a) = max(0, a)\nrelu′(a) = 1 where a > 0, else 0\nsigmoid(a) = 1 / (1 + e⁻ᵃ)\nsigmoid′(a) = y (1 − y), where y = sigmoid(a)',
    'On the way back, the activation multiplies each gradient by its derivative. The derivative of sigmoid is 1/4 at most (at a = 0), and smaller everywhere else. relu lets a gradient through whole, or not at all. So it matters which of the two stands between the layers when the network is deep.',
    'This network has four dense layers and three activations. Train it with relu, then swap relu for sigmoid: all else stays the same, the seed and the first weights too.',
  ],
  tries: [
    'Press One step. The table below shows how large the gradients are at each stage, from the last layer back to the first: with relu they keep their size, from `network.6` to `network.1` between 0.04 and 0.1. Then press Train: after 20 epochs, about 70 % of the test pictures are read right.',
    'Swap relu for sigmoid, press One step, and compare the two columns: at each sigmoid the gradient loses three quarters or more. At `network.1` the largest is 0.002 with sigmoid, 0.051 with relu: 24 times as small. Then press Train, and look at both curves: sigmoid stays near 2.3 for hundreds of steps before it learns anything, since the first layers hardly move. It ends at about 44 %.',
    'Swap sigmoid for tanh, one step, train. The derivative of tanh is 1 − y²: it is 1 at a = 0. The gradients keep their size, and tanh learns as fast as relu.',
  ],
  question: 'Three sigmoids multiply a gradient by (1/4)³ = 1/64 at most. Could a larger learning rate make up for it?',
  answer: [
    'In part. Set `learningRate` to 1 in the file and train: with sigmoid, about 72 % are then read right, after a slow beginning. But one learning rate serves all layers, and the gradients of the last layer are not small: what is right for the first layers is soon too much for the last. With more layers the gap grows by four and more each time. This is the vanishing gradient, and why relu is used in deep networks.',
  ],
};

const loss: ChapterTexts = {
  title: 'Softmax and cross-entropy',
  prose: [
    'The last layer gives a score for each class (the logits), any number at all. Softmax makes probabilities of them: all are positive, and their sum is 1.',
    '  yᵢ = exp(aᵢ) / Σⱼ exp(aⱼ)',
    'Cross-entropy says how wrong they are: minus the logarithm of the probability that the right class got, as a mean over the batch. It is 0 for a network that is sure and right, and has no upper limit for one that is sure and wrong.',
    '  loss = −(1 / B) Σ t log y',
    'Taken together, the two have a gradient that could not be simpler: what was said minus what is true.',
    '  da = (y − t) / B',
    'The last layer here begins with weights of 0, so that the first numbers can be checked by hand.',
  ],
  tries: [
    'Press One step, then look into `softmaxCrossEntropy`. All scores are 0, so each class gets the probability 0.1, and the loss is −log 0.1 = 2.303. The gradient is (0.1 − 1) / 10 = −0.09 for the right class, and 0.1 / 10 = 0.01 for the nine others.',
    'Split the stage in two, press One step, and look into both. `softmax` gives ten times 0.1. Back from `crossEntropy` comes −1 for the right class (−1 / (0.1 · 10)) and 0 for the others; and `softmax` turns it into the same −0.09 and 0.01. That is the chain rule, one stage at a time.',
    'Set the first weights to random numbers with a standard deviation of 5, and press One step: the scores are large, so the network is sure without knowing anything, and the loss is about 7, three times that of a network that says "I do not know".',
  ],
  question: 'A network stays at a loss of 2.303 with ten classes, however long it trains. What does it say?',
  answer: [
    'log 10 = 2.303: it gives each class about the same probability, whatever the picture is. It has learned nothing about the pictures, or cannot any more. In chapter 6 you can bring a network there.',
  ],
};

const gradient: ChapterTexts = {
  title: 'The numerical gradient against backward',
  prose: [
    'A gradient is a slope: by how much the loss changes when one number changes a little. So it can be measured without any formula. Move the number by a small h to both sides, and look at the loss:',
    '  dL/dw ≈ (L(w + h) − L(w − h)) / 2h',
    'That is the numerical gradient. It is slow, since every number takes two ways through the network, but it cannot be derived wrongly. `backward` computes all gradients at once, by the chain rule. If both agree, the formulas of all stages are right.',
    'The button below does it for this pipeline: for up to 20 numbers of each tensor, with five examples, in float64. `W` and `b` are what a stage learns, `x` is what it is given.',
  ],
  tries: [
    'Press Check the gradients. Of each tensor, the row shows the number where the two are furthest apart: they agree in about nine digits. What is left is rounding, and that the difference is no true derivative.',
    'Swap sigmoid for relu and check again. The numbers are others, the agreement is the same. relu has a corner at 0: a nudge across it would say nothing, and would be counted as skipped.',
    'Set the units to 50. The heading of Network now says 39 760 numbers to learn: this is the network of the NumPy notebook. The check still takes 20 of each tensor; think of what all would take.',
  ],
  question:
    'The network of this chapter has 3,985 numbers to learn. How many ways through the network does their numerical gradient take, and how many does backward take?',
  answer: [
    'Numerical: 2 · 3,985 = 7,970 ways forward, for a single step of training. `backward`: one way forward and one back, whatever the number of parameters is. The notebook’s network with 39,760 would take 79,520. That is why everyone trains by backpropagation, and uses the numerical gradient only to check it.',
  ],
};

const descent: ChapterTexts = {
  title: 'One step of descent',
  prose: [
    'The gradient says in which direction the loss grows fastest. So each number that is learned takes a small step the other way. How long, the learning rate says:',
    '  W ← W − learningRate · dW',
    'That is all that `sgd` does, the last stage of Train. In this pipeline each step sees all 200 examples, so the loss is always the loss of the same examples: whatever it does, the steps did it.',
  ],
  tries: [
    'Press One step, then look into `network.2 dense`, and open Numbers of `b` and of `db`. The biases began at 0, so now each is −0.1 times its gradient: the first gradient is −0.03676, and the first bias is 0.003676.',
    'Reset and train: 100 steps. The loss falls with every step at first, 2.393, 2.300, 2.234, …, and ends near 0.32.',
    'Set the learning rate to 0.01 and train: the curve is as smooth, but after 100 steps the loss is still above 1.7. Then set it to 2 and train: the steps jump across the valley, the loss rises above 5 at the third step, and in the end it stays at 2.303. Which number is that?',
  ],
  question:
    'With the learning rate 2, the loss stays at 2.303 = log 10 and never moves again. What happened to the network?',
  answer: [
    'A step that was far too long pushed the hidden units so far that all their sums are negative, for every picture. Then relu gives 0, and lets no gradient back: the first layer gets none and cannot recover. Only the last biases still learn, and they can do no better than give each class its share, one tenth. Look into `network.1 relu` after such a run: 100 % of what it gives are 0.',
  ],
};

const batch: ChapterTexts = {
  title: 'A batch',
  prose: [
    'A step need not see all examples. The gradient of a few, drawn at random, points in nearly the same direction, and is much cheaper. These few are the batch; the gradient is the mean over its B examples:',
    '  dW = (1 / B) Σ dWᵢ',
    'A small batch gives many cheap steps that are noisy; a large one few steps that are smooth. `shuffleBatch` shuffles the 2,000 examples and cuts them into batches of 20: 100 steps an epoch.',
  ],
  tries: [
    'Train. The curve of the loss trembles: each batch is another twenty pictures, some of them harder. After 10 epochs, 1,000 steps, about 74 % of the test pictures are read right.',
    'Set the size to 500 and train. The curve is smooth, and short: 10 epochs are now only 40 steps. It has seen just as many examples, and has learned less: about 66 %.',
    'Set the size to 1 and train: 20,000 steps, each after a single picture. The curve is all noise, and it ends below 50 %: with this learning rate, every picture drags the weights to itself. It also takes longest, as a matrix product of one row is little work for much effort.',
  ],
  question: 'Why is the loss of a batch not a good measure of how well the network does?',
  answer: [
    'It is measured on a few examples, so it depends on which they are; and on examples that the network learns from, so it says nothing of others. That is what a test is for, and the next chapter.',
  ],
};

const epoch: ChapterTexts = {
  title: 'An epoch',
  prose: [
    'One epoch is once through all examples: here 2,000 / 20 = 100 steps. Then they are shuffled anew, and it begins again. After each epoch the stages of Test run, on 500 examples that are never learned from, and count how many are read right:',
    '  accuracy = right answers / all answers',
    'The loss of the batches says how well the network knows its examples; the accuracy of the test says what that is worth. Only the second is what you want.',
  ],
  tries: [
    'Press One epoch: 100 steps, then a test: about 68 %. Then train to the end: the loss goes on falling, but after the second epoch the accuracy gains little and ends near 76 %.',
    'Set train to 20,000 examples and train again (10,000 steps). With ten times as many examples, nearly 90 % of the test pictures are read right: more examples help more than more epochs.',
    'Set train to 100 examples and train. At the end the loss is about as low as it was with 2,000, and yet only about half of the test pictures are read right: the network knows its hundred pictures by heart. That is overfitting.',
  ],
  question:
    'You try ten learning rates and keep the one with the best test accuracy. Is that accuracy what you can expect of new pictures?',
  answer: [
    'No, it is a little too good: you chose by the test, so you learned from it, with your own hands. Choose by a third part of the data: `holdOut` keeps some of the training examples for `validation:`, and the test runs once, at the end.',
    'That was the notebook. Now draw a digit yourself, choose another pipeline at the top, or take what was trained away with you: see the other tabs.',
  ],
};

const chapters: Readonly<Record<ChapterId, ChapterTexts>> = {
  pixels,
  dense,
  activation,
  loss,
  gradient,
  descent,
  batch,
  epoch,
};

export const guideEn = {
  contents: 'Chapters',
  done: 'read',
  previous: 'Previous',
  next: 'Next chapter',
  finish: 'Finish',
  allDone: 'You have read all eight chapters.',
  open: 'Open its pipeline',
  openAgain: 'Open it anew',
  isOpen: (name: string): string => `${name} is open.`,
  toOpen: (name: string): string => `${name} takes the place of what is open now.`,
  toTry: 'Three things to try',
  question: 'A question',
  answer: 'Answer',
  stage: 'stage',
  activation: 'activation',
  atStep: (step: number): string => `step ${step}`,
  gradientsBack: 'Gradients on their way back',
  noGradients: 'Take a step: the largest |dx| of each stage is shown here, run beside run.',
  gradientsHint:
    'The largest |dx|, the gradient of what a stage is given, from the last layer (above) back to the first.',
  move,
  check: {
    title: 'Numerical gradient and backward',
    begin: 'Check the gradients',
    checking: 'Checking …',
    done: 'Checked.',
    hint: (loss: string): string =>
      `Loss of the five examples: ${loss}. Of each tensor, the number where the two differ most:`,
    at: 'number',
    slope: 'numerical',
    of: (checked: number, size: number, skipped: number): string =>
      `${checked} of ${size}${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    verdict: 'verdict',
    verdicts: { right: 'right', wrong: 'wrong', unknown: 'unknown', zero: 'all are 0' },
  },
  chapters,
};

/** All that the guide says, in a language. */
export type GuideTexts = typeof guideEn;
