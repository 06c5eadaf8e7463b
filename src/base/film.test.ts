import { decodeApng } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { encodeFilm } from './film.ts';
import { decodePng, type Picture, readPngText } from './png.ts';

const frame = (channels: 1 | 3, seed: number): Picture => ({
  width: 5,
  height: 3,
  channels,
  data: Uint8Array.from({ length: 15 * channels }, (_, i) => (i * 37 + seed * 91) % 256),
});

describe('encodeFilm', () => {
  it.each([1, 3] as const)('keeps every frame of %i channels, in their order and time', (channels) => {
    const frames = [0, 1, 2].map((seed) => frame(channels, seed));
    const film = decodeApng(encodeFilm(frames, { framesPerSecond: 25, rest: 500 }), { checkCrc: true });
    expect({ width: film.width, height: film.height, channels: film.channels }).toEqual({
      ...{ width: 5, height: 3, channels },
    });
    expect(film.numberOfPlays).toBe(0);
    expect(film.frames.map(({ data }) => [...data])).toEqual(frames.map(({ data }) => [...data]));
    const delays = film.frames.map(({ delayNumber, delayDenominator }) => delayNumber / delayDenominator);
    expect(delays).toEqual([0.04, 0.04, 0.54]);
  });

  it('is the first picture, with its text, to whoever reads plain files', () => {
    const bytes = encodeFilm([frame(3, 4), frame(3, 5)], { text: { gansmith: '{"a":1}' } });
    expect([...decodePng(bytes).data]).toEqual([...frame(3, 4).data]);
    expect(readPngText(bytes)).toEqual({ gansmith: '{"a":1}' });
  });

  it('refuses no frames, and frames of different kinds', () => {
    expect(() => encodeFilm([])).toThrow('film: expected at least one frame');
    expect(() => encodeFilm([frame(1, 0), frame(3, 0)])).toThrow(
      'film: expected frames of 5 x 3 x 1, got one of 5 x 3 x 3',
    );
  });
});
