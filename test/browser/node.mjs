// Trains in Node, and prints what came of it.
import { trainDigits } from './digits.mjs';

console.log(JSON.stringify(await trainDigits({ backend: process.argv[2], threads: 1 })));
