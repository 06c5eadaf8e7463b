export interface End {
  unit: 'minutes' | 'steps' | 'kimg';
  amount: string;
}

interface EndFieldsProps {
  end: End;
  set: (end: End) => void;
  problem: string | undefined;
}

const WORDS = { minutes: 'minutes', steps: 'steps', kimg: 'thousand images' } as const;

/** When a run ends: an amount and its unit. */
export const EndFields = ({ end, set, problem }: EndFieldsProps) => (
  <div class="field">
    <span id="end-label">Stop after</span>
    <span class="amount">
      <input
        type="number"
        name={end.unit}
        min={end.unit === 'steps' ? 1 : 0.01}
        step={end.unit === 'steps' ? 1 : 'any'}
        required
        value={end.amount}
        aria-label={`Stop after so many ${WORDS[end.unit]}`}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : 'end-about'}
        onInput={({ currentTarget }) => set({ ...end, amount: currentTarget.value })}
      />
      <select
        value={end.unit}
        aria-label="Unit of the end"
        onChange={({ currentTarget }) => set({ ...end, unit: currentTarget.value as End['unit'] })}
      >
        {Object.entries(WORDS).map(([unit, words]) => (
          <option key={unit} value={unit}>
            {words}
          </option>
        ))}
      </select>
    </span>
    {problem && (
      <small id="end-about" class="problem">
        {problem}
      </small>
    )}
  </div>
);
