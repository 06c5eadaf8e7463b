import {
  type BilinearMethod,
  bilinearGame,
  bilinearTrajectory,
  type DiracControl,
  type DiracUpdate,
  diracControls,
  diracGan,
  diracTrajectory,
  diracUpdates,
  diracVerdict,
  type Turn,
} from 'gansmith/theory';
import { readValues, writeValues } from '../../parts/query.ts';
import { Choice, Settings, Slider } from '../../parts/Settings.tsx';
import type { Moves, Player } from '../engine/protocol.ts';
import { Ask } from '../parts/Ask.tsx';
import { Board } from '../parts/Board.tsx';
import { Controls } from '../parts/Controls.tsx';
import { Key } from '../parts/Key.tsx';
import { useSteps } from '../parts/useSteps.ts';
import { drawPlayers, REACH, type Shown } from './drawPlayers.ts';

const defaults = {
  game: 'bilinear',
  method: 'simultaneous' as BilinearMethod,
  control: 'non-saturating' as DiracControl,
  update: 'alternating' as DiracUpdate,
  rate: 0.2,
  moves: '200b',
  x: 1,
  y: 0,
};
type Values = typeof defaults;
const METHODS: readonly BilinearMethod[] = ['simultaneous', 'alternating', 'extragradient', 'optimistic'];

/** Who is the first number of a game, and who the second. */
const TURNS: Record<Player, Turn> = { generator: 'first', critic: 'second', both: 'both' };

const MOVED: Record<Player, string> = {
  critic: 'the critic moves: upwards or downwards',
  generator: 'the generator moves: to the left or right',
  both: 'both move',
};

/** Starts lie on a grid. */
const GRID = 0.05;

function solve(values: Values, moves: Moves): Shown {
  const { rate } = values;
  const turns = moves.flatMap(([player, count]) => new Array<Turn>(count).fill(TURNS[player]));
  const start = [values.x, values.y] as const;
  if (values.game === 'bilinear') {
    const method = METHODS.includes(values.method) ? values.method : defaults.method;
    const { spectralRadius, verdict } = bilinearGame(method, { rate });
    return {
      names: ['x', 'y'],
      field: (x, y) => [-y, x],
      path: bilinearTrajectory(method, { rate, turns, start }),
      verdict,
      radius: spectralRadius,
    };
  }
  const control = diracControls.includes(values.control) ? values.control : defaults.control;
  const gan = diracGan(control);
  const update = diracUpdates.includes(values.update) ? values.update : defaults.update;
  const { spectralRadius, verdict } = diracVerdict(gan, { rate, update });
  return {
    names: ['theta', 'psi'],
    field: (x, y) => gan.field(x, y),
    path: diracTrajectory(gan, { rate, turns, update, start }),
    verdict,
    radius: spectralRadius,
  };
}

