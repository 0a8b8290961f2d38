/** The logistic function: what a logit of yes or no says as a probability. */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
