import type { DataShape } from '../base/dataShape.ts';
import { GansmithError } from '../base/errors.ts';
import { sha256 } from './sha256.ts';

export type { DataShape };

/** What is known of an example besides its class. */
export interface Annotation {
  /** What it shows, in words. */
  caption?: string;
  /** Named properties, such as `hair: long20`. */
  attributes: Readonly<Record<string, string>>;
}

/** A finite set of examples, all in memory. */
export interface Dataset extends DataShape {
  /** The source as the user gave it. */
  name: string;
  /** Number of examples. */
  count: number;
  /**
   * First 16 hex digits of a SHA-256 over content, labels, class names and conversion settings: the same data give the
   * same string wherever they are stored and whenever they were written.
   */
  fingerprint: string;
  /** Under what licence the examples are, where the source says. */
  licence?: string;
  /**
   * The same examples without the background that was put around them to bring them to their size, where that was done: what they are
   * compared with is compared without it.
   */
  unpadded?(): Dataset;
  /** What the source knows of an example, where it knows more than the class. */
  annotation?(index: number): Annotation;
  /**
   * Examples by index, in the order asked for. Throws GansmithError for an index outside [0, count).
   *
   * @param into memory of the right size, whose content is lost, that the batch may come to lie in
   */
  read(indices: ArrayLike<number>, into?: Float32Array): Batch;
}

export interface Batch {
  /** [B, C, H, W] in [-1, 1] for images, [B, D] for points. */
  real: Float32Array;
  /** [B] class indices; 0 when unlabelled. */
  labels: Int32Array;
}

/** Hash of the concatenated parts as lower-case hex digits (at least 16). */
export type HashBytes = (parts: readonly Uint8Array[]) => string;

/** Converted images: bytes as [N, C, H, W], one label an image or none. */
export interface ImageContent {
  name: string;
  shape: readonly [channels: number, height: number, width: number];
  classes: readonly string[];
  pixels: Uint8Array;
  labels?: Int32Array;
  /** Names the way the pixels were made from the source (part of the fingerprint). */
  settings: string;
}

/** Images kept as bytes and turned into float32 in [-1, 1] when read. */
export function imageDataset(content: ImageContent, hash: HashBytes = sha256): Dataset {
  const { name, shape, classes, pixels, settings } = content;
  const size = shape[0] * shape[1] * shape[2];
  const count = pixels.length / size;
  const labels = content.labels ?? new Int32Array(count);
  const read: Dataset['read'] = (indices, real = new Float32Array(indices.length * size)) => {
    for (let i = 0; i < indices.length; i++) {
      const from = exampleIndex(indices, i, name, count) * size;
      const to = i * size;
      for (let j = 0; j < size; j++) real[to + j] = BYTE_TO_UNIT[pixels[from + j]!]!;
    }
    return { real, labels: pickLabels(labels, indices) };
  };
  const fingerprint = fingerprintOf({ kind: 'images', shape, classes, settings }, pixels, labels, hash);
  return { kind: 'images', name, shape, classes, count, fingerprint, read };
}

/** Points drawn beforehand: coordinates as [N, D], one label a point or none. */
export interface PointContent {
  name: string;
  dimensions: number;
  classes: readonly string[];
  coordinates: Float32Array;
  labels?: Int32Array;
}

/** Points read as they are stored. */
export function pointDataset(content: PointContent, hash: HashBytes = sha256): Dataset {
  const { name, dimensions, classes, coordinates } = content;
  const count = coordinates.length / dimensions;
  const labels = content.labels ?? new Int32Array(count);
  const read: Dataset['read'] = (indices, real = new Float32Array(indices.length * dimensions)) => {
    for (let i = 0; i < indices.length; i++) {
      const from = exampleIndex(indices, i, name, count) * dimensions;
      for (let j = 0; j < dimensions; j++) real[i * dimensions + j] = coordinates[from + j]!;
    }
    return { real, labels: pickLabels(labels, indices) };
  };
  const shape = [dimensions];
  const fingerprint = fingerprintOf(
    { kind: 'points', shape, classes, settings: '' },
    coordinates,
    labels,
    hash,
  );
  return { kind: 'points', name, shape, classes, count, fingerprint, read };
}

/** Byte b as float32: b / 127.5 - 1, so 0 is -1 and 255 is 1. */
const BYTE_TO_UNIT = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1);

const FINGERPRINT_DIGITS = 16;

function fingerprintOf(
  header: DataShape & { settings: string },
  content: Uint8Array | Float32Array,
  labels: Int32Array,
  hash: HashBytes,
): string {
  const { kind, shape, classes, settings } = header;
  const text = new TextEncoder().encode(`${JSON.stringify([kind, shape, classes, settings])}\n`);
  return hash([text, bytesOf(content), bytesOf(labels)]).slice(0, FINGERPRINT_DIGITS);
}

function bytesOf(array: Uint8Array | Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** The index at a position of those asked for. Throws GansmithError when there is no such example. */
export function exampleIndex(
  indices: ArrayLike<number>,
  position: number,
  name: string,
  count: number,
): number {
  const index = indices[position]!;
  if (Number.isInteger(index) && index >= 0 && index < count) return index;
  throw new GansmithError(`${name}: example ${index} was asked for, but the examples are 0 to ${count - 1}`);
}

function pickLabels(labels: Int32Array, indices: ArrayLike<number>): Int32Array {
  const picked = new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i++) picked[i] = labels[indices[i]!]!;
  return picked;
}