/** Experiment 4: the fields of two small games, and the paths of gradient steps in them. */
export default function Players() {
  const values = readValues(defaults);
  const write = (changed: Partial<Values>) => writeValues(defaults, { ...readValues(defaults), ...changed });
  const game = useSteps({ moves: values.moves, writeMoves: (moves) => write({ moves }) }, [
    'critic',
    'generator',
  ]);
  const { step } = game.snapshot.value!;
  const shown = solve(values, game.moves);
  const start = (x: number, y: number) => {
    const onGrid = (value: number) => Math.round(Math.min(REACH, Math.max(-REACH, value)) / GRID) * GRID;
    write({ x: Number(onGrid(x).toFixed(2)), y: Number(onGrid(y).toFixed(2)) });
  };
  const bilinear = values.game === 'bilinear';
  const end = shown.path.at(-1)!;
  const distance = Math.hypot(...end);
  const away = distance <= 1e4 ? distance.toPrecision(3) : '> 10,000';
  const words =
    `From (${values.x}, ${values.y}) the players ${shown.verdict === 'converges' ? 'arrive at' : 'do not arrive at'} the ` +
    `equilibrium: near it the game ${shown.verdict}. After ${step} steps they are ${away} away.`;
  return (
    <div class="lab-bench">
      <div class="lab-main">
        <Controls game={game} moved={MOVED} />
        <div class="lab-stage">
          <figure>
            <Board
              kind="plane"
              label={`${words} Drag, or use the arrow keys, to start elsewhere.`}
              draw={(sheet) => drawPlayers(sheet, shown)}
              onPlace={(across, down) => start((2 * across - 1) * REACH, (1 - 2 * down) * REACH)}
              onNudge={(right, up) => start(values.x + right * GRID, values.y + up * GRID)}
            />
            <figcaption>Drag, or use the arrow keys, to start elsewhere.</figcaption>
          </figure>
          <div class="lab-side">
            <Key
              entries={[
                [
                  'generator',
                  bilinear
                    ? 'x, the generator, who minimises: to the right'
                    : 'theta, the generator: to the right',
                  true,
                ],
                [
                  'critic',
                  bilinear ? 'y, the critic, who maximises: upwards' : 'psi, the critic: upwards',
                  true,
                ],
                ['ink', 'the path of gradient steps', true],
              ]}
            />
            <dl class="lab-meters">
              <div>
                <dt>near the equilibrium</dt>
                <dd data-verdict={shown.verdict}>{shown.verdict}</dd>
              </div>
              <div>
                <dt>a step stretches by</dt>
                <dd>{shown.radius === undefined ? '–' : shown.radius.toFixed(4)}</dd>
              </div>
              <div>
                <dt>distance at the end</dt>
                <dd>{away}</dd>
              </div>
            </dl>
          </div>
        </div>
        <Settings>
          <Choice
            label="Game"
            value={values.game}
            options={[
              ['bilinear', 'min max x y'],
              ['dirac', 'Dirac-GAN'],
            ]}
            onChange={(game) => write({ game })}
          />
          {bilinear ? (
            <Choice
              label="Updates"
              value={values.method}
              options={METHODS.map((method) => [method, method] as const)}
              onChange={(method) => write({ method })}
            />
          ) : (
            <>
              <Choice
                label="Control"
                value={values.control}
                options={diracControls.map((control) => [control, control] as const)}
                onChange={(control) => write({ control })}
              />
              <Choice
                label="Updates"
                value={values.update}
                options={diracUpdates.map((update) => [update, update] as const)}
                onChange={(update) => write({ update })}
              />
            </>
          )}
          <Slider
            label="Rate"
            value={values.rate}
            min={0.02}
            max={0.8}
            step={0.02}
            shown={values.rate.toFixed(2)}
            onInput={(rate) => write({ rate })}
          />
          <Slider
            label="Steps"
            value={step}
            min={0}
            max={1000}
            step={10}
            onInput={(steps) => write({ moves: `${steps}b` })}
          />
          <Slider
            label="Start, to the right"
            value={values.x}
            min={-REACH}
            max={REACH}
            step={GRID}
            onInput={(x) => write({ x })}
          />
          <Slider
            label="Start, upwards"
            value={values.y}
            min={-REACH}
            max={REACH}
            step={GRID}
            onInput={(y) => write({ y })}
          />
        </Settings>
      </div>
      <aside class="lab-side" aria-label="About this experiment">
        <section class="panel lab-text">
          <h2>What to look for</h2>
          <p>
            Each player goes downhill on its own loss. In min max x y that makes a field that only turns:
            following it exactly, the players circle for ever; following it by steps of any length, they leave
            each circle by its tangent and spiral out.
          </p>
          <p>
            Let them take turns, look one step ahead (extragradient), or correct by the last step
            (optimistic), and compare by how much a step stretches: below 1 they arrive.
          </p>
          <p>
            The Dirac-GAN is the smallest GAN: one real point at 0, one generated at theta, a critic psi x.
            What tames it is not a better loss but a critic that is kept flat at the data: R1.
          </p>
        </section>
        <Ask
          question="Simultaneous steps on x y spiral out at rate 0.2. What does a smaller rate do?"
          choices={['The spiral turns inward', 'It still spirals out, more slowly', 'It becomes a circle']}
          right={1}
        >
          A step stretches by the root of 1 + rate², above 1 for every rate. Only another kind of step helps.
        </Ask>
      </aside>
    </div>
  );
}
