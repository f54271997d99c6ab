// What reviewers see besides a finding: where it is on a page, and of metadata the beginnings of words. Of what lies
// under a cover or was hidden there are none.

import { mayBeHinted } from '../core/evidence.ts';
import type { Case } from '../core/records.ts';
import type { Evidenced } from './pictures.ts';

type Finding = Case['findings'][number];

export function hintsAmong(rows: Evidenced) {
  const nameOf = ({ carrier, at, action }: Evidenced[number] | Finding) => JSON.stringify([carrier, at, action]);
  const known = new Map(rows.map((row) => [nameOf(row), row]));
  return (finding: Finding) => {
    const { on: [place] = [], masked = [] } = known.get(nameOf(finding)) ?? {};
    return { place, masked: mayBeHinted(finding.code) ? masked : [] };
  };
}
