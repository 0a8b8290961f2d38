import { afterEach, expect, test, vi } from 'vitest';
import { newRunId } from '../../../src/core/run/run-id.js';

afterEach(() => {
  vi.useRealTimers();
});

test('is short, and one of its own each time', () => {
  const ids = Array.from({ length: 1000 }, newRunId);
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{15}$/);
});

test('sorts by the time of its making', () => {
  const times = [
    '1970-01-01',
    '2026-11-28T15:00:00.000Z',
    '2026-11-28T15:00:00.001Z',
    '2026-11-28T15:00:01Z',
    '3000-01-01',
  ];
  vi.useFakeTimers({ toFake: ['Date'] });
  const ids = times.map((time) => {
    vi.setSystemTime(new Date(time));
    return newRunId();
  });
  expect([...ids].sort()).toEqual(ids);
  expect(ids[0].slice(0, 9)).toBe('000000000');
});
