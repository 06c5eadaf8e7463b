import '../../style/tokens.css';
import '../../style/base.css';
import '../../style/controls.css';
import '../lab.css';
import './embed.css';
import { render } from 'preact';
import { route } from '../../shell/route.ts';
import { experiments } from '../experiments.ts';
import { Opened } from '../Opened.tsx';
import type { HeightMessage } from './height.ts';

/** One experiment within another page, by the address that the lab gives it. */
function Embedded() {
  const [name = ''] = route.value.path;
  const experiment = experiments.find(({ path }) => path === name);
  return (
    <div class="lab">
      {experiment ? (
        <Opened key={name} experiment={experiment} />
      ) : (
        <p class="notice failed">
          There is no experiment '{name}'. There are {experiments.map(({ path }) => path).join(', ')}.
        </p>
      )}
    </div>
  );
}

const root = document.getElementById('experiment')!;
render(<Embedded />, root);

// The page around makes as much room as is needed, so that nothing scrolls within.
new ResizeObserver(() => {
  const message: HeightMessage = {
    type: 'gansmith-height',
    height: Math.ceil(root.getBoundingClientRect().height),
  };
  parent.postMessage(message, '*');
}).observe(root);
