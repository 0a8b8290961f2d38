/** The page in Chinese. */
import { en } from './en.js';

export const zh: typeof en = en;
