/** The largest class: classes are counted, and held, as whole numbers of 32 bits. */
export const LARGEST_CLASS = 2 ** 31 - 2;

/** Whether a label is the number of a class. */
export const isClass = (label: number): boolean => Number.isInteger(label) && label >= 0 && label <= LARGEST_CLASS;
