import { mean } from './distances.ts';
import type { Evidence } from './evidence.ts';
import { distanceBeyondReal } from './examine.ts';
import { FAR, LASTING, recentMovement, STILL } from './generatorStuck.ts';
import { lastSteps, valuesOf } from './series.ts';
import { type Check, criticRate, found, numberOf, percent } from './verdict.ts';

/** Both losses at the value they have when the critic cannot decide, by objective; our critic's loss is a sum of two. */
const UNDECIDED: Record<string, readonly [critic: number, generator: number]> = {
  'non-saturating': [2 * Math.LN2, Math.LN2],
  minimax: [2 * Math.LN2, -Math.LN2],
  'relativistic-average': [2 * Math.LN2, 2 * Math.LN2],
  'relativistic-pairing': [Math.LN2, Math.LN2],
};
/** How near to those values counts. */
const NEAR = 0.1;

/** Both losses are near log 2 = 0.69 an example: the game is at its equilibrium, or nobody plays. */
export const deadBalance: Check = {
  sickness: 'dead-balance',
  title: 'losses near 0.69 in a dead run',
  look(evidence) {
    const undecided = UNDECIDED[String(evidence.config.objective)];
    if (!undecided) return { unchecked: 'the objective has no such value of its losses' };
    const recent = lastSteps(evidence.series, LASTING);
    if (!recent) return { unchecked: `it takes ${LASTING} steps to tell` };
    const [critic, generator] = (['criticLoss', 'generatorLoss'] as const).map((name) =>
      mean(valuesOf(recent, name)),
    ) as [number, number];
    if (Number.isNaN(critic + generator)) return { unchecked: 'no two phases report the losses of D and G' };
    const near = (loss: number, value: number) => Math.abs(loss - value) <= NEAR * Math.abs(value);
    if (!near(critic, undecided[0]) || !near(generator, undecided[1])) {
      return {
        healthy: `the losses, ${critic.toPrecision(2)} and ${generator.toPrecision(2)}, are not both where the critic cannot decide`,
      };
    }
    return whichOfTheTwo(evidence, { critic, generator });
  },
};

function whichOfTheTwo(evidence: Evidence, losses: { critic: number; generator: number }) {
  const motion = recentMovement(evidence);
  const latest = evidence.samples.at(-1);
  if (!motion || !latest) return { unchecked: `it takes samples from ${LASTING} steps apart to tell` };
  const gradient = mean(valuesOf(lastSteps(evidence.series, LASTING)!, 'criticGradient'));
  const beyond = distanceBeyondReal(latest);
  const where = `samples are ${percent(beyond)} of the real spread farther from real examples than those are from each other, and moved by ${(100 * motion.moved).toPrecision(2)} % of it`;
  const unlike = beyond >= FAR || latest.spread < 0.5;
  if (!unlike) return { healthy: `both losses are near log 2, and this is the equilibrium: ${where}` };
  if (motion.moved >= STILL) {
    return { healthy: `both losses are near log 2, but the generator is still on its way: ${where}` };
  }
  const [lr, rate] = [numberOf(evidence, 'lr', 0), criticRate(evidence)];
  return found('dead-balance', 'high', evidence, {
    from: motion.from,
    to: evidence.step,
    words: `Both losses are near log 2 = 0.69 and this is no equilibrium, the run is dead: ${where}, and the critic's gradient is ${gradient.toPrecision(2)}.`,
    evidence: {
      criticLoss: losses.critic,
      generatorLoss: losses.generator,
      moved: motion.moved,
      distanceBeyondReal: beyond,
      criticGradient: gradient,
    },
    relief: [
      ...(lr < 1e-5 || rate < 1e-5
        ? [
            {
              settings: 'lr=0.0002 criticLr=0.0002',
              why: `with learning rates of ${lr} and ${rate} nothing is learnt`,
            },
          ]
        : []),
      ...(numberOf(evidence, 'r1', 0) > 10
        ? [{ settings: 'r1=1', why: 'so strong a penalty keeps the critic flat' }]
        : []),
      ...(numberOf(evidence, 'r2', 0) > 10
        ? [{ settings: 'r2=1', why: 'so strong a penalty keeps the critic flat' }]
        : []),
      ...(numberOf(evidence, 'instanceNoise', 0) > 0.5
        ? [{ settings: 'instanceNoise=0.1', why: 'in so much noise the critic sees nothing' }]
        : []),
    ],
    remedies:
      numberOf(evidence, 'criticSteps', 1) < 2
        ? [{ settings: 'criticSteps=2', why: 'the critic has to learn first' }]
        : [],
  });
}
