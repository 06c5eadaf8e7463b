import { scoreTable } from './scoreTable.ts';
import { parseWeights, weightsText } from './weights.ts';

const CLASSES = ['cat', 'dog', 'horse'];
const PICTURES = 4;
const SIZE = { pictures: PICTURES, classes: CLASSES.length };

/** Tables worth a look. */
const TABLES = [
  ['Sure and varied', '98,1,1;1,98,1;1,1,98;98,1,1'],
  ['Sure and all alike', '98,1,1;98,1,1;98,1,1;98,1,1'],
  ['Unsure', '40,30,30;30,40,30;30,30,40;33,33,33'],
] as const;

interface InceptionProps {
  /** Weights as they stand in the address. */
  text: string;
  onChange(text: string): void;
}

/** An inception-style score of a table that one can edit. */
export function Inception({ text, onChange }: InceptionProps) {
  const weights = parseWeights(text, SIZE);
  const { score, mean } = scoreTable(weights);
  const change = (picture: number, label: number, value: number) =>
    onChange(
      weightsText(
        weights.map((row, i) => row.map((weight, k) => (i === picture && k === label ? value : weight))),
      ),
    );
  return (
    <section class="panel lab-text" aria-label="Inception score">
      <h2>
        Inception score{' '}
        <span class="numbers" data-inception={score.toFixed(4)}>
          {score.toFixed(3)}
        </span>
      </h2>
      <p class="small soft">
        What a classifier says of four generated pictures, as weights from 0 to 100; a row is divided by its
        sum. The score is exp of the mean KL divergence of the rows from their mean: from 1 to the number of
        classes. No real picture is looked at.
      </p>
      <div class="lab-bar">
        {TABLES.map(([name, table]) => (
          <button key={name} type="button" class="button" onClick={() => onChange(table)}>
            {name}
          </button>
        ))}
      </div>
      <div class="lab-wide">
        <table class="lab-table">
          <thead>
            <tr>
              <td />
              {CLASSES.map((label) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weights.map((row, i) => (
              <tr key={`picture ${i + 1}`}>
                <th scope="row">picture {i + 1}</th>
                {row.map((weight, k) => (
                  <td key={CLASSES[k]}>
                    <input
                      type="number"
                      min={0}
                      max={100}
                      step={1}
                      value={weight}
                      aria-label={`Picture ${i + 1}, ${CLASSES[k]}`}
                      onChange={({ currentTarget }) => change(i, k, Number(currentTarget.value))}
                    />
                  </td>
                ))}
              </tr>
            ))}
            <tr>
              <th scope="row">mean p(y)</th>
              {mean.map((share, k) => (
                <td key={CLASSES[k]}>{share.toFixed(3)}</td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
    </section>
  );
}
