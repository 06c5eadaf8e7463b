// Writes every program of every system of the zoo as an ONNX model into the folder given:
//   npx tsx reference/write_zoo_models.ts FOLDER && python reference/check_onnx.py FOLDER

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGan } from '../src/gan/build.ts';
import { resolveConfig } from '../src/gan/config.ts';
import { buildSampler } from '../src/gan/sampler.ts';
import { OPEN } from '../src/graph/index.ts';
import { encodeModel } from '../src/onnx/model.ts';
import { zoo } from '../src/zoo/index.ts';

const folder = process.argv[2];
if (!folder) throw new Error('usage: npx tsx reference/write_zoo_models.ts FOLDER');
mkdirSync(folder, { recursive: true });

const data = {
  images: { kind: 'images', shape: [3, 32, 32], classes: [] },
  points: { kind: 'points', shape: [2], classes: [] },
} as const;

for (const gan of zoo) {
  for (const kind of gan.data) {
    for (const preset of [undefined, ...Object.keys(gan.presets ?? {})]) {
      const config = resolveConfig(gan, { batch: 4, ...(preset ? { preset } : {}) }, data[kind]);
      const name = `${gan.name}-${kind}-${preset ?? 'default'}`;
      for (const phase of buildGan(gan, config, data[kind], { accumulate: 2 }).phases) {
        for (const form of ['step', 'accumulate', 'update'] as const) {
          writeFileSync(join(folder, `${name}-${phase.name}-${form}.onnx`), encodeModel(phase[form]).bytes);
        }
      }
      const sampler = buildSampler(gan, config, data[kind], { batch: OPEN });
      writeFileSync(join(folder, `${name}-sample.onnx`), encodeModel(sampler.program, { plain: true }).bytes);
    }
  }
}
