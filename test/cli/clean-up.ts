/** Runs for each file of tests: one that shares its modules with others would register the `afterAll` of a module once. */
import { afterAll } from 'vitest';
import { cleanUp } from './leftovers.js';

afterAll(cleanUp);
