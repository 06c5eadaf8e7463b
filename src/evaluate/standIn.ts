import type { DataShape } from '../base/dataShape.ts';
import type { Dataset } from '../data/dataset.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import { buildSampler } from '../gan/sampler.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf } from '../graph/program.ts';

/**
 * Real data that stand for the samples of a generator in all that can be told of these before they are drawn: their number, and
 * their classes if it makes images by class. They cannot be read.
 */
export function standIn(
  real: Dataset,
  { name, samples }: { name: string; samples: number },
  { gan, config, data }: { gan: AnyGan; config: BaseConfig; data: DataShape },
): Dataset {
  const { program } = buildSampler(gan, config, data, { batch: 1 });
  const conditional = leavesOf(program).inputs.map(leafName).includes('label');
  return { ...real, name, count: samples, classes: conditional ? data.classes : [] };
}
