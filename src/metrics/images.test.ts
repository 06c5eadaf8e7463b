import { describe, expect, it } from 'vitest';
import { equivarianceStream } from './equivariance.ts';
import {
  hashes,
  hashValues,
  imageNames,
  imagePair,
  largestDifference,
  relativeError,
  stored,
  storedNumber,
} from './fixture.testing.ts';
import type { Images } from './images.ts';
import { laplacianPyramid } from './laplacianPyramid.ts';
import { multiScaleSimilarity, similarityDiversity } from './multiScaleSimilarity.ts';
import { patchDescriptors, slicedWasserstein, slicedWassersteinOfImages } from './slicedWasserstein.ts';

const noisy = (images: Images, sigma: number): Images => {
  const noise = hashValues('image noise', images.data.length, 2);
  return { ...images, data: Float64Array.from(images.data, (x, i) => x + sigma * noise[i]!) };
};

describe.each(imageNames)('images %s', (name) => {
  const { a, b } = imagePair(name);

  it('have the multi-scale similarity of SciPy and scikit-image', () => {
    const found = multiScaleSimilarity(a, b, { range: 2 });
    expect(largestDifference(found, stored(`${name}/similarity`))).toBeLessThan(1e-9);
  });

  it("have SciPy's Laplacian pyramid and sliced Wasserstein distances", () => {
    const [ofA, ofB] = [laplacianPyramid(a), laplacianPyramid(b)];
    const norms = ofA.map(({ data }) =>
      Math.sqrt(Float64Array.from(data).reduce((sum, x) => sum + x * x, 0)),
    );
    const expectedNorms = stored(`${name}/pyramidNorms`);
    expect(norms.length).toBe(expectedNorms.length);
    for (const [i, norm] of norms.entries())
      expect(relativeError(norm, expectedNorms[i]!)).toBeLessThan(1e-12);
    const expected = stored(`${name}/sliced`);
    for (const [i, level] of ofA.entries()) {
      const rays = {
        data: hashValues(`rays/${i}`, 9 * level.channels * 49, 2),
        count: 9,
        width: level.channels * 49,
      };
      const places = hashes(`places/${i}`, level.count * 6 * 2).map(
        (hash, at) => hash % ((at % 2 === 0 ? level.height : level.width) - 6),
      );
      const distance = slicedWasserstein(
        patchDescriptors(level, places),
        patchDescriptors(ofB[i]!, places),
        rays,
      );
      expect(relativeError(distance, expected[i]!)).toBeLessThan(1e-11);
    }
  });
});

describe('the sliced Wasserstein distance', () => {
  const { a } = imagePair('colour');
  const few = { patches: 20, directions: 40 };

  it('has a level for each resolution down to 16, and is 0 for equal sets', () => {
    const { value, levels } = slicedWassersteinOfImages(a, a, few);
    expect(value).toBe(0);
    expect(levels.map(({ side }) => side)).toEqual([64, 32, 16]);
    const { a: grey } = imagePair('grey');
    expect(slicedWassersteinOfImages(grey, grey, few).levels.map(({ side }) => side)).toEqual([28]);
  });

  it('does not see brightness or contrast of the whole set, and sees blur', () => {
    const brighter = { ...a, data: Float64Array.from(a.data, (x) => 3 * x + 1) };
    expect(slicedWassersteinOfImages(a, brighter, few).value).toBeLessThan(1e-12);
    const blurred = (weight: number) => ({
      ...a,
      data: Float64Array.from(a.data, (x, i) => (x + weight * (a.data[i + 1] ?? x)) / (1 + weight)),
    });
    const values = [0, 0.2, 0.5, 1].map((weight) => slicedWassersteinOfImages(a, blurred(weight), few).value);
    expect(values).toEqual([...values].sort((x, y) => x - y));
  });

  it('refuses sets that do not fit', () => {
    expect(() => slicedWassersteinOfImages(a, imagePair('grey').a)).toThrow(
      'images of real are 3 x 64 x 64 and those of generated are 1 x 28 x 28 (channels x height x width)',
    );
    const blank = { ...a, data: new Float64Array(a.data.length) };
    expect(() => slicedWassersteinOfImages(a, blank, few)).toThrow('channel 0 is 0 in all patches');
    const one = { ...a, data: a.data.slice(0, 3 * 64 * 64), count: 1 };
    expect(() => slicedWassersteinOfImages(a, one)).toThrow('5 real and 1 generated images');
    const tiny = { data: new Float64Array(36), count: 1, channels: 1, height: 6, width: 6 };
    expect(() => slicedWassersteinOfImages(tiny, tiny)).toThrow('images are 6 x 6; expected at least 7 x 7');
  });
});

