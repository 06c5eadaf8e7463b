import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../../../test/reference/fixture.ts';
import { GansmithError } from '../../base/errors.ts';
import { encodeSafetensors } from '../../base/safetensors.ts';
import { readWeights } from './readWeights.ts';
import { checkTensors, type NamedTensors } from './tensors.ts';

// Files as PyTorch and ONNX write them, and the numbers they hold, are stored by reference/weight_files.py.
const fixture = readFixture('weights');
const { shapes } = fixture.settings as unknown as { shapes: Record<string, number[]> };
const stored = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../reference/fixtures/${name}`, import.meta.url)));

function expectStored(found: NamedTensors, names: readonly string[]): void {
  for (const name of names) {
    const { shape, data } = found.get(name)!;
    expect([...shape], name).toEqual(shapes[name]);
    expect([...data], name).toEqual(shapes[name]!.includes(0) ? [] : [...fixture.get(name).data]);
  }
}

describe('a state_dict of torch.save', () => {
  it.each(['weights-zip.pth', 'weights-legacy.pth', 'weights-protocol4.pth'])(
    'is read from %s',
    async (file) => {
      const found = await readWeights(stored(file), file);
      expect([...found.keys()].sort()).toEqual(Object.keys(shapes).sort());
      expectStored(found, Object.keys(shapes));
    },
  );

  it('is refused when it is a module, whose class would be code', async () => {
    await expect(readWeights(stored('weights-module.pth'), 'm.pth')).rejects.toThrow(
      /^m\.pth is refused: it asks for 'torch\.nn\.modules\.container\.Sequential', which no file of weights needs; a pickle can run any code through such a name\. Save the state_dict\(\) of the network alone, or as safetensors \(at byte \d+ of its pickle\)$/,
    );
  });
});

it('safetensors are read', async () => {
  const tensors = new Map([
    ['a', { dtype: 'F32' as const, shape: [1, 2], data: Float32Array.of(1, 2) }],
    ['b', { dtype: 'I64' as const, shape: [], data: BigInt64Array.of(5n) }],
  ]);
  const found = await readWeights(encodeSafetensors(tensors, {}), 'x');
  expect(found.get('a')).toEqual({ shape: [1, 2], data: Float32Array.of(1, 2) });
  expect(found.get('b')).toEqual({ shape: [], data: Float64Array.of(5) });
});

it('safetensors are told by their header, whatever its length looks like', async () => {
  // Header lengths 0x80 and 0x280 are written as the opening of a pickle would be.
  for (let length = 1; length <= 700; length++) {
    const name = 'n'.repeat(length);
    const tensors = new Map([[name, { dtype: 'F32' as const, shape: [], data: Float32Array.of(7) }]]);
    expect((await readWeights(encodeSafetensors(tensors, {}), 'x')).get(name)!.data[0]).toBe(7);
  }
});

it('the initializers of an ONNX model are read, as bytes and as lists of numbers', async () => {
  const found = await readWeights(stored('weights.onnx'), 'w.onnx');
  const names = ['conv.weight', 'bn.bias', 'types.half', 'types.double', 'types.long', 'scalar'];
  expect([...found.keys()]).toEqual([...names, 'listed']);
  expectStored(found, names);
  expect([...found.get('listed')!.data]).toEqual([...fixture.get('conv.weight').data]);
});

// Pickles written by hand, instruction by instruction.
const ascii = (text: string) => [...new TextEncoder().encode(text)];
const text = (value: string) => [0x58, value.length, 0, 0, 0, ...ascii(value)];
const archiveOf = (pickle: readonly number[], more: Record<string, Uint8Array> = {}) =>
  zipSync({ 'm/data.pkl': Uint8Array.from([0x80, 2, ...pickle]), ...more }, { level: 0 });
const refusal = (bytes: Uint8Array) =>
  readWeights(bytes, 'w.pth').then(
    () => 'read',
    (error: unknown) => {
      expect(error).toBeInstanceOf(GansmithError);
      return (error as Error).message;
    },
  );
/** storage(kind, key '0', elements), then a tensor of one axis on it, as the entry 'x' of a dictionary. */
const tensorPickle = ({ elements = 4, offset = 0, size = 4, stride = 1, kind = 'FloatStorage' }) => [
  ...ascii('}'),
  ...text('x'),
  ...ascii('ctorch._utils\n_rebuild_tensor_v2\n(('),
  ...text('storage'),
  ...ascii(`ctorch\n${kind}\n`),
  ...text('0'),
  ...text('cpu'),
  ...[0x4b, elements],
  ...ascii('tQ'),
  ...[
    0x4b,
    offset,
    0x4a,
    size & 255,
    (size >> 8) & 255,
    (size >> 16) & 255,
    size >> 24,
    0x85,
    0x4b,
    stride,
    0x85,
    0x89,
    0x7d,
  ],
  ...ascii('tRs.'),
];

describe('a hostile or damaged file', () => {
  it.each([
    ['cposix\nsystem\n(', "it asks for 'posix.system', which no file of weights needs"],
    ['cos\nsystem\n(', "it asks for 'os.system'"],
    ['cbuiltins\neval\n(', "it asks for 'builtins.eval'"],
    ['c__builtin__\ngetattr\n(', "it asks for '__builtin__.getattr'"],
    ['ctorch\nload\n(', "it asks for 'torch.load'"],
    ['ctorch._utils\n__proto__\n(', "it asks for 'torch._utils.__proto__'"],
  ])('cannot call %j', async (opening, message) => {
    const pickle = [...ascii(opening), ...text('echo'), ...ascii('tR.')];
    expect(await refusal(archiveOf(pickle))).toContain(message);
    expect(await refusal(Uint8Array.from([0x80, 2, ...pickle]))).toContain(message);
  });

  it('cannot name a function by text', async () => {
    const pickle = [0x8c, 2, ...ascii('os'), 0x8c, 6, ...ascii('system'), 0x93, ...ascii('.')];
    expect(await refusal(archiveOf(pickle))).toContain("it asks for 'os.system'");
  });

  it.each([
    ['i', 'INST', 'ios\nsystem\n'],
    ['o', 'OBJ', '(o'],
    ['NEWOBJ', 'new objects', '))\x81'],
    ['EXT1', 'registered names', '\x82\x01'],
    ['P', 'PERSID', 'P0\n'],
  ])('finds no instruction %s (%s)', async (_, __, code) => {
    const pickle = [...code].map((letter) => letter.charCodeAt(0));
    expect(await refusal(archiveOf(pickle))).toMatch(/holds the instruction 0x|takes what is not there/);
  });

  it('cannot claim more numbers than it stores', async () => {
    const data = { 'm/data/0': new Uint8Array(16) };
    expect(await refusal(archiveOf(tensorPickle({}), data))).toBe('read');
    expect(await refusal(archiveOf(tensorPickle({ size: 5 }), data))).toBe(
      'w.pth is damaged: a tensor [5] with strides [1] from element 0 does not fit its storage of 4; use another copy of the file',
    );
    expect(await refusal(archiveOf(tensorPickle({ offset: 1 }), data))).toContain(
      'does not fit its storage of 4',
    );
    expect(await refusal(archiveOf(tensorPickle({ size: 2 ** 30, stride: 0 }), data))).toContain(
      'a tensor [1073741824] with strides [0]',
    );
    expect(await refusal(archiveOf(tensorPickle({ elements: 5 }), data))).toBe(
      "w.pth is damaged: the storage of 'x' has 16 bytes, and 20 are wanted; use another copy of the file",
    );
    expect(await refusal(archiveOf(tensorPickle({}), {}))).toBe(
      "w.pth is damaged: it has no entry 'm/data/0'; use another copy of the file",
    );
    expect(await refusal(archiveOf(tensorPickle({ kind: 'UntypedStorage' }), data))).toContain(
      "it asks for 'torch.UntypedStorage'",
    );
  });

  it('cannot unpack to more than its own size', async () => {
    const bomb = zipSync({ 'm/data.pkl': new Uint8Array(10_000_000) }, { level: 9 });
    expect(await refusal(bomb)).toMatch(/^m\/data\.pkl: takes 10000000 bytes, more than the \d+ allowed$/);
  });

  it('is told what it is when it is no state_dict', async () => {
    expect(await refusal(archiveOf(ascii('N.')))).toBe(
      'w.pth: expected a state_dict, a dictionary of tensors; save the state_dict() of the network alone',
    );
    expect(await refusal(archiveOf([...ascii('}'), ...text('epoch'), 0x4b, 3, ...ascii('s.')]))).toBe(
      "w.pth: expected a dictionary of tensors, but its entry 'epoch' is no tensor; save the state_dict() of the network alone",
    );
    expect(await refusal(archiveOf(ascii('}.'), { 'm/constants.pkl': new Uint8Array() }))).toBe(
      'w.pth is a TorchScript program, not a file of weights; save its state_dict() instead',
    );
    expect(await refusal(archiveOf(ascii('}.'), { 'm/byteorder': Uint8Array.from(ascii('big')) }))).toBe(
      'w.pth was saved on a machine of another byte order; save it again on a common one',
    );
    expect(await refusal(zipSync({ 'a.txt': new Uint8Array() }))).toBe(
      'w.pth is an archive, but not one of torch.save: it has no data.pkl',
    );
    expect(await refusal(Uint8Array.from([0x80, 2, 0x4b, 1, 0x2e, 0x4b, 1, 0x2e]))).toBe(
      'w.pth is a pickle, but not one of torch.save; save a state_dict() with it',
    );
    expect(await refusal(Uint8Array.from(ascii('hello, world')))).toBe(
      'w.pth is no file of weights: expected a .pth file of torch.save, safetensors or an ONNX model',
    );
    expect(await refusal(new Uint8Array())).toContain('is no file of weights');
  });

  it.each(['weights-zip.pth', 'weights-legacy.pth', 'weights.onnx'])(
    'gives an error in words wherever %s is cut off or changed',
    async (file) => {
      const bytes = stored(file);
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
          expect(await refusal(bytes.slice(0, length))).not.toBe(file === 'weights.onnx' ? '' : 'read');
        }),
        { numRuns: 60 },
      );
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
          // Where a changed byte stands for a number or a name, the file is still one; no other error may come.
          await refusal(bytes.with(at, bytes[at]! ^ change));
        }),
        { numRuns: 300 },
      );
    },
    60_000,
  );
});

describe('checkTensors', () => {
  const tensor = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  });
  const expected = new Map([
    ['a.weight', [2, 3]],
    ['a.bias', [2]],
  ]);
  const check = (found: Record<string, ReturnType<typeof tensor>>) => () =>
    checkTensors(new Map(Object.entries(found)), expected, 'f', (name) => name.startsWith('note'));

  it('takes what fits, and ignores what may be there', () => {
    expect(check({ 'a.weight': tensor(2, 3), 'a.bias': tensor(2), note: tensor(1) })).not.toThrow();
  });

  it('names what is missing, too much, of another shape or not finite', () => {
    expect(check({ 'a.weight': tensor(2, 3) })).toThrow(
      "f holds the weights of another network: it lacks 'a.bias' of 2 tensors",
    );
    expect(check({ 'a.weight': tensor(2, 3), 'a.bias': tensor(2), 'b.bias': tensor(2) })).toThrow(
      "f holds the weights of another network: has 'b.bias' that the network does not know",
    );
    expect(check({ 'a.weight': tensor(3, 2), 'a.bias': tensor(2) })).toThrow(
      "f: 'a.weight' is [3, 2], and the network's is [2, 3]; the file belongs to another network",
    );
    const broken = { shape: [2], data: Float32Array.of(0, Number.NaN) };
    expect(check({ 'a.weight': tensor(2, 3), 'a.bias': broken })).toThrow(
      "f: element 1 of 'a.bias' is NaN, so nothing can be computed with it; use another copy of the file",
    );
  });
});
