import type { LoggedEvent } from 'gansmith/studio';
import { formatCount, formatValue } from '../parts/format.ts';

/** What the doctor found, as the log tells it; of other writers some parts may be missing. */
interface Finding {
  step?: number;
  sickness?: string;
  confidence?: string;
  from?: number;
  to?: number;
  words?: string;
  evidence?: Record<string, number>;
  remedies?: readonly { settings: string; why: string }[];
}

/** What the doctor and the run itself found worth saying, the latest first. */
export function Findings({ events }: { events: readonly LoggedEvent[] }) {
  const findings = events.filter(({ type }) => type === 'finding') as Finding[];
  const warnings = events.filter(({ type }) => type === 'warning');
  return (
    <section class="panel block" aria-labelledby="findings">
      <h2 id="findings">Findings</h2>
      {findings.length + warnings.length === 0 && (
        <p class="soft small">None: neither the doctor nor the run itself has had anything to say.</p>
      )}
      <ul class="findings">
        {findings.map((finding, i) => <FindingItem key={`finding ${i}`} finding={finding} />).reverse()}
        {warnings.map(({ message }, i) => (
          <li key={`warning ${i}`} class="finding small">
            <b>Warning.</b> {String(message ?? '')}
          </li>
        ))}
      </ul>
    </section>
  );
}

function FindingItem({ finding }: { finding: Finding }) {
  const { sickness = 'finding', confidence, from, to, step, words, evidence = {}, remedies = [] } = finding;
  const steps =
    from !== undefined && to !== undefined && from < to ? `${formatCount(from)} to ${formatCount(to)}` : step;
  return (
    <li class="finding">
      <p>
        <b>{sickness.replaceAll('-', ' ')}</b>{' '}
        <span class="soft small numbers">
          {[steps === undefined ? '' : `step ${steps}`, confidence && `${confidence} confidence`]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </p>
      {words && <p class="small">{words}</p>}
      {remedies.map(({ settings, why }) => (
        <p key={settings} class="small">
          Try <code>{settings}</code>: {why}
        </p>
      ))}
      <p class="soft small numbers">
        {Object.entries(evidence)
          .map(([name, value]) => `${name} ${formatValue(value)}`)
          .join(' · ')}
      </p>
    </li>
  );
}
