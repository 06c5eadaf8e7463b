import './runs.css';
import type { RoomProps } from '../rooms.ts';
import { connected } from '../server.ts';
import { Compare } from './Compare.tsx';
import { NewRun } from './NewRun.tsx';
import { RunList } from './RunList.tsx';
import { RunPage } from './RunPage.tsx';

/** Room 1: what trains and what has been trained. */
export default function Runs({ route: { path, query } }: RoomProps) {
  const [page, name] = path;
  return (
    <>
      {!connected.value && (
        <p class="notice failed" role="status">
          The studio does not answer; trying again.
        </p>
      )}
      {page === 'at' && name ? (
        <RunPage key={name} name={name} />
      ) : page === 'compare' ? (
        <Compare key={query.getAll('run').join('/')} names={query.getAll('run')} />
      ) : page === 'new' ? (
        <NewRun />
      ) : (
        <RunList />
      )}
    </>
  );
}
