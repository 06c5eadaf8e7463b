import { mixtureProtocol } from './mixture.ts';
import type { Protocol } from './protocol.ts';
import { publishedGrid } from './published.ts';
import { pacganRecipe, pointSystems } from './systems.ts';

/** Twenty-five Gaussians on a square lattice (PacGAN, arXiv:1712.04086, section 4.1; means and deviation as in its code). */
export const gridProtocol: Protocol = {
  name: 'grid',
  title: '25 Gaussians on a 5x5 grid from -4 to 4, std 0.05',
  ...mixtureProtocol('grid'),
  published: publishedGrid,
  systems: pointSystems({ steps: 8000, octaves: 6, noise: 0.8, gamma: 0.05 }),
  recipes: { pacgan: pacganRecipe },
};
