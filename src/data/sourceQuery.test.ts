import { expect, test } from 'vitest';
import { choiceOf, colourOf, countOf, parseSourceQuery } from './sourceQuery.ts';

const keys = ['label', 'count'];

test('a source with settings', () => {
  expect(parseSourceQuery('s', 'pixel-art?label=hair&count=20', keys)).toEqual({
    path: 'pixel-art',
    settings: { label: 'hair', count: '20' },
  });
  expect(parseSourceQuery('s', './a folder', keys)).toEqual({ path: './a folder', settings: {} });
});

test.each([
  [
    'x?labl=hair',
    "data 's': there is no setting 'labl': did you mean 'label'? (its settings are label, count)",
  ],
  ['x?label', "'label' needs a value, as in 'label=...'"],
  ['x?label=a&label=b', "'label' is given twice; give it once"],
])('%s is refused in words', (text, message) => {
  expect(() => parseSourceQuery('s', text, keys)).toThrow(message);
});

test('values are read, and refused in words', () => {
  expect(countOf('s', '20', 30)).toBe(20);
  expect(countOf('s', undefined, 30)).toBeUndefined();
  expect(() => countOf('s', '31', 30)).toThrow("count: expected a whole number from 1 to 30, got '31'");
  expect(colourOf('s', 'ff8000')).toEqual([255, 128, 0]);
  expect(colourOf('s', undefined)).toEqual([255, 255, 255]);
  expect(() => colourOf('s', 'red')).toThrow('background: expected six hex digits such as ffffff');
  expect(choiceOf('s', 'tones', undefined, ['none', 'all'])).toBe('none');
  expect(() => choiceOf('s', 'tones', 'al', ['none', 'all'])).toThrow(
    "tones=al is not possible: did you mean 'all'?; choose from none, all",
  );
});
