/** The noise a generator takes: so many numbers of a distribution, one row a picture. */
export interface Latent {
  name: string;
  size: number;
  /** As drawn in training. Other priors than these two are opened, but neither scaled nor walked in rounds. */
  prior: { kind: 'normal'; mean: number; std: number } | { kind: 'uniform'; low: number; high: number };
}

/** Draws of many centred normals all lie near one sphere, so that paths can keep to it, and scaling leads to its centre. */
export const isCentred = ({ prior }: Latent): boolean => prior.kind === 'normal' && prior.mean === 0;
