import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BaseConfig } from '../../src/gan/defineGan.ts';
import { SICKNESSES } from '../../src/train/findings.ts';
import { withFittingRemedies } from '../../src/train/fittingRemedies.ts';
import { doctorRuns } from './runs.ts';
import { storedEvidence } from './stored.ts';
import { type RunEvidence, trainRun } from './trainRun.ts';
import { allSaid, seedOf, surest, tableRow } from './verdicts.ts';

/* Runs made sick on purpose, and healthy ones. scripts/doctor-runs.mts trained them; the quickest are trained here anew. */

const sick = doctorRuns.filter(({ sickness }) => sickness !== undefined);
const healthy = doctorRuns.filter(({ sickness }) => sickness === undefined);

const evidenceOf = (name: string): RunEvidence =>
  storedEvidence(name, seedOf(doctorRuns.find((run) => run.name === name)!));

function expectFound(name: string, evidence: RunEvidence): void {
  const { sickness } = sick.find((run) => run.name === name)!;
  const said = allSaid(evidence);
  expect(said.map(({ finding }) => finding.sickness)).toContain(sickness);
  expect(surest(said, sickness!)?.confidence).toMatch(/medium|high/);
}

function expectQuiet(evidence: RunEvidence): void {
  const alarms = allSaid(evidence).filter(({ finding }) => finding.confidence === 'high');
  expect(alarms.map(({ step, finding }) => `${step}: ${finding.words}`)).toEqual([]);
}

it('there are two runs at least for every sickness, and ten healthy ones of five systems on three data sets', () => {
  for (const sickness of SICKNESSES) {
    expect(sick.filter((run) => run.sickness === sickness).length, sickness).toBeGreaterThanOrEqual(2);
  }
  expect(healthy.length).toBeGreaterThanOrEqual(10);
  expect(new Set(healthy.map(({ gan }) => gan.name)).size).toBeGreaterThanOrEqual(5);
  expect(new Set(healthy.map(({ data }) => data)).size).toBeGreaterThanOrEqual(3);
});

describe('a run made sick', () => {
  it.each(sick.map(({ sickness, name }) => [sickness!, name]))('by %s is found out: %s', (_, name) => {
    expectFound(name, evidenceOf(name));
  });

  it.each(sick.filter(({ quick }) => quick).map((run) => [run.name, run] as const))(
    'is found out when it is trained anew: %s',
    async (name, run) => expectFound(name, await trainRun(run, seedOf(run))),
  );

  it('is told with numbers, and with settings that its system takes', () => {
    for (const { name, sickness, gan } of sick) {
      const evidence = evidenceOf(name);
      const start = evidence.events.find((event) => event.type === 'start')!;
      const trainee = { gan, config: start.config as BaseConfig, data: start.data };
      const said = allSaid(evidence).filter(({ finding }) => finding.sickness === sickness);
      for (const { words, from, to, ...finding } of said.map(({ finding }) =>
        withFittingRemedies(finding, trainee),
      )) {
        expect(words, name).toMatch(/^[A-Z].*\.$/);
        expect(Object.keys(finding.evidence), name).not.toEqual([]);
        expect(to, name).toBeGreaterThanOrEqual(from);
        expect(finding.remedies.length, name).toBeGreaterThan(0);
      }
    }
  });
});

describe('a healthy run', () => {
  it.each(healthy.map(({ name }) => name))('raises no false alarm: %s', (name) => {
    expectQuiet(evidenceOf(name));
  });

  it.each(healthy.filter(({ quick }) => quick).map((run) => [run.name, run] as const))(
    'raises none when it is trained anew: %s',
    async (_, run) => expectQuiet(await trainRun(run, seedOf(run))),
  );
});

it('docs/doctor.md shows what the doctor says of each', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/doctor.md'), 'utf8').replace(/ +/g, ' ');
  for (const run of doctorRuns) {
    expect(page).toContain(tableRow(run, allSaid(evidenceOf(run.name))));
  }
});
