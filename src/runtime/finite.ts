import type { RunResult } from './executor.ts';

/**
 * Where a run went bad: the first intermediate tensor, in order of evaluation, that holds a NaN or an infinity, with the
 * first such element. Undefined when all are finite.
 */
export function firstNonFinite(exposed: RunResult['exposed']): string | undefined {
  for (const { description, data } of exposed) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) return `${description} holds ${data[at]} at element ${at} of ${data.length}`;
  }
  return undefined;
}
