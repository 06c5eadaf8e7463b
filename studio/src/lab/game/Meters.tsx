import type { GamePlayer } from '../engine/player.ts';

/** How much of the data the generator covers, and how much of what it makes lies on the data. */
export function Meters({ game, modes }: { game: GamePlayer; modes: number }) {
  game.snapshot.value;
  const last = game.history().measures.at(-1);
  const percent = (share = 0) => `${Math.round(100 * share)} %`;
  return (
    <dl class="lab-meters">
      <Meter name="on the data" value={percent(last?.precision)} share={last?.precision ?? 0} />
      <Meter name="data covered" value={percent(last?.recall)} share={last?.recall ?? 0} />
      {modes > 0 && (
        <Meter
          name="modes found"
          value={`${last?.modes ?? 0} of ${modes}`}
          share={(last?.modes ?? 0) / modes}
        />
      )}
    </dl>
  );
}

const Meter = ({ name, value, share }: { name: string; value: string; share: number }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
    <dd class="track" aria-hidden="true">
      <i style={{ width: `${100 * share}%` }} />
    </dd>
  </div>
);
