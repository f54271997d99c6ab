import type { DocumentStatus } from './document-status.ts';

/** Lines for people. Keys stand in them as they are: whoever prints them makes them harmless first. */
export function describeStatus(status: DocumentStatus): readonly string[] {
  const { where, since, staged, public: open, quarantine, shadow, findings } = status;
  const lines = [
    `${status.key}: ${WHERE[where]}${since ? `, since ${since}` : ''}`,
    ...(staged ? [`staged       version ${staged.versionId}, ${staged.bytes} bytes, of ${staged.at}`] : []),
    ...open.keys.map((key) => `readable as  ${key}${open.isEarlier ? '  (an earlier version)' : ''}`),
  ];
  if (quarantine)
    lines.push(
      `why          ${quarantine.reason}: ${quarantine.means}`,
      `more exactly ${quarantine.detail}`,
      `what to do   ${quarantine.mend}`,
      `case         ${quarantine.caseId}`,
    );
  if (shadow) lines.push(...describeShadow(shadow));
  for (const { carrier, action, count, at } of findings) {
    const places = action === 'quarantined' ? `  at ${at.join(', ')}${count > at.length ? ' …' : ''}` : '';
    lines.push(`${action.padEnd(12)} ${count} × ${carrier}${places}`);
  }
  if (where === 'taken-down') lines.push('what to do   ask whoever runs this system; an upload does not undo it');
  return lines;
}

function describeShadow({ out, reason, detail, means, mend }: Shadow): readonly string[] {
  if (out)
    return [
      `it would be  published as ${out.key}, ${out.isUnchanged ? 'as it is' : `rebuilt, ${out.bytes} bytes`}`,
      'what is done nothing: this system only looks on, and what is public is published by others',
    ];
  return [
    `it would be  held back because ${reason}: ${means}`,
    `more exactly ${detail}`,
    `what to do   ${mend}`,
    'what is done nothing: this system only looks on, and what is public is published by others',
  ];
}

type Shadow = NonNullable<DocumentStatus['shadow']>;

const WHERE: Record<DocumentStatus['where'], string> = {
  published: 'published',
  waiting: 'waiting to be looked at, or being looked at now',
  shadow: 'judged in shadow mode',
  quarantined: 'quarantined',
  removing: 'deleted, and being removed',
  removed: 'deleted and removed',
  'taken-down': 'taken down',
  unknown: 'not known: nothing was uploaded under this key',
};
