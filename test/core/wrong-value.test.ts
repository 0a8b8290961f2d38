/** What a wrong option should have been, in plain words, whatever type of zod the author of a stage declares. */
import { erase, images, networkStage } from 'marblenet';
import { expect, it } from 'vitest';
import * as z from 'zod';

function problemOf(type: z.ZodType, given: unknown): string {
  const my = networkStage({
    name: 'my',
    summary: 's',
    options: z.strictObject({ a: type }),
    example: 'my',
    build: (_, { shape }) => ({ output: shape, forward: (x) => [x, (dy) => dy] }),
  });
  try {
    (my as (options: unknown) => unknown)({ a: given });
  } catch (error) {
    return error instanceof Error ? error.message : expect.fail(`threw ${error}`);
  }
  return expect.fail('nothing was refused');
}

it.each<[z.ZodType, unknown, string]>([
  [z.never(), 5, 'expected nothing, found 5'],
  [z.undefined(), 5, 'expected nothing, found 5'],
  [z.union([z.never(), z.bigint(), z.date()]), 5, 'expected nothing, or a big integer, or a date, found 5'],
  [z.tuple([z.number()]), 5, 'expected a list, found 5'],
  [z.array(z.number()).length(2), [1], 'expected 2 items, found one item'],
  [z.array(z.number()).length(2), [1, 2, 3], 'expected 2 items, found 3 items'],
  [z.array(z.number()).min(1), [], 'expected at least one item, found 0 items'],
  [z.array(z.number()).max(1), [1, 2], 'expected at most one item, found 2 items'],
  [z.record(z.string(), z.number()), 5, 'expected a map, as { name: value }, found 5'],
  [z.number().multipleOf(4), 5, 'expected a multiple of 4, found 5'],
  [z.string().regex(/^a+$/), 'b', 'expected text that matches /^a+$/, found the text "b"'],
  [z.number().refine((value) => value > 9), 5, 'expected another value, found 5'],
  [z.number().refine((value) => value > 9, 'a number above 9'), 5, 'expected a number above 9, found 5'],
])('%#', (type, given, problem) => {
  expect(problemOf(type, given)).toBe(`my: a: ${problem}`);
});

it('shows a list that was wanted, as the example of the stage has it: one number looks as if it would do', () => {
  const refused = (made: () => unknown, problem: string) => expect(made).toThrow(problem);
  const area = 0.2 as unknown as [number, number];
  refused(() => erase({ area }), 'erase: area: expected a list, found 0.2; write it as area: [0.02, 0.2]');
  const size = 32 as unknown as number[];
  refused(() => images({ train: 'pets', size }), 'images: size: expected a list, found 32; write it as size: [28, 28]');
});
