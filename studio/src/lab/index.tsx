import './lab.css';
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { RoomProps } from '../rooms.ts';
import { address } from '../shell/route.ts';
import { type Experiment, experiments } from './experiments.ts';

/** Room 3: small GANs that learn before your eyes. */
export default function Lab({ route }: RoomProps) {
  const experiment = experiments.find(({ path }) => path === route.path[0]);
  return experiment ? <Opened key={experiment.path} experiment={experiment} /> : <Contents />;
}

function Contents() {
  return (
    <div class="lab">
      <h1>Lab</h1>
      <p class="soft lead">
        Small GANs that learn in this tab, by the same declarations and the same loop as on the command line.
        Step one player at a time, or let them run; every address reproduces what you see.
      </p>
      <ol class="lab-contents">
        {experiments.map(({ path, title, about }, i) => (
          <li key={path}>
            <a class="panel" href={address('lab', [path])}>
              <span class="number numbers">{i + 1}</span>
              <strong>{title}</strong>
              <span class="soft small">{about}</span>
            </a>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Opened({ experiment }: { experiment: Experiment }) {
  const [Loaded, setLoaded] = useState<ComponentType>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    document.title = `${experiment.title} · gansmith lab`;
    experiment.load().then(
      (module) => setLoaded(() => module.default),
      () => setFailed(true),
    );
  }, [experiment]);
  const at = experiments.indexOf(experiment);
  return (
    <div class="lab">
      <nav class="lab-path small" aria-label="Experiments">
        <a href={address('lab')}>Lab</a>
        <span class="soft numbers">
          {at + 1} of {experiments.length}
        </span>
        <span class="lab-next">
          {at > 0 && <a href={address('lab', [experiments[at - 1]!.path])}>Previous</a>}
          {at + 1 < experiments.length && <a href={address('lab', [experiments[at + 1]!.path])}>Next</a>}
        </span>
      </nav>
      <h1>{experiment.title}</h1>
      {failed && (
        <p class="notice failed">This experiment could not be loaded. Reload the page to try again.</p>
      )}
      {!failed && !Loaded && <p class="soft">Loading…</p>}
      {Loaded && <Loaded />}
    </div>
  );
}
