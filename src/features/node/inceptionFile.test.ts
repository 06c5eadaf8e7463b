import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeSafetensors, type StoredTensor } from '../../base/safetensors.ts';
import { openInceptionWeights } from './inceptionFile.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inception-'));
  vi.stubEnv('GANSMITH_CACHE', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const some = (tensors: Record<string, StoredTensor>) =>
  encodeSafetensors(new Map(Object.entries(tensors)), {});
const one: StoredTensor = { dtype: 'F32', shape: [1], data: Float32Array.of(1) };

describe('openInceptionWeights', () => {
  it('says who publishes the file and where to put it', async () => {
    await expect(openInceptionWeights()).rejects.toThrow(
      `the weights of the Inception network are not in ${join(folder, 'weights')}: they are not part of gansmith. Get pt_inception-2015-12-05-6726825d.pth (from the releases of github.com/mseitzer/pytorch-fid) or weights-inception-2015-12-05-6726825d.pth (from the releases of github.com/toshas/torch-fidelity) and put it there, or give its path`,
    );
  });

  it('says when there is nothing at the path given', async () => {
    await expect(openInceptionWeights(join(folder, 'none.pth'))).rejects.toThrow(
      `the weights of the Inception network are not at ${join(folder, 'none.pth')}`,
    );
  });

  it('finds either published name, and refuses one that lies about its content', async () => {
    mkdirSync(join(folder, 'weights'));
    for (const name of [
      'weights-inception-2015-12-05-6726825d.pth',
      'pt_inception-2015-12-05-6726825d.pth',
    ]) {
      writeFileSync(join(folder, 'weights', name), some({ x: one }));
      await expect(openInceptionWeights()).rejects.toThrow(
        `${name}: its name promises a SHA-256 that begins with 6726825d, and it begins with `,
      );
    }
  });

  it('names what a file of another network lacks', async () => {
    const path = join(folder, 'mine.safetensors');
    writeFileSync(path, some({ 'Conv2d_1a_3x3.conv.weights': one }));
    await expect(openInceptionWeights(path)).rejects.toThrow(
      "mine.safetensors holds the weights of another network: it lacks 472 (Conv2d_1a_3x3.conv.weight, Conv2d_1a_3x3.bn.weight, Conv2d_1a_3x3.bn.bias, ...) of 472 tensors and has 'Conv2d_1a_3x3.conv.weights' that the network does not know; is 'Conv2d_1a_3x3.conv.weights' meant for 'Conv2d_1a_3x3.conv.weight'?",
    );
  });
});
