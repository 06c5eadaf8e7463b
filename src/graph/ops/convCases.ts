import type { Shape } from '../shape.ts';
import type { Geometry } from './convGeometry.ts';

/** Test cases of the three convolution operations. */
export const convCases: { x: Shape; weight: Shape; geometry: Geometry }[] = [
  {
    x: [2, 3, 5, 6],
    weight: [4, 3, 3, 2],
    geometry: { stride: [1, 1], padding: [1, 0, 1, 1], dilation: [1, 1], groups: 1 },
  },
  {
    // A stride that leaves a remainder.
    x: [2, 3, 8, 7],
    weight: [2, 3, 4, 4],
    geometry: { stride: [2, 2], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 },
  },
  {
    x: [2, 9, 6, 5],
    weight: [3, 9, 3, 3],
    geometry: { stride: [2, 1], padding: [0, 1, 2, 1], dilation: [1, 2], groups: 1 },
  },
  {
    x: [2, 4, 7, 6],
    weight: [6, 2, 3, 2],
    geometry: { stride: [3, 2], padding: [1, 0, 0, 1], dilation: [2, 1], groups: 2 },
  },
  {
    // Depthwise.
    x: [1, 3, 5, 5],
    weight: [3, 1, 3, 3],
    geometry: { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 3 },
  },
  {
    // The kernel covers the whole image.
    x: [3, 2, 4, 3],
    weight: [5, 2, 4, 3],
    geometry: { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 },
  },
];
