import fc from 'fast-check';
import { deflateSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../base/crc32.ts';
import { UsageError } from '../base/errors.ts';
import { bytesSource, listZip, readZipEntry, type ZipEntry } from './zip.ts';

const ascii = (text: string) => new TextEncoder().encode(text);

/** An entry to write, with whatever shall be wrong about it. */
interface Spec {
  name: string;
  content?: Uint8Array;
  method?: number;
  flags?: number;
  crc?: number;
  size?: number;
  offset?: number;
}

function little(...fields: readonly [bytes: number, value: number][]): number[] {
  return fields.flatMap(([bytes, value]) =>
    Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256),
  );
}

/** A ZIP archive; with `zip64`, every size and position stands in the 64-bit records. */
function makeZip(
  specs: readonly Spec[],
  options: { zip64?: boolean; comment?: string; count?: number } = {},
) {
  const { zip64 = false, comment = '' } = options;
  const count = options.count ?? specs.length;
  const bytes: number[] = [];
  const directory: number[] = [];
  for (const spec of specs) {
    const content = spec.content ?? ascii('content');
    const method = spec.method ?? 8;
    const packed = method === 8 ? deflateSync(content) : content;
    const name = ascii(spec.name);
    const crc = spec.crc ?? crc32(content);
    const size = spec.size ?? content.length;
    const offset = spec.offset ?? bytes.length;
    const extra = zip64
      ? little([2, 0x9999], [2, 2], [2, 0], [2, 1], [2, 24], [8, size], [8, packed.length], [8, offset])
      : [];
    const in32 = (value: number) => (zip64 ? 0xffffffff : value);
    const flags = spec.flags ?? 0x800;
    bytes.push(...little([4, 0x04034b50], [2, 20], [2, flags], [2, method], [4, 0], [4, crc]));
    bytes.push(
      ...little([4, packed.length], [4, size], [2, name.length], [2, 3]),
      ...name,
      1,
      2,
      3,
      ...packed,
    );
    directory.push(...little([4, 0x02014b50], [2, 20], [2, 20], [2, flags], [2, method], [4, 0], [4, crc]));
    directory.push(...little([4, in32(packed.length)], [4, in32(size)], [2, name.length], [2, extra.length]));
    directory.push(...little([2, 0], [2, 0], [2, 0], [4, 0], [4, in32(offset)]), ...name, ...extra);
  }
  const start = bytes.length;
  bytes.push(...directory);
  if (zip64) {
    const record = bytes.length;
    bytes.push(...little([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count]));
    bytes.push(...little([8, directory.length], [8, start]));
    bytes.push(...little([4, 0x07064b50], [4, 0], [8, record], [4, 1]));
  }
  const in16 = zip64 ? 0xffff : count;
  bytes.push(...little([4, 0x06054b50], [2, 0], [2, 0], [2, in16], [2, in16]));
  bytes.push(
    ...little(
      [4, zip64 ? 0xffffffff : directory.length],
      [4, zip64 ? 0xffffffff : start],
      [2, comment.length],
    ),
  );
  return Uint8Array.from([...bytes, ...ascii(comment)]);
}

const list = (bytes: Uint8Array) => listZip(bytesSource(bytes), 'a.zip');

async function readAll(bytes: Uint8Array): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const entry of await list(bytes)) {
    contents[entry.name] = new TextDecoder().decode(await readZipEntry(bytesSource(bytes), entry));
  }
  return contents;
}

describe('reading', () => {
  test('an archive of another writer, stored and deflated', async () => {
    const text = 'so long '.repeat(1000);
    const bytes = zipSync({
      'b/long.txt': ascii(text),
      'a.txt': [ascii('short'), { level: 0 }],
      empty: new Uint8Array(),
    });
    expect(await readAll(bytes)).toEqual({ 'b/long.txt': text, 'a.txt': 'short', empty: '' });
  });

  test.each([false, true])('sizes in 64-bit records: %s', async (zip64) => {
    const specs = [
      { name: 'x/é.txt', content: ascii('one') },
      { name: 'two', content: ascii('two'), method: 0 },
    ];
    expect(await readAll(makeZip(specs, { zip64 }))).toEqual({ 'x/é.txt': 'one', two: 'two' });
  });

  test('folders are left out, backslashes and leading dots are made plain', async () => {
    const bytes = makeZip([{ name: 'x/' }, { name: './' }, { name: 'x\\y.txt' }, { name: './z' }]);
    expect((await list(bytes)).map((entry) => entry.name)).toEqual(['x/y.txt', 'z']);
  });

  test('names that are not UTF-8 are taken byte by byte', async () => {
    const bytes = makeZip([{ name: 'caf*', flags: 0 }]).map((byte) => (byte === 0x2a ? 0xe9 : byte));
    expect((await list(bytes)).map((entry) => entry.name)).toEqual(['café']);
  });

  test('a comment, and bytes in front of the archive', async () => {
    const bytes = makeZip([{ name: 'a' }], { comment: 'PK\u0005\u0006 in a comment' });
    const prefixed = Uint8Array.from([...ascii('#!/bin/sh self-extracting'), ...bytes]);
    expect(await readAll(bytes)).toEqual({ a: 'content' });
    expect(await readAll(prefixed)).toEqual({ a: 'content' });
  });

  test('an archive without entries lists none', async () => {
    expect(await list(makeZip([]))).toEqual([]);
  });
});

