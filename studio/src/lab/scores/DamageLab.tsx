import { Settings, Slider, WholeNumber } from '../../parts/Settings.tsx';
import { useDrawing } from '../draw/canvas.ts';
import { Figure } from '../parts/Figure.tsx';
import { Key } from '../parts/Key.tsx';
import { DAMAGES, type Damage } from './damage.ts';
import { drawPictures } from './drawPictures.ts';
import { drawScore, STROKES } from './drawScore.ts';
import { scores } from './measures.ts';
import { useScores } from './useScores.ts';

interface DamageLabProps {
  damage: Damage;
  /** Of the noise. */
  seed: number;
  onChange(changed: Partial<Damage & { seed: number }>): void;
}

const NAMES: Record<keyof Damage, string> = { blur: 'Blur', noise: 'Noise', missing: 'Missing modes' };

/** Real digits beside spoiled ones, and what each score makes of it. */
export function DamageLab({ damage, seed, onChange }: DamageLabProps) {
  const measuring = useScores(damage, seed);
  const shown = measuring.shown.value;
  const curve = measuring.curve.value;
  const canvas = useDrawing((sheet) => {
    if (shown) drawPictures(sheet, shown.real, shown.generated);
  });
  return (
    <>
      <section class="panel lab-text" aria-label="What scores make of damage">
        <h2>What scores make of damage</h2>
        <p class="small soft">
          300 real digits above, 300 other real ones below, spoiled as a generator would. Features are the
          pixels, so the numbers are not those of a paper; how they move is.
        </p>
        <canvas
          ref={canvas}
          class="lab-pictures"
          role="img"
          aria-label="Twelve real digits, and twelve spoiled ones below."
        />
        {measuring.message.value && (
          <p class="notice failed" role="alert">
            {measuring.message.value}
          </p>
        )}
        <ul class="lab-key">
          {DAMAGES.map((kind) => (
            <li key={kind}>
              <svg width="28" height="6" aria-hidden="true">
                <line
                  x1="0"
                  y1="3"
                  x2="28"
                  y2="3"
                  stroke="currentColor"
                  stroke-width="2"
                  stroke-dasharray={STROKES[kind].join(' ')}
                />
              </svg>
              {NAMES[kind].toLowerCase()} alone
            </li>
          ))}
        </ul>
        <Key entries={[['generated', 'the pictures below', true]]} />
        <div class="lab-curves" data-points={curve.length}>
          {scores.map(({ name, title, better }) => {
            const value = shown?.measured[name];
            return (
              <div key={name} data-score={name} data-value={value?.toFixed(4)}>
                <h3>
                  {title} <span class="numbers">{value?.toFixed(2) ?? '…'}</span>
                </h3>
                <p class="small soft">{better} is better</p>
                <Figure
                  kind="chart"
                  summary={`${title} over blur, noise and missing modes from none to most; the pictures below have ${value?.toFixed(2) ?? 'none yet'}.`}
                  draw={(sheet) => drawScore(sheet, curve, name, value)}
                />
              </div>
            );
          })}
        </div>
      </section>
      <Settings of="the damage">
        {DAMAGES.map((kind) => (
          <Slider
            key={kind}
            label={NAMES[kind]}
            value={damage[kind]}
            min={0}
            max={kind === 'missing' ? 0.9 : 1}
            step={kind === 'missing' ? 0.1 : 0.05}
            shown={`${Math.round(100 * damage[kind])} %`}
            onInput={(value) => onChange({ [kind]: value })}
          />
        ))}
        <WholeNumber label="Seed of the noise" value={seed} onChange={(seed) => onChange({ seed })} />
      </Settings>
    </>
  );
}
