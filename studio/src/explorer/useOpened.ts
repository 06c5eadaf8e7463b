import type { ModelBody, RunDetail } from 'gansmith/studio';
import { useEffect, useRef, useState } from 'preact/hooks';
import { get, loadCheckpoint, loadModel, pathOf } from '../server.ts';
import { address, rewriteAddress } from '../shell/route.ts';
import { createMaker, type Maker } from './model/maker.ts';
import type { About, CriticAbout, GivenFile } from './model/protocol.ts';
import type { Recipe } from './recipe.ts';
import { changeView, defaults, type View } from './view.ts';

export interface Opened {
  maker: Maker;
  about: About | undefined;
  /** What is being done, while it takes time. */
  doing: string | undefined;
  problem: string | undefined;
  /** Steps of the checkpoints that the run has, newest first. */
  checkpoints: readonly number[];
  /** The file, or files, opened instead of a run. */
  file: string | undefined;
  /** Opens what was dropped or chosen: a checkpoint, a model or both parts of one, or a picture that was saved here. */
  openFiles(files: readonly File[]): Promise<void>;
  critic: CriticAbout | undefined;
  /** Opens the critic of what is explored. */
  openCritic(): Promise<void>;
}

/** Follows the address and what is dropped: opens the run it names, or a file. */
export function useOpened(view: View): Opened {
  const held = useRef<Maker | undefined>(undefined);
  held.current ??= createMaker();
  const maker = held.current;
  const [files, setFiles] = useState<readonly File[]>();
  const [checkpoints, setCheckpoints] = useState<readonly number[]>([]);
  const [about, setAbout] = useState<About>();
  const [doing, setDoing] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const recipe = useRef<Recipe | undefined>(undefined);
  const [critic, setCritic] = useState<CriticAbout>();
  const { run, step, on } = view;

  useEffect(() => () => maker.end(), [maker]);
  useEffect(() => {
    let wanted = true;
    const open = async () => {
      const given = files ? await Promise.all(files.map(read)) : await newest();
      if (!wanted || !given) return;
      setDoing('Compiling the generator');
      const about = await maker.open(given, nameOf(files) ?? run, on);
      if (!wanted) return;
      setAbout(about);
      setCritic(undefined);
      setProblem(differs(recipe.current, about));
      recipe.current = undefined;
    };
    const newest = async (): Promise<GivenFile[] | undefined> => {
      const detail = await get<RunDetail>(pathOf('runs', run));
      if (!wanted) return undefined;
      setCheckpoints(detail.checkpoints);
      const chosen = step < 0 ? detail.checkpoints[0] : step;
      // A browser cannot run a user's own file: the server makes a model of it.
      const isOwn = detail.record.gan.sha256 !== undefined;
      if (chosen !== undefined)
        return isOwn ? modelsOf(run, chosen) : [{ name: run, bytes: await loadCheckpoint(run, chosen) }];
      throw new Error(
        'This run has no checkpoint yet: it is written when the run is stopped, or from time to time.',
      );
    };
    setProblem(undefined);
    setCheckpoints([]);
    if (!files && run === '') {
      setAbout(undefined);
      return undefined;
    }
    setDoing('Loading');
    open()
      .catch((error: Error) => {
        if (!wanted) return;
        setAbout(undefined);
        setProblem(error.message);
      })
      .finally(() => wanted && setDoing(undefined));
    return () => {
      wanted = false;
    };
  }, [files, run, step, on]);

  const openFiles = async (given: readonly File[]) => {
    const [next] = given;
    if (!next) return;
    try {
      if (given.length > 1 || !isPicture(next)) {
        const isModel = given.length === 1 && /\.onnx$/i.test(next.name);
        const judge = about && isModel && (await maker.openCritic(next.name, await next.arrayBuffer()));
        if (judge) return setCritic(judge);
        setFiles(given);
        changeView({ ...defaults, on });
        return;
      }
      const { readRecipe } = await import('./recipe.ts');
      const read = readRecipe(new Uint8Array(await next.arrayBuffer()), next.name);
      const query = new URLSearchParams(read.explorer);
      const ofRun = query.has('run');
      if (!ofRun && read.checkpoint !== about?.hash) {
        throw new Error(
          `${next.name} was made by ${madeBy(read)}, which is not what is open. Open that file first, then drop the picture again.`,
        );
      }
      recipe.current = read;
      if (ofRun) setFiles(undefined);
      else query.delete('step');
      setProblem(differs(read, about?.hash === read.checkpoint ? about : undefined));
      rewriteAddress(address('explorer', [], [...query]));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const openCritic = async () => {
    setProblem(undefined);
    setDoing('Opening the critic');
    try {
      const detail = run === '' ? undefined : await get<RunDetail>(pathOf('runs', run));
      const isOwn = detail?.record.gan.sha256 !== undefined;
      const model = isOwn
        ? await loadModel(run, { network: 'D', ...(about?.step === undefined ? {} : { step: about.step }) })
        : undefined;
      setCritic(await maker.openCritic(nameOf(files) ?? run, model));
    } catch (error) {
      setProblem((error as Error).message);
    }
    setDoing(undefined);
  };
  useEffect(() => {
    // A run that is chosen takes the place of a file.
    if (run !== '') setFiles(undefined);
  }, [run]);
  const file = nameOf(files);
  return { maker, about, doing, problem, checkpoints, file, openFiles, critic, openCritic };
}

const read = async (file: File): Promise<GivenFile> => ({ name: file.name, bytes: await file.arrayBuffer() });

const nameOf = (files: readonly File[] | undefined): string | undefined =>
  files?.map(({ name }) => name).join(' and ');

/** The generator of a user's own file, in its two parts where it has styles. */
async function modelsOf(run: string, step: number): Promise<GivenFile[]> {
  const load = async (network: ModelBody['network']) => ({
    name: run,
    bytes: await loadModel(run, { network, step }),
  });
  const whole = await load('G');
  const { readModelMetadata } = await import('gansmith');
  if (readModelMetadata(new Uint8Array(whole.bytes)).parts === undefined) return [whole];
  return [await load('mapping'), await load('synthesis')];
}

const isPicture = ({ name, type }: File): boolean => type === 'image/png' || /\.png$/i.test(name);

const madeBy = ({ gan, step, checkpoint }: Recipe): string =>
  `${gan}${step === undefined ? '' : ` at step ${step}`} (file ${checkpoint.slice(0, 12) || 'without a hash'})`;

/** Says so when a picture's recipe names another file than was opened for it. */
function differs(recipe: Recipe | undefined, about: About | undefined): string | undefined {
  if (!recipe || !about || !recipe.checkpoint || !about.hash || recipe.checkpoint === about.hash)
    return undefined;
  return `The picture was made by ${madeBy(recipe)}; the run holds another checkpoint there now, so this looks different.`;
}
