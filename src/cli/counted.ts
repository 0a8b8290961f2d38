/** `9,600` */
export const grouped = (count: number): string => count.toLocaleString('en-US');

/** `1 epoch`, `9,600 steps` */
export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
