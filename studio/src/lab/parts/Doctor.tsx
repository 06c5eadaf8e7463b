import type { Finding } from 'gansmith/doctor';

/** How sure the doctor is, as the command line says it. */
const SURE: Record<Finding['confidence'], string> = { high: 'sure', medium: 'likely' };

/** What the doctor says of a game at the moment. */
export const Doctor = ({ findings }: { findings: readonly Finding[] }) => (
  <div class="lab-doctor" role="status">
    {findings.map(({ sickness, confidence, words, remedies }) => (
      <div key={sickness} class="notice" data-sickness={sickness}>
        <p>
          <strong>The doctor ({SURE[confidence]}):</strong> {words}
        </p>
        {remedies.length > 0 && (
          <ul>
            {remedies.map(({ settings, why }) => (
              <li key={settings}>
                <code>{settings}</code>: {why}
              </li>
            ))}
          </ul>
        )}
      </div>
    ))}
  </div>
);
