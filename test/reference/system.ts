import type { DataShape } from '../../src/base/dataShape.ts';
import { resolveConfig } from '../../src/gan/config.ts';
import type { AnyGan, BaseConfig } from '../../src/gan/defineGan.ts';
import { dcgan, gan, wganGp } from '../../src/zoo/index.ts';
import type { Settings } from './fixture.ts';

export interface System {
  gan: AnyGan;
  config: BaseConfig;
  data: DataShape;
}

/** The zoo's system with the settings of a fixture. Averages are off: PyTorch's side keeps none. */
export function systemOf(settings: Settings): System {
  const { system, image, batch, latent, criticSteps } = settings;
  const data: DataShape = { kind: 'images', shape: image, classes: [] };
  const adam = settings.adam ? { lr: settings.adam.lr, b1: settings.adam.b1, b2: settings.adam.b2 } : {};
  const shared = { batch, latent, average: 0, ...adam };
  if (system === 'gan') {
    const { generator, critic, batchNorm, dropout } = settings;
    const objective = settings.loss === 'saturating' ? 'minimax' : 'non-saturating';
    const repeats = criticSteps === undefined ? {} : { criticSteps };
    const overrides = { ...shared, ...repeats, generator, critic, batchNorm, dropout, objective };
    return { gan, config: resolveConfig(gan, overrides, data), data };
  }
  const { width, head } = settings;
  if (system === 'dcgan') {
    return { gan: dcgan, config: resolveConfig(dcgan, { ...shared, width, head }, data), data };
  }
  const repeats = criticSteps === undefined ? {} : { criticSteps };
  const overrides = { ...shared, ...repeats, width, lambda: settings.lambda };
  return { gan: wganGp, config: resolveConfig(wganGp, overrides, data), data };
}
