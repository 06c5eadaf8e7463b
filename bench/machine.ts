import { arch, cpus, loadavg, platform, totalmem } from 'node:os';

/** What the figures were measured on, to be kept beside them. */
export const machine = () => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${arch()}`,
  /** Programs that wanted a core in the last minute, this one included. */
  loadAverage: Number(loadavg()[0]!.toFixed(1)),
});
