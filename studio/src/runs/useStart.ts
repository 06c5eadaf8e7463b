import { useSignal } from '@preact/signals';
import type { JobState, TrainBody } from 'gansmith/studio';
import { useEffect, useState } from 'preact/hooks';
import { follow, pathOf, post, type ServerError } from '../server.ts';
import { address, goTo } from '../shell/route.ts';

type Problems = Readonly<Record<string, string>>;

/** Asks for a run, and goes to it as soon as it has a folder. What is wrong with fields is told by their paths. */
export function useStart() {
  const [job, setJob] = useState<JobState>();
  const [problem, setProblem] = useState<string>();
  const [fields, setFields] = useState<Problems>({});
  const asked = useSignal(false);
  useEffect(
    () =>
      follow([], {
        job(state) {
          setJob(state);
          if (!asked.value || state.state === 'idle' || state.state === 'preparing') return;
          asked.value = false;
          if (state.state === 'ended' && state.failed) setProblem(state.message);
          else if (state.run) goTo(address('runs', ['at', state.run]));
        },
      }),
    [],
  );
  useEffect(() => {
    // Who cannot see the page is led to what is wrong.
    if (Object.keys(fields).length > 0)
      document.querySelector<HTMLElement>('.new-run [aria-invalid=true]')?.focus();
  }, [fields]);
  const start = async (body: TrainBody, form: HTMLFormElement) => {
    setProblem(undefined);
    const invalid = invalidFields(form);
    setFields(invalid);
    if (Object.keys(invalid).length > 0) return;
    try {
      setJob(await post<JobState>(pathOf('train'), body));
      asked.value = true;
    } catch (error) {
      const { message, fields = {} } = error as ServerError;
      setFields(fields);
      // What stands beside its field needs not be said twice.
      if (Object.keys(fields).every((path) => !form.elements.namedItem(path))) setProblem(message);
    }
  };
  return { job, problem, fields, start };
}

/** What the browser itself finds wrong, such as letters where a number goes. */
function invalidFields(form: HTMLFormElement): Problems {
  const inputs = [...form.elements].filter((one) => one instanceof HTMLInputElement);
  return Object.fromEntries(
    inputs
      .filter(({ name, validity }) => name && !validity.valid)
      .map((one) => [one.name, one.validationMessage]),
  );
}
