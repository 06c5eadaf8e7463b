import { describe, expect, it } from 'vitest';
import { input } from '../graph/index.ts';
import { readModelMetadata } from './metadata.ts';
import { encodeModel } from './model.ts';

const program = {
  name: 'same',
  outputs: new Map([['y', input('x', [2, 3]).mul(2)]]),
  updates: new Map(),
};

describe('metadata of a model', () => {
  it('is read as it was written', () => {
    const metadata = { gan: 'dcgan', classes: '["ä","b"]', empty: '' };
    expect(readModelMetadata(encodeModel(program, { metadata }).bytes)).toEqual(metadata);
    expect(readModelMetadata(encodeModel(program).bytes)).toEqual({});
  });

  it('is refused where the bytes are no model, or end too early', () => {
    const { bytes } = encodeModel(program, { metadata: { gan: 'dcgan' } });
    const message = 'the file is damaged or not an ONNX model; export it again, or use another copy';
    expect(() => readModelMetadata(bytes.subarray(0, bytes.length - 3))).toThrow(message);
    expect(() => readModelMetadata(new TextEncoder().encode('hello, this is a text'))).toThrow(message);
  });
});
