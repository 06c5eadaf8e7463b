import { buildGan } from '../gan/build.ts';
import { planStages } from '../train/stages.ts';
import { print } from './output.ts';
import { prepareTraining, type TrainRequest } from './prepare.ts';
import { blameGanFile } from './systems.ts';

/** Prints the configuration a request comes to. Nothing is written. */
export async function printPlan(request: TrainRequest, json: boolean): Promise<void> {
  const plan = await resolvePlan(request).catch((error: unknown) => {
    throw blameGanFile(error, request.gan);
  });
  if (json) print(JSON.stringify(plan));
  else for (const line of planLines(plan)) print(line);
}

async function resolvePlan(request: TrainRequest): Promise<object> {
  const warnings: string[] = [];
  const listener = { onWarning: (message: string) => void warnings.push(message) };
  const { record, options } = await prepareTraining(request, listener, { cache: false });
  // Building finds what only shows once networks meet the data.
  const { accumulate } = record;
  const { spans } = planStages(options.gan, options.config, options.data, accumulate);
  for (const { config } of spans) buildGan(options.gan, config, options.data, { accumulate });
  const { format: _, created, versions, machine, gan, plan, ...rest } = record;
  return {
    gan: gan.source,
    ...rest,
    ...plan,
    out: request.out,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** One value a line; those inside an object are indented below its name. */
const planLines = (values: object, indent = ''): string[] =>
  Object.entries(values).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? [`${indent}${key}`, ...planLines(value, `${indent}  `)]
      : [
          `${indent}${key.padEnd(Math.max(0, 18 - indent.length))} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
        ],
  );