describe('multi-scale similarity', () => {
  const { a } = imagePair('grey');

  it('is 1 for equal images and falls with noise', () => {
    expect(largestDifference(multiScaleSimilarity(a, a, { range: 2 }), Array(8).fill(1))).toBeLessThan(1e-12);
    const values = [0, 0.1, 0.3, 1].map(
      (sigma) => multiScaleSimilarity(a, noisy(a, sigma), { range: 2 })[0]!,
    );
    expect(values).toEqual([...values].sort((x, y) => y - x));
  });

  it('of random pairs is high when images repeat', () => {
    const size = 28 * 28;
    const repeated = { ...a, data: Float64Array.from(a.data, (_, i) => a.data[i % (2 * size)]!) };
    const options = { range: 2, pairs: 60 };
    const [varied, collapsed] = [similarityDiversity(a, options), similarityDiversity(repeated, options)];
    expect(collapsed.value).toBeGreaterThan(varied.value + 0.2);
    expect(varied.standardError).toBeGreaterThan(0);
  });

  it('says how many scales fit', () => {
    expect(() => multiScaleSimilarity(a, a, { range: 2, scales: 5 })).toThrow(
      'images of 28 x 28 allow 2 scales of an 11-pixel filter; 5 asked for',
    );
    const tiny = { data: new Float64Array(64), count: 1, channels: 1, height: 8, width: 8 };
    expect(() => multiScaleSimilarity(tiny, tiny, { range: 2 })).toThrow('images of 8 x 8 allow 0 scales');
    expect(() => similarityDiversity({ ...tiny, data: tiny.data.fill(NaN) }, { range: 2 })).toThrow(
      'NaN in image 0',
    );
  });
});

describe('equivariance', () => {
  it.each(['a', 'b', 'c'])("of case %s equals scikit-image's peak signal-to-noise ratio", (name) => {
    const form = { channels: 3, height: 6, width: 5 };
    const side = (which: string) => hashValues(`equivariance/${name}/${which}`, 360, 2);
    const mask = Float64Array.from(hashes(`equivariance/${name}/mask`, 360), (hash) =>
      hash >= 2 ** 30 ? 1 : 0,
    );
    const stream = equivarianceStream();
    for (const [from, to] of [
      [0, 1],
      [1, 4],
    ] as const) {
      const part = (data: Float64Array) => ({
        ...form,
        count: to - from,
        data: data.slice(from * 90, to * 90),
      });
      stream.add(part(side('x')), part(side('y')), part(mask));
    }
    expect(stream.psnr()).toBeCloseTo(storedNumber(`equivariance/${name}`), 11);
  });

  it('is endless for equal images and undefined without valid pixels', () => {
    const one = { data: Float64Array.of(0.5), count: 1, channels: 1, height: 1, width: 1 };
    const [equal, none] = [equivarianceStream(), equivarianceStream()];
    equal.add(one, one, { ...one, data: Float64Array.of(1) });
    expect(equal.psnr()).toBe(Infinity);
    none.add(one, one, { ...one, data: Float64Array.of(0) });
    expect(() => none.psnr()).toThrow('no valid pixels');
  });
});
