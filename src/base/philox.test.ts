import { describe, expect, it } from 'vitest';
import { philox4x32 } from './philox.ts';

describe('philox4x32', () => {
  // The known-answer vectors published with Random123 (philox4x32, 10 rounds): counter, key, result.
  const vectors = [
    ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ] as const;

  it.each(vectors)('counter %s, key %s', (counter, key, expected) => {
    const [key0, key1] = words(key);
    const out = new Uint32Array(4);
    philox4x32(words(counter), key0!, key1!, out);
    expect(hex(out)).toBe(expected);
  });

  it('may overwrite its own counter', () => {
    const state = words(vectors[2][0]);
    philox4x32(state, 0xa4093822, 0x299f31d0, state);
    expect(hex(state)).toBe(vectors[2][2]);
  });
});

function words(text: string): Uint32Array {
  return Uint32Array.from(text.split(' '), (word) => Number.parseInt(word, 16));
}

function hex(values: Uint32Array): string {
  return Array.from(values, (value) => value.toString(16).padStart(8, '0')).join(' ');
}
