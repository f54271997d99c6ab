import type { EffectName, PolicyDiff } from '../report/policy-diff.ts';
import { table } from './table.ts';

/** The comparison for people. What stands in examples is made harmless by whoever prints it. */
export function sayDiff(diff: PolicyDiff): readonly string[] {
  const { before, after, documents, published, quarantined, gone, older, effects, unreadable, isWhole } = diff;
  const rows = Object.entries(SAYS).map(([effect, says]) => {
    const of = effects[effect] ?? { documents: 0, older: 0 };
    return { documents: of.documents, 'of them older': of.older, would: says };
  });
  return [
    `in force  ${before}`,
    `new       ${after}${before === after ? '  (the same)' : ''}`,
    `on record ${documents} documents: ${published} published, ${quarantined} quarantined${gone === 0 ? '' : `; ${gone} are gone`}`,
    ...(older === 0 ? [] : [`older     ${older} were judged by another release or under another policy: ${OLDER}`]),
    ...(isWhole ? [] : ['interrupted: these are the numbers of a part']),
    '',
    ...table(rows),
    ...(diff.withdrawn === 0 ? [] : [`${diff.withdrawn} earlier versions that are still public would be withdrawn`]),
    ...section(
      'because of',
      diff.carriers.map(({ effect, documents, carrier, from, to }) => ({ documents, effect, carrier, from, to })),
    ),
    ...section(
      'by reason',
      diff.reasons.map(({ effect, documents, reason }) => ({ documents, effect, reason })),
    ),
    ...section(
      'not known',
      Object.entries(diff.unknown).map(([why, count]) => ({ documents: count, why: WHY[why] ?? why })),
    ),
    ...section(
      'cannot be read',
      unreadable.map((record) => ({ record })),
    ),
    ...section(
      'for example',
      diff.examples.map(({ effect, document, record, moved, why }) => ({
        ...{ effect, document, record },
        what: why ?? moved.map(({ carrier, from, to }) => `${carrier}: ${from} to ${to}`),
      })),
    ),
  ];
}

function section(title: string, rows: Parameters<typeof table>[0]): readonly string[] {
  return rows.length === 0 ? [] : ['', `${title}:`, ...table(rows)];
}

const SAYS: Record<EffectName, string> = {
  quarantined: 'be held back (published now)',
  changed: 'be made anew; whether they pass, judging tells (published now)',
  'may-pass': 'not be held back by what is on record; whether they pass, judging tells (quarantined now)',
  unknown: 'not be known from records',
  same: 'stay as they are',
};

const OLDER = 'what is found in them now may differ';

const WHY: Readonly<Record<string, string>> = {
  'carrier-unknown': 'a carrier on record is none of this release',
  'other-reason': 'held back for what no rule decides, with something in it that would be treated otherwise',
  'may-be-inside': 'what holds it back may stand inside what would be removed',
  'format-unknown': 'the record is from before formats were recorded',
  'record-unreadable': 'the record cannot be read',
  'record-missing': 'the record is not there',
  'in-motion': 'it is being promoted, or will be judged again anyway',
  'not-judged': 'the run came to no verdict, or not yet',
};
