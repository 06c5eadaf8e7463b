import { mixtureProtocol } from './mixture.ts';
import type { Protocol } from './protocol.ts';
import { publishedRing } from './published.ts';
import { pacganRecipe, pointSystems } from './systems.ts';

/** Eight Gaussians on the unit circle (PacGAN, arXiv:1712.04086, section 4.1; means and deviation as in its code). */
export const ringProtocol: Protocol = {
  name: 'ring',
  title: '8 Gaussians on the unit circle, std 0.01',
  ...mixtureProtocol('ring'),
  published: publishedRing,
  systems: pointSystems({ steps: 5000, octaves: 8, noise: 0.3, gamma: 0.001 }),
  recipes: { pacgan: pacganRecipe },
};
