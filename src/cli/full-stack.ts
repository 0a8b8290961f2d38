/**
 * Stages call one another, and a stack that is full is an error like others. RxJS passes it on by more such calls, until there is no
 * room for them either; then it drops it, and the command would wait for ever without a word of why.
 */
import { config } from 'rxjs';
import { noteFullStack } from '../node/guard-process.js';

config.onStoppedNotification = (notification) => {
  if (notification.kind === 'E' && isOfStack(notification.error)) noteFullStack();
};

const isOfStack = (error: unknown): boolean => error instanceof RangeError && error.message.includes('call stack');
