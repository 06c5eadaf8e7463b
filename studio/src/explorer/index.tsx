import './explorer.css';
import { useEffect, useState } from 'preact/hooks';
import { formatCount } from '../parts/format.ts';
import { address } from '../shell/route.ts';
import { Between } from './Between.tsx';
import { Cloud } from './Cloud.tsx';
import { Judged } from './Judged.tsx';
import { Mixing } from './Mixing.tsx';
import type { Latent } from './model/latent.ts';
import type { About } from './model/protocol.ts';
import { Nearest } from './Nearest.tsx';
import { Seeds } from './Seeds.tsx';
import { Shared } from './Shared.tsx';
import { Source } from './Source.tsx';
import { Sum } from './Sum.tsx';
import { type Opened, useOpened } from './useOpened.ts';
import { readView } from './view.ts';
import { Walk } from './Walk.tsx';

/** Room 2: what a generator learned. Its pictures are made in the browser. */
export default function Explorer() {
  const view = readView();
  const opened = useOpened(view);
  const { maker, about, doing, problem } = opened;
  const over = useDrop(opened.openFiles);
  const parts = about && { maker, about, view };
  const trouble = problem ?? maker.problem.value;
  return (
    <div class={`explorer ${over ? 'over' : ''}`} aria-busy={doing !== undefined}>
      <div class="explorer-title">
        <h1>Explorer</h1>
        {about && <Facts about={about} />}
        {view.run !== '' && <a href={address('runs', ['at', view.run])}>How it was trained</a>}
      </div>
      <Source opened={opened} view={view} />
      {trouble && (
        <p class="notice failed" role="alert">
          {trouble}
        </p>
      )}
      <Status opened={opened} />
      {!about && !doing && <Welcome />}
      {parts && <Shared {...parts} />}
      {parts && about.kind === 'points' && <Cloud {...parts} />}
      {parts && about.kind === 'images' && (
        <div class="explorer-rooms">
          <div class="explorer-column">
            <Seeds {...parts} />
            <Between {...parts} />
            <Mixing {...parts} />
          </div>
          <div class="explorer-column">
            <Walk {...parts} />
            <Sum {...parts} />
            <Judged opened={opened} about={parts.about} view={view} />
            <Nearest {...parts} file={opened.file} />
          </div>
        </div>
      )}
    </div>
  );
}

/** Whether files are held above the page; when they are let go, they are opened. */
function useDrop(open: (files: readonly File[]) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      open([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDrop);
    };
  });
  return over;
}

const Welcome = () => (
  <div class="panel explorer-welcome">
    <p>
      Walk through what a generator has learned. Choose a run, or drop a file here: a checkpoint (
      <code>.safetensors</code>), a generator that <code>gansmith export</code> wrote (<code>.onnx</code>; of
      a StyleGAN also its mapping and synthesis, both at once), or a picture that was saved here.
    </p>
    <p class="soft small">Pictures are made in this tab; nothing leaves your machine.</p>
  </div>
);

function Facts({ about }: { about: About }) {
  const { gan, data, step, shape, kind, latent, knownPrior } = about;
  const [channels = 1, height, width] = shape;
  const facts = [
    data === undefined ? gan : `${gan} on ${data}`,
    step !== undefined && `step ${formatCount(step)}`,
    kind === 'images'
      ? `${width} × ${height}${channels === 3 ? ', in colour' : ''}`
      : `${channels} numbers a point`,
    `${formatCount(latent.size)} numbers of noise, ${priorText(latent)}${knownPrior ? '' : ' (the file does not say)'}`,
  ];
  return <p class="soft numbers">{facts.filter(Boolean).join(' · ')}</p>;
}

function priorText({ prior }: Latent): string {
  if (prior.kind === 'uniform') return `uniform from ${prior.low} to ${prior.high}`;
  const isStandard = prior.mean === 0 && prior.std === 1;
  return isStandard ? 'standard normal' : `normal of mean ${prior.mean} and deviation ${prior.std}`;
}

/** What is going on, or how fast it went. */
function Status({ opened: { maker, about, doing } }: { opened: Opened }) {
  const speed = maker.speed.value;
  if (doing !== undefined) {
    return (
      <p class="soft small" role="status">
        {doing}…
      </p>
    );
  }
  if (!about || !speed) return null;
  const each = speed.took / speed.pictures;
  const what = about.kind === 'images' ? 'picture' : 'point';
  return (
    <p class="soft small numbers explorer-speed">
      {each < 0.1 ? each.toFixed(3) : each < 10 ? each.toFixed(2) : each.toFixed(0)} ms a {what} (the last{' '}
      {formatCount(speed.pictures)} in {speed.took.toFixed(0)} ms) by{' '}
      {about.device === 'webgpu' ? 'WebGPU' : 'WebAssembly'}
    </p>
  );
}
