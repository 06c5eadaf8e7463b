import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { prepareGame } from './engine/player.ts';
import type { Experiment } from './experiments.ts';

/** An experiment under its title, loaded when it is shown. */
export function Opened({ experiment }: { experiment: Experiment }) {
  const [Loaded, setLoaded] = useState<ComponentType>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    document.title = `${experiment.title} · gansmith lab`;
    if (experiment.plays) prepareGame();
    experiment.load().then(
      (module) => setLoaded(() => module.default),
      () => setFailed(true),
    );
  }, [experiment]);
  return (
    <>
      <h1>{experiment.title}</h1>
      {failed && (
        <p class="notice failed">This experiment could not be loaded. Reload the page to try again.</p>
      )}
      {!failed && !Loaded && <p class="soft">Loading…</p>}
      {Loaded && <Loaded />}
    </>
  );
}
