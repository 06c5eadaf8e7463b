import './lab.css';
import type { RoomProps } from '../rooms.ts';
import { address } from '../shell/route.ts';
import { type Experiment, experiments } from './experiments.ts';
import { Opened } from './Opened.tsx';

/** Room 3: small GANs that learn before your eyes. */
export default function Lab({ route }: RoomProps) {
  const experiment = experiments.find(({ path }) => path === route.path[0]);
  return experiment ? <At key={experiment.path} experiment={experiment} /> : <Contents />;
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
      <p class="soft small">
        Each of them can stand <a href="./gan-lab.html">in a page of your own</a>.
      </p>
    </div>
  );
}

function At({ experiment }: { experiment: Experiment }) {
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
      <Opened experiment={experiment} />
    </div>
  );
}
