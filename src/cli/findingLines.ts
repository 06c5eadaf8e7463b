import picocolors from 'picocolors';
import type { Finding } from '../train/findings.ts';
import { colorDepth } from './preview.ts';

// By itself the package colours whatever a CI prints, pipes too.
const pc = picocolors.createColors(colorDepth(process.stdout) !== 'none');

/** Remedies shown, the most to the point first. */
const SHOWN = 3;

/** A finding as a person reads it: what is wrong, and what to try. */
export function findingLines({ confidence, words, from, to, remedies }: Finding): string[] {
  const sure = confidence === 'high' ? pc.red('doctor (sure):') : pc.yellow('doctor (likely):');
  return [
    `${sure} ${words} (steps ${from} to ${to})`,
    ...remedies.slice(0, SHOWN).map(({ settings, why }) => `  try ${pc.bold(settings)}: ${why}`),
  ];
}
