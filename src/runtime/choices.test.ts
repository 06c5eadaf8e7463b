import { expect, it } from 'vitest';
import { conv, input, matmul, mean, state } from '../graph/index.ts';
import { signatureOf } from '../graph/signature.ts';
import type { Tensor } from '../graph/tensor.ts';
import { lowerProgram } from '../onnx/lower.ts';
import { chosenBy, completeChoices } from './choices.ts';

const product = matmul(input('x', [4, 8]), state('w', [8, 8]));
const image = conv(input('image', [2, 1, 8, 8]), state('kernel', [4, 1, 3, 3]), { padding: 1 });
const program = (...results: Tensor[]) => ({
  name: 'p',
  outputs: new Map(results.map((result, i) => [`y${i}`, mean(result)])),
  updates: new Map(),
});
const typesOf = (choices: Record<string, string>) =>
  lowerProgram(program(product, image), { lowerings: chosenBy(choices) }).nodes.map(({ type }) => type);

it('a choice decides the form of its node, and of no other', () => {
  const usual = typesOf({});
  expect(usual).toContain('Gemm');
  const chosen = typesOf({ [signatureOf(product)]: 'matmul' });
  expect(chosen).not.toContain('Gemm');
  expect(chosen.filter((type) => type !== 'MatMul')).toEqual(usual.filter((type) => type !== 'Gemm'));
});

it('completed choices name every node of several forms once, as it is written', () => {
  const again = matmul(input('other', [4, 8]), state('v', [8, 8]));
  const programs = [program(product, image), program(again)];
  const choices = completeChoices(programs, { [signatureOf(product)]: 'matmul', 'conv [9]': 'gemm' });
  expect(choices).toEqual({ [signatureOf(product)]: 'matmul', [signatureOf(image)]: 'conv' });
});

it('completed choices pass over a form that does not exist', () => {
  expect(completeChoices([program(product)], { [signatureOf(product)]: 'by-hand' })).toEqual({
    [signatureOf(product)]: 'gemm',
  });
});
