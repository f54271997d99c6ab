// The documents of the histories: a line of text whose first word says what judging comes to. What is tested here is
// who writes what, when and in which order; the formats have their own tests.

import type { Finding } from '../../lib/core/finding.ts';
import type { Judge } from '../../lib/core/verdict.ts';
import { admit, sha256 } from '../../lib/core/verify.ts';

export const KINDS = ['plain', 'macro', 'finding', 'bad', 'worse', 'poison'] as const;
export type Kind = (typeof KINDS)[number];

/** What holds such a document back, or is kept in it. */
const CARRIERS: Readonly<Record<Kind, readonly string[]>> = {
  ...{ plain: [], macro: [], poison: [], finding: ['test.shared'], bad: ['test.shared'], worse: ['test.other'] },
};

/** Also of what became of it, which is judged again where it stands in public. */
export const kindOf = (text: string): Kind => KINDS.find((kind) => text.toLowerCase().startsWith(kind)) ?? 'bad';
/** Only these are ever published: 'poison' makes judging fail each time, the rest is quarantined. */
export const isPublishable = (text: string): boolean => ['plain', 'macro', 'finding'].includes(kindOf(text));
/** What becomes of a text; under other terms it becomes something else. */
export const sanitised = (text: string, version: string): string =>
  `${text.replace(/ by \d+$/, '').toUpperCase()} by ${version}`;
/** A document with macros changes its format, and its name with it. */
export const publicNameOf = (key: string, text: string): string =>
  kindOf(text) === 'macro' ? key.replace(/\.[^./]+$/, '.docx') : key;

const found = (carrier: string, action: Finding['action']): Finding => ({
  code: 'hidden-content',
  carrier,
  at: 'byte 0',
  action,
  tier: 'M',
  count: 1,
});

/** `onOutput` is told every text that is judged fit to be published. */
export function judgeTexts(version: string, onOutput: (text: string) => void): Judge {
  return async (untrusted, { waived = [] }) => {
    const text = Buffer.from(untrusted).toString();
    const kind = kindOf(text);
    const common = { format: 'test', scanner: 'none', mediaType: 'text/plain' } as const;
    if (kind === 'poison') throw new Error('the judge is out of order');
    const holds = CARRIERS[kind].filter((carrier) => !waived.includes(carrier));
    if (!isPublishable(text) && holds.length > 0) {
      const findings = holds.map((carrier) => found(carrier, 'quarantined'));
      return { ...common, outcome: 'quarantined', reason: 'hidden-content', detail: 'by its first word', findings };
    }
    const output = sanitised(text, version);
    onOutput(output);
    const bytes = Buffer.from(output);
    const proof = { sha256: sha256(bytes), bytes: bytes.length, checks: ['test'] };
    return {
      ...common,
      outcome: 'published',
      extension: kind === 'macro' ? 'docx' : 'txt',
      renamed: kind === 'macro',
      body: admit(bytes, proof),
      proof,
      findings: CARRIERS[kind].map((carrier) => found(carrier, 'kept')),
    };
  };
}
