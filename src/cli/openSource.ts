import { resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import type { Dataset } from '../data/dataset.ts';
import type { OpenOptions } from '../data/node.ts';
import type { AnyGan } from '../gan/defineGan.ts';

/** A data source whose path no longer depends on the current folder. */
export function absoluteSource(source: string): string {
  const [, kind, path] = /^(folder|zip|idx|fashion-mnist):([^~?].*)$/.exec(source) ?? [];
  return path === undefined ? source : `${kind}:${resolve(path)}`;
}

/**
 * Opens the data a GAN is to learn from.
 * @throws UsageError when they are of a kind the GAN cannot learn.
 */
export async function openSource(source: string, gan: AnyGan, options: OpenOptions): Promise<Dataset> {
  const { openData } = await import('../data/node.ts');
  const data = await openData(source, options);
  if (gan.data.includes(data.kind)) return data;
  const fitting = gan.data.map((kind) => (kind === 'images' ? 'mnist or folder:./photos' : 'ring or grid'));
  throw new UsageError(
    `${gan.name} learns from ${gan.data.join(' or ')}, but the data '${source}' are ${data.kind}; choose for example --data ${fitting.join(', ')}`,
  );
}

/** Data that suit a GAN when the user names none. */
export const defaultSource = (gan: AnyGan): string => (gan.data.includes('images') ? 'mnist' : 'ring');