describe('refusing archives', () => {
  const sound = makeZip([{ name: 'a.png' }, { name: 'b.png' }]);
  const split = sound.slice();
  split[sound.length - 18] = 1;
  const wrongOffset = sound.slice();
  wrongOffset[sound.length - 6]! += 1;

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'a.zip: not a ZIP archive, or cut off: it has no end record'],
    ['text', ascii('no archive at all, really'), 'a.zip: not a ZIP archive'],
    ['a cut archive', sound.subarray(0, sound.length - 5), 'a.zip: not a ZIP archive, or cut off'],
    ['a part of several', split, 'a.zip: one part of an archive split over several files'],
    ['a directory elsewhere', wrongOffset, 'a.zip: damaged'],
    ['a directory cut at the front', sound.subarray(60), 'a.zip: damaged'],
    [
      'a wrong count',
      makeZip([{ name: 'a' }], { count: 2 }),
      'a.zip: damaged: it promises 2 entries and lists 1',
    ],
    ['a path upwards', makeZip([{ name: '../../a.png' }]), 'the entry name "../../a.png" leaves the archive'],
    ['a path upwards by backslashes', makeZip([{ name: 'x\\..\\..\\a' }]), 'leaves the archive'],
    ['an absolute path', makeZip([{ name: '/etc/a.png' }]), 'the entry name "/etc/a.png" leaves the archive'],
    ['a drive', makeZip([{ name: 'C:\\a.png' }]), 'the entry name "C:/a.png" leaves the archive'],
    ['a zero byte', makeZip([{ name: 'a\0.png' }]), 'leaves the archive'],
    ['no name', makeZip([{ name: '' }]), 'leaves the archive'],
  ])('%s', async (_, bytes, message) => {
    await expect(list(bytes)).rejects.toThrow(UsageError);
    await expect(list(bytes)).rejects.toThrow(message);
  });

  test('entries that share the same bytes', async () => {
    const content = Uint8Array.from({ length: 500 }, (_, i) => (i * i) % 251);
    const specs = Array.from({ length: 20 }, (_, i) => ({ name: `${i}`, content, offset: 0 }));
    const archive = makeZip(specs);
    // Cut out all copies of the content but the first.
    const each = (await list(archive))[0]!.compressedSize + 34;
    const directory = archive.slice(archive.findIndex((_, i) => archive[i] === 0x50 && archive[i + 2] === 1));
    const bomb = Uint8Array.from([...archive.subarray(0, each), ...directory]);
    new DataView(bomb.buffer).setUint32(bomb.length - 6, each, true);
    await expect(list(bomb)).rejects.toThrow(
      /a\.zip: refused: its entries claim \d+ bytes of the \d+ .* overlap/,
    );
  });

  test('damage anywhere is read or refused in words, never otherwise', async () => {
    for (const whole of [sound, makeZip([{ name: 'a.png' }, { name: 'b' }], { zip64: true })]) {
      await fc.assert(
        fc.asyncProperty(
          fc.nat(whole.length - 1),
          fc.nat(255),
          fc.nat(whole.length),
          async (at, value, cut) => {
            const bytes = cut % 3 === 0 ? whole.slice(0, cut) : whole.slice();
            if (at < bytes.length) bytes[at] = value;
            try {
              await readAll(bytes);
            } catch (error) {
              expect(error).toBeInstanceOf(UsageError);
            }
          },
        ),
        { numRuns: 500 },
      );
    }
  });
});

describe('refusing entries', () => {
  async function readFirst(bytes: Uint8Array, limit?: number, change: Partial<ZipEntry> = {}) {
    const [entry] = await list(bytes);
    return readZipEntry(bytesSource(bytes), { ...entry!, ...change }, limit);
  }

  test.each<[string, Spec, string]>([
    ['encrypted', { name: 'a', flags: 0x801 }, 'a: the entry is encrypted'],
    ['of a strange method', { name: 'a', method: 12 }, 'a: compression method 12 is not supported'],
    ['with a wrong checksum', { name: 'a', crc: 1 }, 'a: damaged: the checksum does not match'],
    ['longer than it says', { name: 'a', size: 3 }, 'a: damaged: expected 3 bytes, got more'],
    ['shorter than it says', { name: 'a', size: 30 }, 'a: damaged: expected 30 bytes, got 7'],
    ['stored and of two sizes', { name: 'a', size: 6, method: 0 }, 'a: damaged: expected 6 bytes, got more'],
    [
      'that claims the impossible',
      { name: 'a', size: 2_000_000 },
      'a: claims 2000000 bytes out of 9 compressed ones',
    ],
    ['elsewhere', { name: 'a', offset: 3 }, 'a: damaged: its local header is not where the archive says'],
    [
      'beyond the end',
      { name: 'a', offset: 10_000 },
      'a: damaged: its local header is not where the archive says',
    ],
  ])('one %s', async (_, spec, message) => {
    const bytes = makeZip([spec]);
    await expect(readFirst(bytes)).rejects.toThrow(UsageError);
    await expect(readFirst(bytes)).rejects.toThrow(message);
  });

  test('one larger than the limit is not unpacked', async () => {
    const bytes = makeZip([{ name: 'a', content: new Uint8Array(1000) }]);
    expect(await readFirst(bytes, 1000)).toHaveLength(1000);
    await expect(readFirst(bytes, 999)).rejects.toThrow('a: takes 1000 bytes, more than the 999 allowed');
    const huge = makeZip([{ name: 'a', size: 300 * 2 ** 20 }]);
    await expect(readFirst(huge)).rejects.toThrow(
      'a: takes 314572800 bytes, more than the 268435456 allowed',
    );
  });

  test('one whose compressed data are noise', async () => {
    const bytes = makeZip([{ name: 'a', content: new Uint8Array(9).fill(0xff), method: 0 }]);
    await expect(readFirst(bytes, undefined, { method: 8 })).rejects.toThrow(
      'a: damaged: the compressed data cannot be unpacked',
    );
  });
});
