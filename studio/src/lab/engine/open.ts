import { interpreterExecutor } from 'gansmith';
import { type Dataset, openPoints, pointDataset } from 'gansmith/data';
import type { LabData, Setup } from './protocol.ts';

/** Sets of the package are drawn once a worker; a reset is then at once. */
const opened = new Map<string, Dataset>();

export function openData(data: LabData): Dataset {
  if (!('source' in data)) return pointDataset({ ...data, classes: [] });
  const known = opened.get(data.source) ?? openPoints(data.source);
  opened.set(data.source, known);
  return known;
}

/** ONNX Runtime's WebAssembly is loaded by those alone who ask for it. */
export async function openExecutor(name: Setup['executor']): Promise<typeof interpreterExecutor> {
  if (name === 'interpreter') return interpreterExecutor;
  return (await import('gansmith/runtime')).webExecutor;
}
