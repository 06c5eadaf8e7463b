import { describe, expect, it } from 'vitest';
import { openNsfwjsWeights } from './node/nsfwjsPackage.ts';
import { readNsfwjsWeights } from './nsfwjs.ts';

const entry = (name: string, shape: readonly number[], min: string, scale: string) =>
  `{name:"${name}",shape:[${shape}],dtype:"float32",quantization:{min:${min},scale:${scale},dtype:"uint8"}}`;
const model = (...entries: string[]) =>
  `!function(){n.exports={weightsManifest:[{paths:[],weights:[${entries}]}]}}`;
const shard = (...bytes: number[]) => `!function(){h.exports="${btoa(String.fromCharCode(...bytes))}"}`;

describe('readNsfwjsWeights', () => {
  it('refuses scripts that do not hold the model, and says what is wrong', () => {
    expect(() => readNsfwjsWeights('', [])).toThrow(
      'nsfwjs-inception: its description lists 0 bytes of weights, and 0 are there; install nsfwjs 4.4.0',
    );
    expect(() => readNsfwjsWeights(model(entry('x', [2, 2], '-1', '.5')), [shard(1, 2), shard(3)])).toThrow(
      'nsfwjs-inception: its description lists 4 bytes of weights, and 3 are there',
    );
    expect(() => readNsfwjsWeights(model(entry('x', [2], '-1', '.5')), [shard(1), 'alert(1)'])).toThrow(
      'nsfwjs-inception: shard 2 holds no weights',
    );
    expect(() => readNsfwjsWeights(model(entry('x', [2], '-1', '.5')), [shard(1, 2)])).toThrow(
      "nsfwjs-inception: the model lacks 'batch_normalization_1/beta'",
    );
  });
});

describe('openNsfwjsWeights', () => {
  it('says how to get the package where it is not installed', () => {
    expect(() => openNsfwjsWeights('/')).toThrow(
      "nsfwjs-inception: the package nsfwjs is not installed in / or above; run 'npm install --no-save --legacy-peer-deps nsfwjs@4.4.0' there",
    );
  });
});
