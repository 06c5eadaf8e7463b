import type { Catalogue, SettingSchema, TrainBody } from 'gansmith/studio';

export interface RunOption {
  /** Its path in the request. */
  path: string;
  label: string;
  schema: SettingSchema;
  /** Whether it is of images alone. */
  ofImages?: boolean;
}

export interface OptionGroup {
  title: string;
  options: RunOption[];
}

const whole = (minimum: number, usual?: number, maximum?: number): SettingSchema => ({
  type: 'integer',
  minimum,
  ...(maximum === undefined ? {} : { maximum }),
  ...(usual === undefined ? {} : { default: usual }),
});

/** What can be asked for besides the system, its settings, its data and the end, as on the command line. */
export const optionGroups = ({ metrics, executors, threads }: Catalogue): OptionGroup[] => [
  {
    title: 'Data and records',
    options: [
      {
        path: 'size',
        label: 'Image size',
        schema: { ...whole(8, undefined, 1024), description: 'width and height images are brought to' },
        ofImages: true,
      },
      {
        path: 'channels',
        label: 'Colours',
        schema: { enum: [1, 3], description: '1 for grey, 3 for colour; left out: as the images are' },
        ofImages: true,
      },
      { path: 'sampleEvery', label: 'Samples every … steps', schema: whole(1, 100) },
      { path: 'checkpointEvery', label: 'Checkpoint every … steps', schema: whole(1, 500) },
    ],
  },
  {
    title: 'Scores and the doctor',
    options: [
      {
        path: 'doctor',
        label: 'Doctor',
        schema: {
          enum: ['off', 'warn', 'stop'],
          default: 'warn',
          description: 'warn: say what is wrong; stop: also save and end a hopeless run',
        },
      },
      {
        path: 'eval.every',
        label: 'Score every … steps',
        schema: { ...whole(1), description: 'left out: the run is not scored while it trains' },
        ofImages: true,
      },
      {
        path: 'eval.metrics',
        label: 'Metrics',
        schema: {
          type: 'string',
          default: 'fd,pr',
          description: `the first decides which checkpoint is the best; of ${metrics.map(({ name }) => name).join(', ')}`,
        },
        ofImages: true,
      },
      {
        path: 'eval.samples',
        label: 'Samples in a score',
        schema: whole(2, 2000, 1_000_000),
        ofImages: true,
      },
      {
        path: 'eval.features',
        label: 'Features',
        schema: { type: 'string', description: 'left out: those that suit the data' },
        ofImages: true,
      },
    ],
  },
  {
    title: 'Machine',
    options: [
      {
        path: 'threads',
        label: 'Threads',
        schema: { ...whole(1, undefined, 1024), description: `left out: all ${threads} cores` },
      },
      {
        path: 'accumulate',
        label: 'Micro-batches',
        schema: { ...whole(1, 1, 65_536), description: 'batches summed before an update' },
      },
      {
        path: 'executor',
        label: 'Executor',
        schema: {
          enum: [...executors],
          default: 'onnxruntime',
          description: 'what runs the steps; webgpu is the graphics processor',
        },
      },
      {
        path: 'precision',
        label: 'Precision',
        schema: { enum: ['float32', 'float16'], default: 'float32', description: 'of products' },
      },
      {
        path: 'tune',
        label: 'Tuning, seconds',
        schema: {
          type: 'number',
          minimum: 0,
          default: 2,
          description: 'to measure how operations are written fastest here',
        },
      },
    ],
  },
];

/** The options that were filled in, as the body of a request has them. */
export function bodyOf(
  options: readonly RunOption[],
  values: Readonly<Record<string, string>>,
): Partial<TrainBody> {
  const body: Record<string, unknown> = {};
  const scores: Record<string, unknown> = {};
  for (const { path, schema } of options) {
    const given = values[path]?.trim() ?? '';
    const isText = schema.type === 'string' || typeof schema.enum?.[0] === 'string';
    const text = given === '' ? schema.default : given;
    if (text === undefined) continue;
    const value = isText ? text : Number(text);
    const [, score] = path.split('eval.');
    if (score !== undefined) scores[score] = value;
    else body[path] = value;
  }
  // Without a pace there are no scores, whatever else is said of them.
  return scores.every === undefined
    ? body
    : { ...body, eval: scores as unknown as NonNullable<TrainBody['eval']> };
}
