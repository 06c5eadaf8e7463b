import type { AnyGan } from '../gan/defineGan.ts';
import { dcgan } from './dcgan.ts';
import { gan } from './gan.ts';
import { wganGp } from './wganGp.ts';

export { dcgan, gan, wganGp };

/** Every system that comes with gansmith, in historical order. */
export const zoo: readonly AnyGan[] = [gan, dcgan, wganGp];
