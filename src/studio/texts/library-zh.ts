/**
 * What the library says of its stages and options, in Chinese, by the English: the summaries of stages and the descriptions
 * in the JSON Schema of pipeline files.
 */
export const libraryZh: Readonly<Record<string, string>> = {
  // the keys of a file
  'Another pipeline file, of which this one says what is different': '另一个流水线文件；本文件只写与它不同的地方',
  'What the run is called': '这次运行的名称',
  'What there is to see in it': '说明：这个文件能让人看到什么',
  'Decides all chance: weights, shuffles, drawn digits':
    '随机种子，决定一切随机的东西：初始权重、打乱的顺序、绘制的数字',
  'Decides the chance of data: alone, as which examples are held out. Left out: seed, as all chance':
    '只决定 data: 中的随机，例如留出哪些样本。省略时和其他随机一样，由 seed 决定',
  'How the seed decides: a generator for each stage, or one for all that draws what np.random.seed does':
    '种子怎样起作用：每个阶段各用一个随机数生成器；或者所有阶段共用一个，抽出的数与 np.random.seed 相同',
  'How often training goes through the data': '训练把全部数据看多少遍，即 epoch 的个数',
  'The type of every computed number': '计算中所有数的类型',
  'What computes: wasm for speed, typescript to read and compare':
    '用什么来计算：wasm 速度快；typescript 便于阅读和对照',
  'How many threads compute; auto: as many as make steps faster, as measured. The results are the same, bit for bit':
    '用几个线程计算；auto：通过实测，选出让每一步更快的线程数。结果每一位都相同',
  'When a run that is kept in a folder writes a checkpoint': '保存在文件夹里的运行，什么时候写检查点',
  'epoch, "500 steps" or "30 s"; one that is due while others are still being written waits for them. Left out: each epoch, at most every 10 s':
    'epoch、"500 steps" 或 "30 s"；如果到时前面的检查点还没有写完，就等它们写完。省略时每个 epoch 一次，但最多每 10 s 一次',
  'How many checkpoints are kept, the newest': '保留最新的几个检查点',
  'Stop when a metric has not become better for some epochs; the model is that of the best epoch':
    '早停：某个指标连续几个 epoch 没有变好，就停止训练；模型取最好的那个 epoch',
  'What to look at after each epoch: a split and a metric': '每个 epoch 之后看哪个数据集的哪个指标',
  'After how many epochs without a better value training stops': '连续多少个 epoch 没有更好的值，就停止训练',
  'How much better a value must be to count': '至少好多少才算变好',
  'A model whose weights the network begins with: fine-tuning': '微调：网络以一个已有模型的权重为初始权重',
  'A model: model.safetensors, or the folder of a run': '一个模型：model.safetensors，或者一次运行的文件夹',
  'Layers whose weights are drawn anew, by their places': '哪些层的权重重新随机抽取，按层的位置写',
  "Write TensorBoard's event files into the folder of the run": '在运行文件夹里写入 TensorBoard 的事件文件',
  'How many networks, each with a seed of its own, "pipeline committee" trains and averages; a run trains one':
    '"pipeline committee" 训练多少个网络并对它们求平均，每个网络用自己的随机种子；普通的运行只训练一个',
  'Keep the model of the epoch with the best value of a metric, not the last':
    '保留某个指标最好的那个 epoch 的模型，而不是最后一个',
  'What differs between the members of a committee beside their seeds: by the path of a value, as --set takes it, choices or a range, as "sweep: { over: }" has them':
    '委员会的各个成员除随机种子以外还有什么不同：值的路径写法同 --set，候选值或范围的写法同 "sweep: { over: }"',
  'Choices: values, which may hold ranges inside': '候选值，里面还可以含有范围',
  'Choices, as a list': '候选值的列表',
  'A number between two': '两数之间的一个数，均匀分布',
  'A number between two, each tenfold as likely as the next': '两数之间的一个数，对数均匀分布：每个数量级的机会相同',
  'A whole number between two': '两数之间的一个整数，均匀分布',
  'A whole number between two, each tenfold as likely as the next':
    '两数之间的一个整数，对数均匀分布：每个数量级的机会相同',
  'What "pipeline sweep" tries: many runs of this file, in which these values are others':
    '"pipeline sweep" 的超参数搜索：把本文件运行许多次，每次换用不同的值',
  'How trials are chosen: grid, all there are; random; tpe, near the best so far; halving, random and bad ones stopped early':
    '怎样选取试验：grid，网格搜索，全部试一遍；random，随机搜索；tpe，在目前最好的附近搜索；halving，随机选取，差的提前停止',
  'How many trials; left out, 20, and of a grid all': '试验的次数；省略时为 20 次，网格搜索则为全部',
  'What says which trial is the best: a metric of the validation': '按验证集上的哪个指标判断哪次试验最好',
  'Of halving: one trial in so many goes on at each rung': '用于 halving：每一级，每多少个试验中留下一个继续',
  'Of halving: after how many epochs the first rung is': '用于 halving：第一级在多少个 epoch 之后',
  'What is tried: by the path of a value, as --set takes it, choices or a range':
    '要试的值：值的路径写法同 --set，后面写候选值或范围',
  'TypeScript files with stages of your own': '含有你自己的阶段的 TypeScript 文件',
  'A source, then what prepares its examples': '先是一个数据源，然后是预处理样本的阶段',
  'The layers, from input to output': '网络的各层，从输入到输出',
  'A batcher, forward, a loss, backward, an optimizer, metrics':
    '依次为：划分批次的阶段、forward、损失函数、backward、优化器、评估指标',
  'A batcher, forward, a loss, metrics; run after each epoch, on examples held out of train':
    '依次为：划分批次的阶段、forward、损失函数、评估指标；每个 epoch 之后，在从 train 中留出的样本上运行',
  'A batcher, forward, a loss, metrics; run after each epoch, or once at the end if there is a validation':
    '依次为：划分批次的阶段、forward、损失函数、评估指标；每个 epoch 之后运行，有验证时只在最后运行一次',

  // sources
  'A table of your own: a row a sample': '你自己的表格：每行一个样本',
  'Digits drawn by this program: no file, no network': '由本程序绘制的手写数字：不需要文件，也不需要联网',
  '70,000 pictures of clothes of ten kinds, as large as MNIST and harder':
    '70,000 张服饰图片，分为十类；规模与 MNIST 相同，难度更大',
  'Any pair of IDX files, raw or gzip': '任意一对 IDX 文件，原始的或 gzip 压缩的',
  'Pictures of your own, PNG or JPEG: a folder a class': '你自己的图片，PNG 或 JPEG：每个类别一个文件夹',
  'A table of one JSON object a line': '每行一个 JSON 对象的表格',
  'Samples that a program has': '程序里已有的样本',
  '70,000 handwritten digits: local folder, else cache, else download':
    '70,000 个手写数字：先找本地文件夹，再找缓存，都没有就下载',
  'Arrays that NumPy saved, a file each': 'NumPy 保存的数组，每个一个文件',
  'An archive of arrays that NumPy saved': 'NumPy 把多个数组存在一起的压缩包',
  'A table as pandas, Spark and DuckDB write it': 'pandas、Spark、DuckDB 写出的表格',
  'Points of the plane in two classes: spirals, moons, circles or xor':
    '平面上的点，分为两类：spirals（螺旋）、moons（双月）、circles（同心圆）或 xor（异或）',
  'Rows that a program has, objects with a value for each column': '程序里已有的行：每行一个对象，每列一个值',

  'Table to learn from': '训练用的表格',
  'Table to be judged by; without one, holdOut: { test: 0.2 } takes some of train':
    '测试用的表格；没有时，可以用 holdOut: { test: 0.2 } 从 train 中留出一部分',
  'Column to predict: words are classes, numbers real values; several columns of numbers':
    '要预测的列：文字是类别，数是实数值；也可以是多个数值列',
  'Columns to learn from; all others if left out': '用来学习的列；省略时为其余所有的列',
  'Columns to leave out': '不使用的列',
  'Columns of numbers that are names, as of classes': '哪些列里的数其实是名称，例如类别的编号',
  'Missing cells: the median or the most frequent value of train; kept, for impute to fill; or an error':
    '缺失的单元格：用 train 的中位数或最常见的值填补；或者保留，由 impute 来填补；或者报错',
  'Column that says how much each row counts in the loss': '样本权重所在的列：每行在损失中占多大分量',
  'Whether samples are read while they are learned from; auto: above 1 GiB':
    '是否边学习边读取样本（流式）；auto：超过 1 GiB 时才这样做',
  'Between two cells; as the file looks if left out': '单元格之间的分隔符；省略时从文件中识别',
  'In numbers; as the file looks if left out': '数中的小数点符号；省略时从文件中识别',
  'Whether the first row names the columns; as it looks if left out': '第一行是不是列名；省略时自动识别',
  'How many to learn from': '用来训练的样本数',
  'How many to be judged by': '用来测试的样本数',
  'The files to learn from': '训练用的文件',
  'The files to be judged by': '测试用的文件',
  'IDX file of the samples, raw or gzip': '样本的 IDX 文件，原始的或 gzip 压缩的',
  'IDX file of their labels, raw or gzip': '标签的 IDX 文件，原始的或 gzip 压缩的',
  'The shape of one sample; as the files say if left out': '单个样本的形状；省略时由文件决定',
  'Pictures to learn from: a folder that has one more for each class, or a table of paths':
    '训练用的图片：一个文件夹，每个类别一个子文件夹；或者一张写有图片路径的表格',
  'Pictures to be judged by; without them, holdOut: { test: 0.2 } takes some of train':
    '测试用的图片；没有时，可以用 holdOut: { test: 0.2 } 从 train 中留出一部分',
  '[H, W], height and width of a sample in pixels': '[H, W]，样本的高和宽，以像素为单位',
  '1 is grey; 3 are red, green and blue': '1 是灰度；3 是红、绿、蓝',
  'Fill the sample and cut what is over; put all of it on black; or make a digit as MNIST has them':
    '铺满样本，裁掉多余的部分；或者完整地放在黑底上；或者处理成 MNIST 那样的数字',
  'What becomes of pictures that cannot be read': '图片读不出来时怎么办',
  'Column of a table: paths of pictures, seen from its folder': '表格中图片路径所在的列，路径相对于表格所在的文件夹',
  'Column of a table: what the class of each is called': '表格中类别名称所在的列',
  'n samples: rows of numbers, typed arrays, or { shape: [n, ...], data }':
    'n 个样本：若干行数、类型化数组，或 { shape: [n, ...], data }',
  '[n] The class of each sample, by number or name': '[n] 每个样本的类别，写编号或名称',
  '[n, m] Real numbers to say of each sample': '[n, m] 每个样本要预测的实数',
  '[n] How much each sample counts in the loss': '[n] 样本权重：每个样本在损失中占多大分量',
  'Or one sample after another, from an iterable or an async one: { features, label }':
    '或者来自可迭代对象或异步可迭代对象，逐个给出样本：{ features, label }',
  'The same for samples to be judged by': '同样的内容，给测试用的样本',
  'What classes are called, where labels are numbers': '标签是编号时，各个类别的名称',
  'What to learn from where MNIST cannot be had': '得不到 MNIST 时，用什么代替',
  'The samples, [n, ...]': '样本，[n, ...]',
  '[n] whole numbers: classes; [n] or [n, m] others: real values':
    '[n] 个整数：类别；[n] 或 [n, m] 个其他类型的数：实数值',
  'The files to be judged by; without them, holdOut: { test: 0.2 } takes some of train':
    '测试用的文件；没有时，可以用 holdOut: { test: 0.2 } 从 train 中留出一部分',
  'The archive': '压缩包文件',
  'What the arrays to learn from are called, where it is nothing usual': '训练用的数组的名称，名称不常见时才需要写',
  'Name of the samples': '样本数组的名称',
  'Name of the labels': '标签数组的名称',
  'What those to be judged by are called': '测试用的数组的名称',
  'How the two classes lie': '两个类别怎样分布',
  'Standard deviation of what is added to each number': '加到每个数上的噪声的标准差',
  'Rows to learn from': '训练用的行',
  'Rows to be judged by; without them, holdOut: { test: 0.2 } takes some of train':
    '测试用的行；没有时，可以用 holdOut: { test: 0.2 } 从 train 中留出一部分',

  // data
  'As many training examples of each class': '让每个类别的训练样本一样多',
  'Samples count in the loss by their class': '按类别给样本在损失中的权重',
  'Some of the training examples become validation or test examples': '从训练样本中留出一部分，作为验证集或测试集',
  'What stands for features that are missing': '填补缺失的特征值',
  'x = feature / divisor, or (feature - mean) / std': 'x = 特征 / divisor，或 (特征 - mean) / std',
  'Label 2 of 4 classes becomes [0, 0, 1, 0]': 'one-hot 编码：共 4 个类别时，标签 2 变成 [0, 0, 1, 0]',
  'The truth of each training example goes to another: a sanity check': '打乱训练样本的标签：用来检查实验是否可靠',
  'x = (feature - mean) / std of the training examples': '标准化：x = (特征 - mean) / std，取训练样本的均值和标准差',
  'The first examples of a data set': '只取数据集最前面的样本',
  'Repeat some of the rare classes, or leave others out': '重复少数类的样本（过采样），或者去掉多数类的样本（欠采样）',
  'The same say for each class; or a number by the name of a class': '各个类别的总分量相同；或者按类别名称各写一个数',
  'How many to hold out for validation, or which fraction of them': '留出多少个样本用来验证，或者留出多大比例',
  'The same for the test, where the data have no examples of their own for it':
    '同样，留给测试：用于数据本身没有测试样本的时候',
  'Whether each class gives its share, where there are labels': '有标签时，是否分层抽样，即每个类别按比例留出',
  'What is put in their place': '用什么来填补',
  'The number that method: constant puts there': 'method: constant 时填入的数',
  'Divides every feature: 255 for bytes': '每个特征除以这个数：字节用 255',
  'Taken off every feature first; a list has one a column; 0 if left out':
    '先从每个特征中减去这个数；写成列表时每列一个；省略时为 0',
  'Divides every feature then; a list has one a column; 1 if left out':
    '再把每个特征除以这个数；写成列表时每列一个；省略时为 1',
  'C, how many classes there are; labels run from 0 to C - 1. As the data say if left out':
    'C，类别的个数；标签从 0 到 C - 1。省略时由数据决定',
  'Mean and standard deviation; least and largest value; median and quartiles':
    '依次为：均值和标准差；最小值和最大值；中位数和四分位数',
  'What is scaled': '对什么做缩放',
  'How many examples to keep': '保留多少个样本',
  'Only of this split; of each if left out': '只对这个数据集；省略时对每个数据集',

  // layers
  'Of each window of pixels the mean, channel by channel': '平均池化：取每个窗口内像素的平均值，各通道分别计算',
  'Columns, or channels, get mean 0 and variance 1, then a learned scale and shift':
    '批量归一化：每列或每个通道变为均值 0、方差 1，再乘以学到的缩放、加上学到的平移',
  'Weighted sums of neighbouring pixels, with the same weights all over the image':
    '二维卷积：对相邻像素求加权和，整张图片共用同一组权重',
  'y = x W + b, every output a weighted sum of every input': '全连接层：y = x W + b，每个输出都是所有输入的加权和',
  'Some numbers become 0 in training, at random': '丢弃法：训练时随机把一些数变成 0',
  'Some channels become 0 in training, at random': '按通道的丢弃法：训练时随机把一些通道整个变成 0',
  'A sample of several axes as one row of numbers': '展平：把多个轴的样本变成一行数',
  'The mean of each channel over all of the image': '全局平均池化：每个通道在整张图片上的平均值',
  'Every sample gets mean 0 and variance 1, then a learned scale and shift':
    '层归一化：每个样本变为均值 0、方差 1，再乘以学到的缩放、加上学到的平移',
  'Of each window of pixels the largest, channel by channel': '最大池化：取每个窗口内像素的最大值，各通道分别计算',
  'y = x + f(x): what the stages inside give is added to what they get':
    '残差块：y = x + f(x)，内部各阶段的输出加上它们的输入',
  'Height and width of a window': '窗口的高和宽',
  'By how many pixels it moves on; its size if left out': '步幅：窗口每次移动多少像素；省略时等于窗口的大小',
  'Pixels around the image that count for nothing': '填充：图片四周不参与计算的像素',
  'How much of the running means stays at each batch': '动量：每个批次之后，滑动平均值保留多少',
  'Keeps the divisor above 0': '让除数保持大于 0',
  'K, the number of channels that come out': 'K，输出通道数，即卷积核的个数',
  'Height and width of the window that a filter sees': '卷积核的高和宽',
  'By how many pixels the window moves on': '步幅：窗口每次移动多少像素',
  'Zeros around the image: none, as many as keep its size (same), or so many on each side':
    '填充：在图片四周补 0：不补；补到输出与输入一样大（same）；或者每边补这么多',
  'How far apart the pixels of a window are': '膨胀率（空洞卷积）：窗口内相邻像素的间隔',
  'Into how many groups channels and filters are cut; as many as channels: depthwise':
    '把通道和卷积核分成几组；组数等于通道数时，就是逐通道（depthwise）卷积',
  'How the first weights are drawn': '初始权重怎样抽取',
  'Standard deviation of the Gaussian': '高斯分布的标准差',
  'Whether b is learned; without, it stays 0': '是否学习偏置 b；不学习时它一直为 0',
  'Whether W and b stay as they are, as in fine-tuning the layers behind':
    '是否冻结：W 和 b 保持不变，例如只微调后面的层时',
  'H, the number of outputs': 'H，输出的个数，即单元数',
  'The probability of each number to become 0': '丢弃率：每个数变成 0 的概率',
  'The probability of each channel to become 0': '丢弃率：每个通道变成 0 的概率',
  'f, from input to output; a list in the place of the options is this one':
    'f，从输入到输出的各个阶段；在选项的位置直接写一个列表，就是指它',
  's, where y is to have another shape than x; x itself if left out':
    's，捷径连接：y 的形状要与 x 不同时使用；省略时就是 x 本身',

  // activations
  'y = x where x > 0, else alpha (exp(x) - 1)': '指数线性单元：x > 0 时 y = x，否则 y = alpha (exp(x) - 1)',
  'y = x Φ(x), Φ the Gaussian distribution function': '高斯误差线性单元：y = x Φ(x)，其中 Φ 是标准正态分布函数',
  'y = x where x > 0, else negativeSlope x': '带泄漏的 ReLU：x > 0 时 y = x，否则 y = negativeSlope x',
  'y = x where it is positive, else a x, with an a for each column to learn':
    '参数化 ReLU：x 为正时 y = x，否则 y = a x；每列一个要学习的 a',
  'y_i = exp(x_i) / Σ_j exp(x_j), row by row': '把得分变成概率：y_i = exp(x_i) / Σ_j exp(x_j)，逐行计算',
  'y = x min(max(x + 3, 0), 6) / 6': 'Swish 的分段近似：y = x min(max(x + 3, 0), 6) / 6',
  'y = x': '恒等函数：y = x',
  'y = x tanh(log(1 + exp(x)))': 'Mish 函数：y = x tanh(log(1 + exp(x)))',
  'y = max(0, x)': '修正线性单元：y = max(0, x)',
  'y = 1 / (1 + exp(-x))': 'S 形函数：y = 1 / (1 + exp(-x))',
  'y = log(1 + exp(x))': 'ReLU 的平滑近似：y = log(1 + exp(x))',
  'y = x / (1 + exp(-x))': 'Swish 函数：y = x / (1 + exp(-x))',
  'y = tanh(x)': '双曲正切函数：y = tanh(x)',
  'How far below zero the floor lies': '下限在零以下多远',
  'The slope where x is negative': 'x 为负时的斜率',
  'What every a is at first': '每个 a 的初始值',

  // forward and gradients
  'Sends the batch through the network': '前向传播：让批次通过网络',
  'Plays the tape in reverse: the gradient of every parameter': '反向传播：沿前向的记录倒着走一遍，求出每个参数的梯度',

  // batches
  'Every example once an epoch, in order': '每个 epoch 按顺序把每个样本用一次',
  'Random examples with replacement, for a number of steps': '有放回地随机抽取小批量，抽取固定的步数',
  'Every example once an epoch, in a fresh random order': '每个 epoch 重新打乱，把每个样本用一次',
  'B, examples a batch': 'B，批大小：每个批次的样本数',
  'What becomes of a short last batch': '最后一个批次不满时怎么办',
  'Batches an epoch': '每个 epoch 的批次数',
  'How many examples are shuffled together, where they are streamed': '流式读取时，多少个样本放在一起打乱',

  // losses
  '-mean(t log p + (1 - t) log(1 - p)), p = sigmoid(x), fused and stable':
    '二元交叉熵：-mean(t log p + (1 - t) log(1 - p))，p = sigmoid(x)，合并计算，数值稳定',
  '-mean(Σ t log(x + epsilon)), on probabilities': '交叉熵：-mean(Σ t log(x + epsilon))，输入是概率',
  '-mean((1 - p)^gamma log p) of the true class, p = softmax(x)':
    '焦点损失：正确类别的 -mean((1 - p)^gamma log p)，p = softmax(x)',
  'mean(|x - t|)': '平均绝对误差：mean(|x - t|)',
  'mean((x - t)²)': '均方误差：mean((x - t)²)',
  'Squared error near the target, absolute error far from it': 'Huber 损失：离目标近时用平方误差，离目标远时用绝对误差',
  '-mean(log softmax(x)[t]), fused and stable': 'softmax 和交叉熵：-mean(log softmax(x)[t])，合并计算，数值稳定',
  'How many times a target of 1 counts': '正例的权重：目标为 1 时按多少倍计算',
  'Keeps the logarithm finite': '让对数保持有限',
  'ε: targets are (1 - ε) t + ε / C, so that the network need not be sure of itself':
    '标签平滑 ε：目标变为 (1 - ε) t + ε / C，网络就不必过于自信',
  'How much less samples count that are right already': '已经判对的样本，分量减少的程度',
  'How far off the line begins, in units of the target': '误差多大时开始变为直线，以目标的单位计',
  "Added to p[t] in the loss alone; the notebook's is 1.0e-7": '只在计算损失时加到 p[t] 上；notebook 中是 1.0e-7',

  // optimizers
  'W = W - learningRate dW': '随机梯度下降：W = W - learningRate dW',
  'v = momentum v + dW; W = W - learningRate v': '动量法：v = momentum v + dW；W = W - learningRate v',
  'v = momentum v + dW; W = W - learningRate (dW + momentum v)':
    'Nesterov 动量法：v = momentum v + dW；W = W - learningRate (dW + momentum v)',
  's = s + dW²; W = W - learningRate dW / (√s + epsilon)':
    '累积梯度的平方：s = s + dW²；W = W - learningRate dW / (√s + epsilon)',
  'W = W - learningRate m̂ / (√ŝ + epsilon), running means of dW and dW²':
    'W = W - learningRate m̂ / (√ŝ + epsilon)，m̂ 和 ŝ 是 dW 和 dW² 的滑动平均',
  "W = (1 - learningRate weightDecay) W, then adam's step": 'W = (1 - learningRate weightDecay) W，然后走 adam 的一步',
  'The mean of the weights along the way is what is tested and saved': '权重平均：测试和保存的，是训练途中权重的平均值',
  's = smoothed dW²; W = W - learningRate dW / (√s + epsilon)':
    's = dW² 的滑动平均；W = W - learningRate dW / (√s + epsilon)',
  'How far to go against the gradient': '学习率：沿梯度的反方向走多远',
  'Keeps the quotient finite': '让商保持有限',
  'λ: dW becomes dW + λ W, which pulls every parameter to 0': '权重衰减 λ：dW 变为 dW + λ W，把每个参数拉向 0',
  'The most that all gradients together may measure; more is scaled down':
    '梯度裁剪：所有梯度合在一起的范数上限；超过时按比例缩小',
  'How the learning rate changes from step to step': '学习率调度：学习率怎样逐步变化',
  'Drops every so many steps': '每隔若干步下降一次',
  'Steps from one drop to the next': '两次下降之间的步数',
  'What each drop leaves of the learning rate': '每次下降后，学习率剩下几分之几',
  'Falls along half a cosine': '余弦退火：沿半个余弦波下降',
  'What is left of the learning rate at the end': '最后学习率剩下几分之几',
  'Steps from begin to end; left out, all of the run after the warm-up':
    '从开始到结束的步数；省略时，是预热之后的全部步数',
  'Rises, then falls, each along half a cosine': '先上升再下降，各沿半个余弦波',
  'The share of the steps in which it rises': '上升阶段占全部步数的比例',
  'The share of the learning rate to begin with': '开始时为学习率的几分之几',
  'The share of the learning rate to end with': '结束时为学习率的几分之几',
  'Steps in which the learning rate grows to its full size': '预热：学习率在这么多步内增大到设定的值',
  'What the mean of gradients keeps from step to step': '一阶矩：梯度的滑动平均每一步保留多少',
  'What the mean of squares keeps from step to step': '二阶矩：梯度平方的滑动平均每一步保留多少',
  'The share of W that goes each step, times learningRate': '权重衰减：每一步 W 减少的比例，还要乘以 learningRate',
  'How much of the average stays at each step, less at first; equal gives all steps the same share':
    '每一步，平均值保留多少，开头少一些；equal 让每一步占同样的份额',
  'The epoch in which averaging begins': '从第几个 epoch 开始求平均',
  'What the velocity keeps from step to step': '动量：速度每一步保留多少',

  // augmentation
  'Rotates, shifts, scales and shears each image at random': '仿射变换：随机旋转、平移、缩放、错切每张图片',
  'Moves the pixels of each image at random, neighbours together':
    '弹性变形：随机移动每张图片的像素，相邻的像素一起移动',
  'Blanks a random rectangle of some of the images': '随机擦除：在一部分图片上抹掉一个随机的矩形',
  'Mirrors some of the images': '随机翻转一部分图片',
  'Mixes each sample with one of its batch, and their classes': '把每个样本与同批次的另一个样本混合，类别也一起混合',
  'Adds Gaussian noise to every number': '给每个数加上高斯噪声',
  'Turns each image by a random angle': '把每张图片旋转一个随机的角度',
  'Makes each image larger or smaller at random': '随机放大或缩小每张图片',
  'Slants each image by a random angle': '错切：让每张图片倾斜一个随机的角度',
  'Moves each image by a few random pixels': '把每张图片随机平移几个像素',
  'Turns by up to so many degrees, to either side': '旋转：向两边最多转多少度',
  'Shifts by up to so many pixels, each way': '平移：每个方向最多移动多少像素',
  'Makes height and width larger or smaller, each by up to this share of it':
    '缩放：高和宽各自放大或缩小，最多为原来的这个比例',
  'Slants by up to so many degrees, to either side': '错切：向两边最多倾斜多少度',
  'What comes in from outside of an image: a number, as the network is given them, or its nearest pixel':
    '图片以外的部分用什么填充：一个数（按网络得到的数值），或者最近的像素',
  'How wide the Gaussian is that smooths the moves, in pixels': '用来平滑位移的高斯函数有多宽，以像素为单位',
  'What the smoothed moves are multiplied by, in pixels': '平滑后的位移乘以多少，以像素为单位',
  'Of each image to lose a rectangle': '每张图片被抹掉一个矩形的概率',
  'The smallest and the largest rectangle, as shares of the image': '最小和最大的矩形，各占图片的多大比例',
  'The longest rectangle: how many times as long as it is wide': '最长的矩形：长是宽的多少倍',
  'What it is filled with': '用什么数来填',
  'horizontal: left becomes right; vertical: top becomes bottom': 'horizontal：左右翻转；vertical：上下翻转',
  'Of each image to be mirrored': '每张图片被翻转的概率',
  '0.01: hardly any mixture; 1: shares of all sizes are alike': '0.01：几乎不混合；1：各种混合比例的机会相同',
  'The standard deviation of the noise': '噪声的标准差',
  'The largest angle, to either side': '最大的角度，向两边都可以',
  'The largest change of height and width, as a share of it': '高和宽最多改变原来的多大比例',
  'The furthest, each way': '每个方向最多移动多少像素',

  // metrics
  'Share of samples whose largest output is the true class': '准确率：最大的输出正是真实类别的样本所占的比例',
  'How far confidence is from accuracy': '校准误差：置信度与准确率相差多少',
  'How often each class was taken for each other': '混淆矩阵：每个类别被判为其他各个类别多少次',
  'The harmonic mean of precision and recall': '精确率和召回率的调和平均',
  'Mean of -log p of what is true': '对数损失：正确答案的 -log p 的平均值',
  'Mean over the epoch, weighted by batch size': '在一个 epoch 上的平均值，按批大小加权',
  'Of the samples taken for a class, the share that are of it': '精确率：被判为某个类别的样本中，真正属于它的比例',
  'Share of the variance of the targets that is explained': '决定系数：目标的方差中得到解释的比例',
  'Of the samples of a class, the share that are taken for it': '召回率：某个类别的样本中，被判为它的比例',
  'How often a sample of a class is ranked above one of another':
    'ROC 曲线下的面积：某个类别的样本排在其他类别的样本之前的比例',
  '√mean((x - t)²), in units of the target': '均方根误差：√mean((x - t)²)，单位与目标相同',
  'Share of samples whose true class is among the k largest outputs': '真实类别在最大的 k 个输出之中的样本所占的比例',
  'How many, from a probability of 0 to 1': '把概率从 0 到 1 分成多少个区间',
  'Of all classes: each counts the same; each by its samples; or all samples counted together':
    '各类别怎样平均：每个类别分量相同；按样本数加权；或者所有样本一起统计',
  'Which number': '对哪个数求平均',
  'How many guesses count': '取最大的几个输出',
};
