import { REASONS } from '../../lib/core/refusal.ts';
import { explain } from '../../lib/status/reasons.ts';

/** The table of docs/status.md. */
export function reasonsTable(): string {
  const rows = REASONS.map((reason) => {
    const { means, mend } = explain(reason);
    return `| \`${reason}\` | ${means} | ${mend} |`;
  });
  return ['| reason | what it means | what to do |', '| --- | --- | --- |', ...rows].join('\n');
}
