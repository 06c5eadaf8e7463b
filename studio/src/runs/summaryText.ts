import type { RunSummary } from 'gansmith/studio';
import { formatCount, formatDuration } from '../parts/format.ts';

/** Share of its plan that a run has done, 0 to 1; undefined when the plan does not tell. */
export function shareDone({ plan, step }: RunSummary, seconds?: number): number | undefined {
  if (plan.steps !== undefined) return Math.min(1, step / plan.steps);
  if (plan.minutes !== undefined && seconds !== undefined) return Math.min(1, seconds / (plan.minutes * 60));
  return undefined;
}

/** How much longer a running run takes, in words; undefined when nobody can tell. */
export function timeLeft({ plan, step, rate, state }: RunSummary, seconds?: number): string | undefined {
  if (state !== 'running') return undefined;
  const bySteps = plan.steps !== undefined && rate ? (plan.steps - step) / rate : Infinity;
  const byTime = plan.minutes !== undefined && seconds !== undefined ? plan.minutes * 60 - seconds : Infinity;
  const left = Math.min(bySteps, byTime);
  return Number.isFinite(left) ? `${formatDuration(left)} left` : undefined;
}

/** `step 1,606 of 5,000`. */
export const stepText = ({ step, plan }: RunSummary): string =>
  `step ${formatCount(step)}${plan.steps === undefined ? '' : ` of ${formatCount(plan.steps)}`}`;
