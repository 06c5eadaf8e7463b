import type { AnyGan } from '../gan/defineGan.ts';
import { acgan } from './acgan.ts';
import { biggan } from './biggan.ts';
import { cgan } from './cgan.ts';
import { dcgan } from './dcgan.ts';
import { gan } from './gan.ts';
import { lsgan } from './lsgan.ts';
import { pacgan } from './pacgan.ts';
import { progan } from './progan.ts';
import { projection } from './projection.ts';
import { r3gan } from './r3gan.ts';
import { sagan } from './sagan.ts';
import { sngan } from './sngan.ts';
import { stylegan } from './stylegan.ts';
import { stylegan2 } from './stylegan2.ts';
import { stylegan2Ada } from './stylegan2Ada.ts';
import { unrolled } from './unrolled.ts';
import { wgan } from './wgan.ts';
import { wganGp } from './wganGp.ts';

export {
  acgan,
  biggan,
  cgan,
  dcgan,
  gan,
  lsgan,
  pacgan,
  progan,
  projection,
  r3gan,
  sagan,
  sngan,
  stylegan,
  stylegan2,
  stylegan2Ada,
  unrolled,
  wgan,
  wganGp,
};

/** Every system that comes with gansmith, in historical order. */
export const zoo: readonly AnyGan[] = [
  gan,
  cgan,
  dcgan,
  acgan,
  unrolled,
  lsgan,
  wgan,
  wganGp,
  progan,
  pacgan,
  sngan,
  projection,
  sagan,
  biggan,
  stylegan,
  stylegan2,
  stylegan2Ada,
  r3gan,
];
