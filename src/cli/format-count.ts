/** `9,600` */
export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** `1 epoch`, `9,600 steps` */
export const plural = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
