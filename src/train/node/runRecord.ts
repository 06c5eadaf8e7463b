import * as z from 'zod';

/** What `run.json` says: everything needed to go on with a run, and where it was made. */
export const runRecord = z.object({
  format: z.literal(1),
  created: z.string().describe('when the run began, ISO 8601'),
  gan: z.object({
    name: z.string(),
    source: z.string().describe("name in the zoo, or absolute path of the user's file"),
    sha256: z.string().optional().describe("content of the user's file when the run began"),
  }),
  config: z.record(z.string(), z.unknown()).describe('every setting of the GAN'),
  from: z.string().optional().describe('the checkpoint whose weights the run began with'),
  data: z.object({
    name: z.string().describe('the source as the user gave it'),
    source: z.string().describe('the source with its path made absolute'),
    size: z.number().optional(),
    channels: z.union([z.literal(1), z.literal(3)]).optional(),
    kind: z.enum(['images', 'points']),
    shape: z.array(z.number()),
    count: z.number(),
    fingerprint: z.string(),
    licence: z.string().optional().describe('under what licence the data are, where their source says'),
  }),
  seed: z.number(),
  batch: z.number(),
  accumulate: z.number(),
  threads: z.number(),
  executor: z.enum(['onnxruntime', 'webgpu', 'interpreter']),
  binding: z
    .enum(['direct', 'lean', 'plain'])
    .optional()
    .describe('how ONNX Runtime was called; the bits are the same'),
  precision: z
    .enum(['float32', 'float16'])
    .default('float32')
    .describe('what convolutions and matrix products are computed in'),
  sampleEvery: z.number(),
  checkpointEvery: z.number(),
  eval: z
    .object({
      every: z.number(),
      metrics: z.string(),
      samples: z.number(),
      features: z.string().optional(),
    })
    .optional()
    .describe('how the run is scored while it trains'),
  lowerings: z
    .record(z.string(), z.string())
    .optional()
    .describe('the form each operation with several is written in, by its signature'),
  plan: z.object({ steps: z.number().optional(), minutes: z.number().optional() }),
  versions: z.object({ gansmith: z.string(), node: z.string(), onnxruntime: z.string() }),
  machine: z.object({ cpu: z.string(), cores: z.number(), memory: z.string(), platform: z.string() }),
});

export type RunRecord = z.output<typeof runRecord>;

/** What `status.json` says: how far a run is, for whoever looks in from outside. */
export const runStatus = z.object({
  state: z.enum(['running', 'paused', 'stopped', 'done', 'failed']),
  step: z.number(),
  images: z.number(),
  updated: z.string().describe('ISO 8601'),
  pid: z.number().describe('the process that trains, or did'),
  message: z.string().optional().describe('why it failed'),
});

export type RunStatus = z.output<typeof runStatus>;
