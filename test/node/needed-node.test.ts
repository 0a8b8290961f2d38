import { readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
import { nodeProblem } from '../../src/node/needed-node.js';

it.each(['20.19.0', '20.20.1', '22.0.0', '24.1.0', '100.0.0'])('has nothing to say of Node %s', (version) => {
  expect(nodeProblem(version)).toBeUndefined();
});

it.each(['18.20.8', '20.18.3', '9.9.9'])('says what is needed to Node %s', (version) => {
  expect(nodeProblem(version)).toBe(`marblenet needs Node 20.19 or newer, found ${version}`);
});

test('package.json says the same', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(nodeProblem('0.0.0')).toContain(`Node ${engines.node.replace('>=', '')} or newer`);
});
