import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

interface AskProps {
  question: string;
  choices: readonly string[];
  /** Place of the right choice. */
  right: number;
  children: ComponentChildren;
}

/** Predict first: the answer is shown once a choice is made. */
export function Ask({ question, choices, right, children }: AskProps) {
  const [chosen, choose] = useState<number>();
  return (
    <section class="panel lab-ask" aria-label="Predict, then look">
      <h2>Predict</h2>
      <p>{question}</p>
      <div class="choices">
        {choices.map((choice, i) => (
          <button
            key={choice}
            type="button"
            class="button"
            aria-pressed={chosen === i}
            onClick={() => choose(i)}
          >
            {choice}
          </button>
        ))}
      </div>
      <div role="status" class="small">
        {chosen !== undefined && (
          <>
            <strong>{chosen === right ? 'So it is. ' : 'Not so. '}</strong>
            {children}
          </>
        )}
      </div>
    </section>
  );
}
