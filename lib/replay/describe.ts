import type { RunPlan, RunState, Tally } from '../core/records-runs.ts';
import { budgetOf, spentToday } from './budget.ts';

/** What is said of a run, as one JSON object. */
export type RunStatus = {
  readonly run: string;
  readonly mode: RunPlan['mode'];
  readonly source: string;
  readonly state: RunState['state'];
  readonly why: string | null;
  /** Null while the source has not come to its end. */
  readonly entries: number | null;
  readonly sent: number;
  readonly reported: number;
  readonly judged: number;
  readonly bytes: number;
  /** Results a minute since the run began. */
  readonly rate: number;
  readonly secondsLeft: number | null;
  readonly perMinute: number | null;
  /** Null: no limit. */
  readonly perDay: { readonly documents: number | null; readonly bytes: number | null };
  /** Sent on this day (UTC); bytes as far as their sizes are known. */
  readonly today: { readonly documents: number; readonly bytes: number };
  readonly outcomes: Tally['outcomes'];
  readonly reasons: Tally['reasons'];
  readonly formats: Tally['formats'];
  readonly carriers: Tally['carriers'];
  readonly policy: string;
  readonly audit: string | null;
  readonly force: boolean;
  /** Whether what is settled is scanned again. */
  readonly rescan: NonNullable<RunPlan['rescan']> | null;
  readonly by: string;
  readonly startedAt: string;
  readonly at: string;
};

export function describeRun(plan: RunPlan, state: RunState, tally: Tally, now: Date): RunStatus {
  const until = state.state === 'running' ? now : new Date(state.progress.at);
  const minutes = Math.max(1 / 60, (until.getTime() - Date.parse(state.startedAt)) / 60_000);
  const rate = tally.reported / minutes;
  const [perDay, today] = [budgetOf(plan, state), spentToday(state, now)];
  const left = state.entries === null ? null : state.entries - tally.reported;
  return {
    run: plan.id,
    mode: plan.mode,
    source: sourceText(plan),
    state: state.state,
    why: state.why,
    entries: state.entries,
    sent: state.sent,
    ...{ reported: tally.reported, judged: tally.judged, bytes: tally.bytes },
    rate: Math.round(rate * 10) / 10,
    secondsLeft: left === null || rate === 0 || state.state !== 'running' ? null : Math.ceil((left / rate) * 60),
    perMinute: state.perMinute,
    perDay: { documents: perDay.messages, bytes: perDay.bytes },
    today: { documents: today.messages, bytes: today.bytes },
    ...{ outcomes: tally.outcomes, reasons: tally.reasons, formats: tally.formats, carriers: tally.carriers },
    ...{ policy: plan.policy, audit: plan.audit, force: plan.force, rescan: plan.rescan ?? null, by: plan.by },
    ...{ startedAt: state.startedAt, at: state.at },
  };
}

function sourceText({ scope: { of, prefix, keys } }: RunPlan): string {
  return `${of}${prefix === '' ? '' : `/${prefix}`}${byText(keys)}`;
}

function byText(keys: RunPlan['scope']['keys']): string {
  switch (keys.by) {
    case 'listing':
      return '';
    case 'list':
      return ', by a list of keys';
    case 'inventory':
      return ', by an inventory';
    case 'cases':
      return `, open cases${keys.reason === null ? '' : ` of ${keys.reason}`}`;
  }
}

/** The same for people. */
export function sayRun(status: RunStatus): readonly string[] {
  const { run, mode, source, state, why, entries, sent, reported, rate, secondsLeft } = status;
  const of = entries === null ? '' : ` of ${entries}`;
  const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`;
  return [
    `run        ${run}  ${mode} ${source}${status.rescan === null ? '' : ', scanning again'}`,
    `state      ${state}${why === null ? '' : `, ${WHY[why] ?? why}`}`,
    `progress   ${sent} sent${of}, ${reported} reported, ${rate} a minute${left}`,
    ...pace(status),
    ...counts('outcomes', status.outcomes),
    ...counts('reasons', status.reasons),
    ...counts('found', status.carriers),
  ];
}

function pace({ perMinute, perDay, today }: RunStatus): readonly string[] {
  const limits = [
    ...(perMinute === null ? [] : [`${perMinute} a minute at most`]),
    ...(perDay.documents === null ? [] : [`${today.documents} of ${perDay.documents} documents today`]),
    ...(perDay.bytes === null ? [] : [`${megabytes(today.bytes)} of ${megabytes(perDay.bytes)} MB today`]),
  ];
  return limits.length === 0 ? [] : [`pace       ${limits.join(', ')}`];
}

function megabytes(bytes: number): string {
  return String(Math.round(bytes / 100_000) / 10);
}

const MOST_SHOWN = 12;

function counts(name: string, of: Tally['outcomes']): readonly string[] {
  const sorted = Object.entries(of).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  if (sorted.length === 0) return [];
  const shown = sorted.slice(0, MOST_SHOWN).map(([what, count]) => `${count} ${what}`);
  const more = sorted.length > MOST_SHOWN ? `, and ${sorted.length - MOST_SHOWN} more (--json)` : '';
  return [`${name.padEnd(10)} ${shown.join(', ')}${more}`];
}

function duration(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

const WHY: Readonly<Record<string, string>> = {
  'by-hand': 'by hand',
  'live-waiting': 'waits while many uploads wait in the live lane',
  'live-age': 'waits while uploads have waited too long in the live lane',
  'dead-letters': 'waits while dead letters are being dealt with',
  'dead-letter-share': 'waits while more of the live lane becomes dead letters than expected',
  backlog: 'waits for its lane to have room',
  throttle: 'waits for the next minute (replay throttle changes the pace)',
  'day-budget': 'waits for tomorrow (UTC): the budget of the day is spent (replay throttle changes it)',
  results: 'everything is sent, waits for the last results',
  'failed-share': 'more documents failed than expected; look at why, then resume',
  'quarantined-share': 'more documents were quarantined than expected; look at why, then resume',
  'results-missing': 'results did not come though their messages were sent three times; resume sends them again',
};
