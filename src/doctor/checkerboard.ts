import { type Check, found } from './verdict.ts';

/** How far the spectrum sticks out at the strides, over that of real images. Healthy generators are below 1.5. */
const SEEN = 2.5;
const PLAIN = 4;
const EARLY = 500;

/** A grid of light and dark pixels at the strides of the generator's upsampling. */
export const checkerboard: Check = {
  sickness: 'checkerboard',
  title: 'checkerboard artefacts',
  look(evidence) {
    const { thorough, samples } = evidence;
    const settled = samples.filter(({ step }) => step >= EARLY).slice(-2);
    const seen = [...settled, ...(thorough ? [thorough.samples] : [])].flatMap(
      ({ checkerboard }) => checkerboard ?? [],
    );
    if (samples.at(-1)?.checkerboard === undefined && seen.length === 0)
      return { unchecked: 'it is looked for in images' };
    if (seen.length < 2) return { unchecked: `it takes two looks at samples after step ${EARLY} to tell` };
    const excess = Math.min(...seen);
    const words = `the spectrum of samples sticks out ${excess.toPrecision(2)} times as far at periods of 2 or 4 pixels as that of real images`;
    if (excess < SEEN) return { healthy: words };
    return found('checkerboard', excess >= PLAIN ? 'high' : 'medium', evidence, {
      from: settled[0]?.step ?? evidence.step,
      to: evidence.step,
      words: `Samples show a checkerboard: ${words}.`,
      evidence: { excess },
      remedies: [
        { settings: 'upsample=resize', why: 'resizing before a convolution treats all pixels alike' },
        // Strides of the critic leave a pattern in its gradient too (Odena et al. 2016, distill.pub/2016/deconv-checkerboard).
        {
          settings: 'augment=translation',
          why: "moved images meet the critic's strides in other places each time, so no pixel is favoured for good",
        },
      ],
    });
  },
};
