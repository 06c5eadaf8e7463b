import { GansmithError } from '../base/errors.ts';
import { checkPositive } from './features.ts';
import { checkImagePair, type Images } from './images.ts';

/** The peak signal-to-noise ratio of pairs of images that come in batches. */
export interface EquivarianceStream {
  /**
   * @param made images of the moved latent: g(t[w]).
   * @param expected the images of the latent, moved: t[g(w)].
   * @param mask 1 where `expected` holds pixels that the movement left inside the frame, else 0; of the same form.
   */
  add(made: Images, expected: Images, mask: Images): void;
  /** In decibels; Infinity when all valid pixels are equal. @throws GansmithError when no pixel is valid. */
  psnr(): number;
}

/**
 * Equivariance EQ-T or EQ-R (Karras et al. 2021, StyleGAN3, arXiv:2106.12423, section 2.2, equation 3), the pure part: the peak
 * signal-to-noise ratio 10 log10(range^2 / E[(g(t[w]) - t[g(w)])^2]), with the mean over all valid pixels, channels and images
 * together. Larger is better.
 *
 * Protocol of the paper: 50,000 latents; EQ-T moves by up to an eighth of the side on each axis, EQ-R turns by any angle. Moving the
 * output takes a good low-pass filter, and the mask leaves out what came from beyond the frame.
 *
 * @param options.range difference between the brightest and darkest possible pixel (default 2, for images in [-1, 1]).
 */
export function equivarianceStream({ range = 2 } = {}): EquivarianceStream {
  checkPositive('equivarianceStream', 'range', range);
  let squares = 0;
  let valid = 0;
  return {
    add(made, expected, mask) {
      checkImagePair('equivarianceStream', ['made', 'expected'], [made, expected]);
      checkImagePair('equivarianceStream', ['made', 'mask'], [made, mask]);
      for (let i = 0; i < made.data.length; i++) {
        squares += mask.data[i]! * (made.data[i]! - expected.data[i]!) ** 2;
        valid += mask.data[i]!;
      }
    },
    psnr() {
      if (!(valid > 0)) throw new GansmithError('equivarianceStream: no valid pixels; are all masks zero?');
      return 10 * Math.log10((range ** 2 * valid) / squares);
    },
  };
}
