import { expect, it } from 'vitest';
import { conv, gather, input, matmul, OPEN, state, tensor } from './index.ts';
import { signatureOf } from './signature.ts';

const convolved = (x = input('x', [64, 3, 28, 28]), stride = 2) =>
  conv(x, state('w', [32, 3, 4, 4]), { stride, padding: 1 });

it('says what a node has to compute', () => {
  expect(signatureOf(convolved())).toBe(
    'conv [64, 3, 28, 28] [32, 3, 4, 4] dilation=[1,1] groups=1 padding=[1,1,1,1] stride=[2,2]',
  );
});

it('is the same wherever the inputs come from', () => {
  expect(signatureOf(convolved(state('y', [64, 3, 28, 28])))).toBe(signatureOf(convolved()));
  expect(signatureOf(convolved(tensor(new Array(64 * 3 * 28 * 28).fill(1), [64, 3, 28, 28])))).toBe(
    signatureOf(convolved()),
  );
});

it('tells nodes apart by operation, sizes, element types and attributes', () => {
  const [a, b] = [input('a', [4, 4]), input('b', [4, 4])];
  const nodes = [
    convolved(),
    convolved(input('x', [64, 3, 28, 28]), 1),
    convolved(input('x', [32, 3, 28, 28])),
    matmul(a, b),
    matmul(a, b, { transposeA: true }),
    matmul(a, b, { transposeB: true }),
    gather(a, input('rows', [4], 'int32')),
    gather(a, input('rows', [4], 'int64')),
  ];
  expect(new Set(nodes.map(signatureOf)).size).toBe(nodes.length);
});

it('writes an open batch as a question mark', () => {
  expect(signatureOf(matmul(input('x', [OPEN, 3]), state('w', [3, 5])))).toBe(
    'matmul [?, 3] [3, 5] transposeA=false transposeB=false',
  );
});
