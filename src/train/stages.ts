import type { DataShape } from '../base/dataShape.ts';
import { GansmithError, UsageError } from '../base/errors.ts';
import type { AnyGan, BaseConfig, Stage } from '../gan/defineGan.ts';
import type { Progress } from '../optim/optimizer.ts';

/** Where a stage lies in a run. */
export interface StageSpan {
  /** 0 for the first. */
  index: number;
  /** The settings of the run, with those of the stage in their place. */
  config: BaseConfig;
  /** Those of the stage alone. */
  settings: Record<string, unknown>;
  /** Networks whose optimizer slots start anew. */
  restarts: readonly string[];
  /** Iterations before its first, and before the first of the next stage. */
  firstStep: number;
  endStep: number;
  /** Images before its first iteration. */
  firstImages: number;
  /** Images in one of its iterations. */
  imagesPerStep: number;
}

/** Which stage each iteration of a run belongs to: a function of the settings alone. A GAN without stages has one. */
export interface StagePlan {
  spans: readonly StageSpan[];
  /** The stage of the iteration that comes after so many. */
  at(step: number): StageSpan;
  /** The stage that left the states as they are after so many iterations: that of the last of them. */
  madeBy(step: number): StageSpan;
  /** Real images a critic could have seen in so many iterations. */
  imagesAt(step: number): number;
  /** Iterations that see at least so many images. */
  stepsFor(images: number): number;
}

/**
 * Lays the stages of a run out.
 * @param accumulate micro-batches in a step
 * @throws GansmithError for stages that do not follow each other, or settings that are not the GAN's.
 */
export function planStages(gan: AnyGan, config: BaseConfig, data: DataShape, accumulate: number): StagePlan {
  const declared = gan.stages?.(config, data) ?? [];
  const stages: readonly Stage[] =
    declared.length > 0 ? declared : [{ untilImages: Number.POSITIVE_INFINITY, settings: {} }];
  const spans: StageSpan[] = [];
  for (const [index, stage] of stages.entries()) {
    const before = spans.at(-1);
    const own = stageConfig(gan, config, stage, index);
    const imagesPerStep = own.batch * accumulate;
    const firstStep = before?.endStep ?? 0;
    const firstImages = before ? imagesIn(before, firstStep) : 0;
    checkEnd(gan, stages, index, firstImages);
    const endStep = firstStep + Math.ceil((stage.untilImages - firstImages) / imagesPerStep);
    const { settings, restarts = [] } = stage;
    spans.push({ index, config: own, settings, restarts, firstStep, endStep, firstImages, imagesPerStep });
  }
  const at = (step: number) => spans.find(({ endStep }) => step < endStep)!;
  const madeBy = (step: number) => at(Math.max(step - 1, 0));
  return {
    spans,
    at,
    madeBy,
    imagesAt: (step) => imagesIn(madeBy(step), step),
    stepsFor(images) {
      const span = spans.find((span) => imagesIn(span, span.endStep) >= images)!;
      return span.firstStep + Math.ceil((images - span.firstImages) / span.imagesPerStep);
    },
  };
}

const imagesIn = ({ firstImages, firstStep, imagesPerStep }: StageSpan, step: number): number =>
  firstImages + (step - firstStep) * imagesPerStep;

/** @throws GansmithError unless the stage ends after the one before, and the last one never. */
function checkEnd({ name }: AnyGan, stages: readonly Stage[], index: number, firstImages: number): void {
  const { untilImages } = stages[index]!;
  const isLast = index === stages.length - 1;
  if (isLast && untilImages === Number.POSITIVE_INFINITY) return;
  const where = `${name}: stage ${index + 1} of ${stages.length}, until ${untilImages} images,`;
  if (isLast) {
    throw new GansmithError(`${where} is the last and must not end; give it 'untilImages: Infinity'`);
  }
  const previous = stages[index - 1]?.untilImages ?? 0;
  if (!(untilImages > previous && untilImages < Number.POSITIVE_INFINITY)) {
    throw new GansmithError(
      `${where} must end after the one before it, at ${previous}, and before the last; let 'untilImages' rise from stage to stage`,
    );
  }
  if (untilImages <= firstImages) {
    throw new UsageError(
      `${where} would have no step, since the steps before it reach ${firstImages} images; make it longer, or choose a smaller batch`,
    );
  }
}

/** @throws GansmithError when the stage sets what is not a setting, or restarts what has no optimizer. */
function stageConfig(gan: AnyGan, config: BaseConfig, stage: Stage, index: number): BaseConfig {
  const where = `${gan.name}: stage ${index + 1}`;
  const own = { ...config, ...stage.settings };
  const [issue] = gan.config.safeParse(own).error?.issues ?? [];
  if (issue && Object.keys(stage.settings).length > 0) {
    throw new GansmithError(
      `${where} has settings the GAN does not allow: ${[...issue.path, issue.message].join(': ')}`,
    );
  }
  const trained = Object.keys(gan.optimizers(own));
  const unknown = stage.restarts?.find((network) => !trained.includes(network));
  if (unknown !== undefined) {
    throw new GansmithError(
      `${where} restarts the optimizer of '${unknown}', which has none; there are ${trained.join(', ')}`,
    );
  }
  return own;
}

/** What programs that look at a checkpoint are built with. */
export interface StageMoment {
  /** The settings of the run, with those of the stage that made the checkpoint in their place. */
  config: BaseConfig;
  progress: Progress;
}

/**
 * The settings a checkpoint's states belong to, and how far the run was.
 * @param config the settings of the run, as the checkpoint holds them
 */
export function momentOf(
  gan: AnyGan,
  config: BaseConfig,
  { data, step, accumulate }: { data: DataShape; step: number; accumulate: number },
): StageMoment {
  const plan = planStages(gan, config, data, accumulate);
  return { config: plan.madeBy(step).config, progress: { step, images: plan.imagesAt(step) } };
}
