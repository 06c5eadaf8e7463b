import { z } from 'zod';
import type { Average } from '../gan/defineGan.ts';

/** The setting every system has for its averaged generator. */
export const averageSetting = z
  .number()
  .min(0)
  .default(10_000)
  .describe('half-life of the averaged generator in images; 0 for none');

/** The average of the generator `G` that the setting asks for, with StyleGAN2's ramp (arXiv:1912.04958). */
export const averagedGenerator = ({ average }: { average: number }): { G?: Average } =>
  average > 0 ? { G: { halfLife: average, rampUp: 0.05, statistics: 'average' } } : {};
