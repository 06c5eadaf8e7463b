import { describe, expect, it } from 'vitest';
import { readFixture } from '../../test/reference/fixture.ts';
import { buildGan } from '../gan/build.ts';
import { resolveConfig } from '../gan/config.ts';
import { buildSampler } from '../gan/sampler.ts';
import { sizeOf } from '../graph/shape.ts';
import { biggan, sagan } from './index.ts';

const names = (count: number) => Array.from({ length: count }, (_, i) => String(i));
const images = (size: number, classes = 10) =>
  ({ kind: 'images', shape: [3, size, size], classes: names(classes) }) as const;

const published = readFixture('biggan-counts');
const { totals } = published.settings as unknown as { totals: Record<string, Record<string, number>> };

describe.each([
  ['biggan', biggan, 'published'],
  ['biggan-deep', biggan, 'published-deep'],
  ['sagan', sagan, 'published'],
] as const)('the published %s of 128x128 images of 1000 classes', (name, gan, preset) => {
  const data = images(128, 1000);
  const config = resolveConfig(gan, { preset }, data);
  const { params, specs } = buildGan(gan, config, data);
  const sizes = [...params.values()].flat().map((key) => [key, sizeOf(specs.get(key)!.shape)] as const);

  it('has as many parameters as the tables make, in every layer', () => {
    for (const [layer, { data: expected }] of published.under(`${name}/`)) {
      const own = sizes.filter(([key]) => key.startsWith(`${layer}/`) || key === layer);
      expect(
        own.reduce((sum, [, size]) => sum + size, 0),
        layer,
      ).toBe(expected[0]);
    }
  });

  it('has as many in all, and makes such images', () => {
    const total = (network: string) =>
      sizes.filter(([key]) => key.startsWith(`${network}/`)).reduce((sum, [, size]) => sum + size, 0);
    expect({ G: total('G'), D: total('D') }).toEqual(totals[name]);
    const { program } = buildSampler(gan, config, data, { batch: 2 });
    expect(program.outputs.get('samples')!.shape).toEqual([2, 3, 128, 128]);
  });
});

it('the published BigGAN has 70,433,988 and 87,982,370 parameters', () => {
  expect(totals.biggan).toEqual({ G: 70_433_988, D: 87_982_370 });
});

it.each([16, 28, 32, 64, 256])('both make images of %i pixels', (size) => {
  for (const [gan, overrides] of [
    [biggan, {}],
    [biggan, { deep: 1 }],
    [sagan, {}],
  ] as const) {
    const data = images(size);
    const config = resolveConfig(gan, { width: 8, batch: 2, latent: 420, ...overrides }, data);
    const { params } = buildGan(gan, config, data);
    expect([...params.keys()].sort()).toEqual(['D', 'G']);
    const { program } = buildSampler(gan, config, data, { batch: 2 });
    expect(program.outputs.get('samples')!.shape).toEqual([2, 3, size, size]);
  }
});

it('without a condition, biggan is told no class', () => {
  const data = images(16, 0);
  const { params } = buildGan(biggan, resolveConfig(biggan, { condition: 'none', width: 4 }, data), data);
  expect([...params.values()].flat().filter((key) => /class|projection/.test(key))).toEqual([]);
});

it.each([
  [biggan, { latent: 32 }, 28, /latent=32 cannot be cut in 3 equal parts.*choose latent=33/],
  [biggan, { attention: [64] }, 32, /attention=\[64\] follows maps of 64x64.*choose from 32, 16, 8/],
  [sagan, { attention: [4] }, 28, /attention=\[4\].*choose from 28, 14, 7/],
  [sagan, { dropout: 0.2 }, 28, /dropout=0.2 has no place in this system's networks/],
  [biggan, { condition: 'projection' }, 28, /there is no class to tell/],
  [biggan, { generatorCondition: 'batch-norm' }, 32, /generatorCondition=batch-norm has no place/],
] as const)('%# is refused in words', (gan, overrides, size, message) => {
  const classes = 'condition' in overrides ? 0 : 10;
  expect(() => resolveConfig(gan, overrides, images(size, classes))).toThrow(message);
});

it('other sizes are refused in words', () => {
  const data = images(512);
  const build = () => buildGan(biggan, resolveConfig(biggan, {}, data), data);
  expect(build).toThrow('biggan makes squares of 16, 28, 32, 64, 128, 256 pixels, not 512x512');
});
