import {
  type EvidenceRow,
  MAX_EVIDENCE_ROWS,
  MAX_MASKED,
  MAX_ON_PAGES,
  masked,
  mayBeHinted,
  type OnPage,
} from './evidence.ts';
import type { Carrier, Finding } from './finding.ts';
import { reasonOf } from './finding.ts';
import type { Found, RemovedValue } from './format.ts';
import type { Policy, RuleAction } from './policy.ts';
import { Refusal } from './refusal.ts';

/** What was found in one document, and what was removed from it. The removed values stay in the process. */
export type Findings = {
  readonly found: Found;
  list(): readonly Finding[];
  removedValues(): readonly RemovedValue[];
  /** For people who review. */
  evidence(): readonly EvidenceRow[];
  /** Takes over the findings and removed values of an embedded document. */
  adopt(findings: readonly Finding[], removed: readonly RemovedValue[], at: string): void;
  /** Rejects with the reason of the gravest finding that policy quarantines. */
  refuseQuarantined(): void;
};

// A comment in every cell must not become a million rows, nor must a few of everything: a list of cases reads them all.
// Beyond this, occurrences join the last row of their carrier. What is removed takes no place from what quarantines.
const MAX_ROWS_PER_ACTION = 1000;

export function collectFindings(carriers: Iterable<Carrier>, policy: Policy): Findings {
  const table = new Map([...carriers].map((carrier) => [carrier.id, carrier]));
  const rows = new Map<string, Finding>();
  const rowsPerAction = new Map<Finding['action'], number>();
  const removed = new Set<RemovedValue>();
  const hints = new Map<string, { on: OnPage[]; masked: string[] }>();

  const add = (finding: Finding) => {
    const { carrier, action } = finding;
    const seen = rowsPerAction.get(action) ?? 0;
    const place = seen < MAX_ROWS_PER_ACTION ? finding.at : 'further places';
    const key = `${carrier}\0${place}\0${action}`;
    const row = rows.get(key);
    if (!row) rowsPerAction.set(action, seen + 1);
    rows.set(key, { ...finding, at: place, count: (row?.count ?? 0) + finding.count });
    return key;
  };

  const hint = (key: string, on: readonly OnPage[], values: readonly RemovedValue[]) => {
    const said = hints.get(key) ?? { on: [], masked: [] };
    if (on.length === 0 && values.length === 0) return;
    if (!hints.has(key) && hints.size === MAX_EVIDENCE_ROWS) return;
    hints.set(key, said);
    said.on.push(...on.slice(0, MAX_ON_PAGES - said.on.length));
    for (const value of values) {
      if (said.masked.length === MAX_MASKED) break;
      if (typeof value === 'string' && /\S/.test(value)) said.masked.push(masked(value));
    }
  };

  return {
    found(id, at, more = {}) {
      const carrier = table.get(id);
      if (!carrier) throw new Error(`carrier ${id} is in no table`);
      const rule = policy.actionFor(id);
      const { code, tier } = carrier;
      const key = add({ code, carrier: id, at, action: ACTION[rule], tier, count: more.count ?? 1 });
      const isRemoved = rule === 'remove' || rule === 'flatten';
      const isHinted = mayBeHinted(code) && rule !== 'keep';
      const values = isRemoved || isHinted ? [...(more.values ?? [])] : [];
      if (isRemoved) for (const value of values) removed.add(value);
      const on = (more.on ?? []).filter((one) => one !== undefined);
      hint(key, on, isHinted ? values : []);
      return rule;
    },
    list: () => [...rows.values()],
    removedValues: () => [...removed],
    evidence() {
      return [...hints].flatMap(([key, { on, masked }]) => {
        const row = rows.get(key);
        return row ? [{ carrier: row.carrier, at: row.at, action: row.action, on, masked }] : [];
      });
    },
    adopt(findings, values, at) {
      for (const finding of findings) add({ ...finding, at: `${at}/${finding.at}` });
      for (const value of values) removed.add(value);
    },
    refuseQuarantined() {
      const first = [...rows.values()].find((finding) => finding.action === 'quarantined');
      if (first) throw new Refusal(reasonOf(first.code), `${first.carrier} at ${first.at}`);
    },
  };
}

const ACTION: Record<RuleAction, Finding['action']> = {
  remove: 'removed',
  flatten: 'removed',
  keep: 'kept',
  quarantine: 'quarantined',
};
