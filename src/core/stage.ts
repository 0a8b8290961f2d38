/**
 * The stage contract. A stage is one concept of deep learning as one RxJS operator: it declares what flows in and what
 * flows out, which options it takes, and how to build its operator once the shapes are known.
 *
 * The value that `relu()` or `dense({ units: 50 })` returns serves twice. In a pipeline it is a list item, built with
 * the pipeline's own kernels and random streams. In a plain `source.pipe(relu())` it is an RxJS operator that builds
 * itself from the first emission: so a stage can be marble-tested with nothing around it, and a network can be written
 * as a chain of RxJS operators.
 */
import * as z from 'zod';
import { checkedBuild } from './checked-build.js';
import type { AnyStage, AnyStageFactory, StageDefinition, StageFactory } from './contract.js';
import type { Kind } from './kinds.js';
import { trustedStage } from './trusted-stage.js';

/** The options of a stage that has none. */
export const noOptions = z.strictObject({});

/** Makes a stage of its definition. What it emits is compared with what it declares: see `checkedBuild`. */
export const stage = <From extends Kind, To extends Kind, Options extends z.ZodObject>(
  definition: StageDefinition<From, To, Options>,
): StageFactory<From, To, Options> => trustedStage(definition, (build) => checkedBuild(definition, build));

/** Whether a value is a stage: `relu()`, not its factory `relu`. */
export const isStage = (value: unknown): value is AnyStage =>
  typeof value === 'function' && 'definition' in value && 'build' in value;

/** Whether a value, such as an export of a plug-in, is a stage factory: `relu`, not the stage `relu()`. */
export const isStageFactory = (value: unknown): value is AnyStageFactory =>
  typeof value === 'function' && 'definition' in value && !('build' in value);
