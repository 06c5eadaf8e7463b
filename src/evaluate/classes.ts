import { likeliest } from '../features/extractor.ts';
import {
  countLabels,
  histogramModes,
  inceptionScore,
  labelModes,
  reverseKlFloor,
  softmax,
} from '../metrics/index.ts';
import { jackknifeInterval, meanInterval } from './intervals.ts';
import type { Metric } from './metric.ts';

/** Splits of the published Inception Score. */
const SPLITS = 10;

export const is: Metric = {
  name: 'is',
  title: "Inception Score of the features' classifier",
  needs: ['logits'],
  least: 10 * SPLITS,
  protocol: `${SPLITS} splits; interval by their scatter`,
  compute({ real, generated, pairs }) {
    const { value, scores } = inceptionScore(softmax(generated.logits(pairs)), { splits: SPLITS });
    const reference = inceptionScore(softmax(real.logits(pairs)), { splits: SPLITS });
    return [{ metric: 'is', value, interval: meanInterval(scores), better: 'higher', real: reference.value }];
  },
};

export const modes: Metric = {
  name: 'modes',
  title: "classes found, by the features' classifier",
  needs: ['logits'],
  least: 1,
  protocol:
    'classes of real and generated samples as the classifier names them; interval by leaving out groups',
  compute({ real, generated, extractor }) {
    const classes = extractor!.classes.length;
    const counts = countLabels(likeliest(real.logits().data, classes), classes);
    const logits = generated.logits();
    const labels = likeliest(logits.data, classes);
    const found = labelModes(labels, counts);
    const divergence = (rows: Uint32Array) =>
      histogramModes(
        countLabels(
          rows.map((row) => labels[row]!),
          classes,
        ),
        counts,
      ).reverseKl;
    const interval = jackknifeInterval(found.reverseKl, logits, (_, rows) => divergence(rows));
    return [
      { metric: 'modes', value: found.modes, better: 'higher', real: counts.filter((n) => n > 0).length },
      {
        metric: 'modes-kl',
        value: found.reverseKl,
        interval,
        better: 'lower',
        real: reverseKlFloor(classes, found.samples),
      },
    ];
  },
};
