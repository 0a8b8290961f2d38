import { relu, sigmoid, tensor } from 'marblenet';
import { batchOf } from 'marblenet/testing';
import { of } from 'rxjs';
import { print } from './print.js';

const a = [[-2, -0.5, 0.5, 2]];
const ones = tensor([[1, 1, 1, 1]], 'float64');

for (const [name, activation] of Object.entries({ sigmoid: sigmoid(), relu: relu() })) {
  of(batchOf(a, { dtype: 'float64' }))
    .pipe(activation)
    .subscribe(({ x, tape: [{ pullback }] }) => {
      print(name, x);
      const slope = pullback(ones, true);
      if (slope !== undefined) print(`${name}_grad`, slope);
    });
}
