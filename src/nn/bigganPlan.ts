import { resolutionsOf } from './sizes.ts';

/** A stage of a network: channels of its result in widths, and the side of its result. */
export interface Stage {
  channels: number;
  side: number;
  /** Whether the side changes in this stage. */
  resample: boolean;
}

export interface Plan {
  /** Side and channels, in widths, of the generator's first map. */
  first: { channels: number; side: number };
  generator: readonly Stage[];
  critic: readonly Stage[];
  /** The critic of bottleneck blocks: channels, in widths, of the convolution before them, and their stages. */
  deepCritic: { stem: number; stages: readonly Stage[] };
}

/**
 * Channels of the published networks (Brock et al. 2019, arXiv:1809.11096, appendix B, tables 4 to 6; 128 is SAGAN's too,
 * arXiv:1805.08318), by the side of the image.
 */
const GENERATOR: Readonly<Record<number, readonly number[]>> = {
  64: [16, 8, 4, 2],
  128: [16, 8, 4, 2, 1],
  256: [16, 8, 8, 4, 2, 1],
};
const CRITIC: Readonly<Record<number, readonly number[]>> = {
  64: [1, 2, 4, 8, 16],
  128: [1, 2, 4, 8, 16, 16],
  256: [1, 2, 4, 8, 8, 16, 16],
};

/** Of small images, as the authors' code has it for CIFAR: four widths all over, and halvings in the first two stages alone. */
const SMALL = 4;

/**
 * The stages of both networks for images of a side: 28, or 16, 32, 64, 128, 256. The generator doubles in every stage; the critic
 * halves in all but the last, or, of images up to 32, in the first two of four.
 */
export function bigganPlan(size: number): Plan {
  const { base, doublings } = resolutionsOf(size);
  const generator = GENERATOR[size] ?? Array.from({ length: doublings }, () => SMALL);
  const critic = CRITIC[size] ?? [SMALL, SMALL, SMALL, SMALL];
  const halvings = CRITIC[size] ? critic.length - 1 : 2;
  const stages = critic.map((channels, i) => ({
    channels,
    side: size / 2 ** Math.min(i + 1, halvings),
    resample: i < halvings,
  }));
  return {
    first: { channels: generator[0]!, side: base },
    generator: generator.map((channels, i) => ({ channels, side: base * 2 ** (i + 1), resample: true })),
    critic: stages,
    deepCritic: {
      stem: critic[0]!,
      // A convolution has the first stage's channels, so each stage has those of the next.
      stages: critic.slice(1).map((channels, i) => ({ ...stages[i]!, channels })),
    },
  };
}

/** Sides of the maps that self-attention may follow in either network, the largest first. */
export function attentionSides(size: number): readonly number[] {
  const { generator, critic } = bigganPlan(size);
  return [...new Set([...generator, ...critic].map(({ side }) => side))].sort((a, b) => b - a);
}
