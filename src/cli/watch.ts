import { createJsonReader } from './jsonReader.ts';
import type { Job } from './session.ts';
import { supervise } from './supervise.ts';
import { createTextReader } from './textReader.ts';

/** Runs a job in its thread, shows it as JSON or to a person, and sets the exit code. */
export async function watch(job: Job, json: boolean): Promise<void> {
  if (json) {
    process.exitCode = await supervise(job, createJsonReader());
    return;
  }
  const reader = createTextReader();
  process.exitCode = await supervise(job, reader);
  await reader.summarize();
}
