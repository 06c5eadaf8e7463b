import { OPEN, type Shape } from './shape.ts';
import type { AttributeValue, Tensor } from './tensor.ts';

/**
 * What a node has to compute, as text: its operation, the sizes of its inputs (and their element types, where those are
 * not float32) and its attributes, such as `conv [64, 3, 28, 28] [32, 3, 4, 4] dilation=[1,1] groups=1 padding=[1,1,1,1]
 * stride=[2,2]`. Nodes that differ only in where their inputs come from have the same. An open batch is `?`.
 */
export function signatureOf({ op, inputs, attributes }: Tensor): string {
  const types = inputs.map(({ shape, dtype }) => `${dtype === 'float32' ? '' : dtype}[${sizesOf(shape)}]`);
  const settings = Object.keys(attributes)
    .sort()
    .map((name) => `${name}=${textOf(attributes[name]!)}`);
  return [op.name, ...types, ...settings].join(' ');
}

const sizesOf = (shape: Shape): string => shape.map((size) => (size === OPEN ? '?' : size)).join(', ');

const textOf = (value: AttributeValue): string =>
  JSON.stringify(value instanceof Float64Array ? Array.from(value) : value);
