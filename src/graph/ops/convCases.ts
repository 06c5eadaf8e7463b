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
  {
    // The stride leaves the whole image unreached: its one row lies below all that taps meet.
    x: [2, 2, 1, 4],
    weight: [3, 2, 2, 2],
    geometry: { stride: [3, 1], padding: [3, 0, 1, 0], dilation: [1, 1], groups: 1 },
  },
  // What follows tries the edges of tiles, which two or three taps a phase of the stride are cut into.
  {
    // Several tiles down, the last of them partly filled, and one across.
    x: [2, 3, 11, 3],
    weight: [4, 3, 3, 3],
    geometry: { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 },
  },
  {
    // Three taps on two phases: one phase has a tap of zero. A column is left unreached.
    x: [1, 2, 9, 6],
    weight: [3, 2, 3, 3],
    geometry: { stride: [2, 2], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 },
  },
  {
    // The first rows of the output see padding only.
    x: [2, 2, 3, 5],
    weight: [3, 2, 2, 3],
    geometry: { stride: [1, 1], padding: [3, 0, 0, 1], dilation: [1, 1], groups: 1 },
  },
  {
    // Two rows are left unreached, and no column.
    x: [1, 3, 9, 8],
    weight: [2, 3, 4, 5],
    geometry: { stride: [3, 3], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 },
  },
  {
    // One row.
    x: [3, 2, 1, 10],
    weight: [2, 2, 3, 2],
    geometry: { stride: [1, 1], padding: [1, 0, 1, 0], dilation: [1, 1], groups: 1 },
  },
  {
    // Two taps down and three across; across, more padding at the end than the kernel reaches.
    x: [1, 2, 10, 7],
    weight: [3, 2, 4, 5],
    geometry: { stride: [2, 2], padding: [2, 0, 1, 6], dilation: [1, 1], groups: 1 },
  },
  {
    // Strides of their own, three taps down and two across.
    x: [2, 1, 6, 11],
    weight: [2, 1, 3, 5],
    geometry: { stride: [1, 3], padding: [2, 1, 0, 2], dilation: [1, 1], groups: 1 },
  },
];
