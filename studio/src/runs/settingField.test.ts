import { expect, it } from 'vitest';
import { changedSettings, fieldOf } from './settingField.ts';

it('asks for each kind of setting as suits it', () => {
  expect(fieldOf({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER })).toEqual({
    kind: 'number',
    whole: true,
    low: 1,
  });
  expect(fieldOf({ type: 'number', exclusiveMinimum: 0, maximum: 1 })).toEqual({
    kind: 'number',
    whole: false,
    low: 0,
    high: 1,
  });
  expect(fieldOf({ type: 'string', enum: ['adam', 'sgd'] })).toEqual({
    kind: 'choice',
    choices: ['adam', 'sgd'],
  });
  expect(fieldOf({ type: 'boolean' })).toEqual({ kind: 'switch' });
  expect(fieldOf({ type: 'array' })).toEqual({ kind: 'text' });
});

it('sends only what was changed', () => {
  const properties = { lr: { default: 0.1 }, widths: { default: [1, 2] }, optimizer: { default: 'adam' } };
  const values = { lr: '0.1', widths: '[1,2]', optimizer: 'sgd', batch: '4' };
  expect(changedSettings(values, properties)).toEqual({ optimizer: 'sgd' });
  expect(changedSettings({ lr: ' ', widths: '[3]' }, properties)).toEqual({ widths: '[3]' });
});
