import { exponential } from './exponential';
import { Float } from './float';
import { polynomial } from './polynomial';

// Coefficients of Cody's rational approximations of erf(z) / z in z², up to 15/32, and of exp(z²) (1 - erf(z)) in z, from
// there on. Source: W. J. Cody, Rational Chebyshev approximations for the error function, 1969, tables II and III.
const NEAR_ABOVE: usize = memory.data<Float>([
  3209.377589138469472562, 377.485237685302021, 113.8641541510501556, 3.161123743870565596, 0.1857777061846031526,
]);
const NEAR_BELOW: usize = memory.data<Float>([
  2844.236833439170622273, 1282.616526077372275645, 244.0246379344441733056, 23.60129095234412093499, 1,
]);
const FAR_ABOVE: usize = memory.data<Float>([
  1230.33935479799725272, 2051.07837782607146532, 1712.04761263407058314, 881.952221241769090411, 298.635138197400131132,
  66.1191906371416294775, 8.88314979438837594118, 0.564188496988670089180, 2.15311535474403846343e-8,
]);
const FAR_BELOW: usize = memory.data<Float>([
  1230.33935480374942043, 3439.36767414372163696, 4362.61909014324715820, 3290.79923573345962678, 1621.38957456669018874,
  537.181101862009857509, 117.693950891312499305, 15.7449261107098347253, 1,
]);

/** x² / 2 of a vector, which both functions below take. */
// @ts-ignore: decorator
@inline
export function halfSquare(x: v128): v128 {
  return v128.mul<Float>(v128.mul<Float>(x, x), v128.splat<Float>(0.5));
}

/** exp(-x² / 2) of a vector, `half` being x² / 2; 0 where it would be less than 1e-36. NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function gaussian(half: v128): v128 {
  const value = exponential(v128.neg<Float>(half));
  return v128.bitselect(v128.splat<Float>(0), value, v128.gt<Float>(half, v128.splat<Float>(85)));
}

/**
 * Φ(x) = (1 + erf(x / √2)) / 2 of a vector, the probability that a standard normal number is below x. `half` is
 * x² / 2, and `height` is exp(-half). Exact to the last bits of 1: below 1e-17 it is 0.
 */
// @ts-ignore: decorator
@inline
export function normalCdf(x: v128, half: v128, height: v128): v128 {
  const near = v128.div<Float>(polynomial(5, NEAR_ABOVE, half), polynomial(5, NEAR_BELOW, half));
  const z = v128.mul<Float>(v128.abs<Float>(x), v128.splat<Float>(<Float>Math.SQRT1_2));
  const far = v128.div<Float>(polynomial(9, FAR_ABOVE, z), polynomial(9, FAR_BELOW, z));

  const inner = v128.add<Float>(
    v128.splat<Float>(0.5),
    v128.mul<Float>(v128.mul<Float>(x, v128.splat<Float>(<Float>(0.5 * Math.SQRT1_2))), near),
  );
  const product = v128.mul<Float>(v128.mul<Float>(height, v128.splat<Float>(0.5)), far);
  const tail = v128.bitselect(v128.splat<Float>(0), product, v128.gt<Float>(half, v128.splat<Float>(37)));
  const one = v128.splat<Float>(1);
  const outer = v128.bitselect(v128.sub<Float>(one, tail), tail, v128.gt<Float>(x, v128.splat<Float>(0)));
  return v128.bitselect(inner, outer, v128.lt<Float>(z, v128.splat<Float>(0.46875)));
}
