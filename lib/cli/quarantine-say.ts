// Cases as text and as JSON. What people called a document may hold anything: it stands last on its line, as `printable`
// shows it.

import type { CaseEntry, DeedName } from '../core/records-cases.ts';
import { type ReviewedCase, readCase, timelineOf } from '../review/cases.ts';
import { type Masked, maskedOf } from '../review/masked.ts';
import { type Past, pastOf } from '../review/past.ts';
import { pastRow, rowOf } from '../review/row.ts';
import { type Actor, possible } from '../review/transitions.ts';
import { type Views, viewsOf } from '../review/viewed.ts';
import { explain } from '../status/reasons.ts';
import { EXIT, type ExitCode, type Io } from './command.ts';
import { jsonLine, printable } from './printable.ts';
import { pastLines } from './quarantine-past.ts';
import type { Looking } from './quarantine-places.ts';

const line = (...[caseId, state, reason, tier, age, who, key]: readonly string[]) =>
  `${caseId?.padEnd(32)}  ${state?.padEnd(17)}  ${reason?.padEnd(16)}  ${tier?.padEnd(4)}  ${age?.padEnd(5)}  ${who?.padEnd(12)}  ${key}`;

export const HEADING = line('case', 'state', 'reason', 'tier', 'since', 'assignee', 'document');

export function lineOf(found: ReviewedCase, now: Date): string {
  const { caseId, state, reason, tier, at, since, assignee, held, key } = rowOf(found);
  const from = state === 'open' || state === 'release-requested' || state === 'approved' ? at : since;
  const age = agoOf(now.getTime() - Date.parse(from));
  return line(caseId, held ? `${state} held` : state, reason, tier ?? '-', age, personOf(assignee), printable(key));
}

export async function showCase(
  { ledger, audit }: Looking,
  caseId: string,
  actor: Actor,
  isJson: boolean,
  io: Io,
): Promise<ExitCode> {
  const seen = await readCase(ledger, caseId);
  if (!seen) throw new Error('a case is gone that was there a moment ago');
  const { evidence, review } = seen;
  const timeline = await timelineOf(audit, caseId);
  const [past, masked] = [await pastOf(ledger, evidence), await maskedOf(ledger, evidence)];
  const deeds = possible(evidence, review, actor);
  const views = actor.roles.includes('lead') ? await viewsOf(audit, caseId) : undefined;
  const more = { masked, past: pastRow(past), ...(views && { views: views.views }) };
  if (isJson) io.out(jsonLine({ evidence, review, timeline, possible: deeds, ...more }));
  else for (const said of described(seen, timeline, deeds, past, masked, views)) io.out(printable(said));
  if (views && views.unreadable > 0) io.err(`records of views that were edited or are damaged: ${views.unreadable}`);
  return EXIT.published;
}

function described(
  { evidence, review }: ReviewedCase,
  timeline: readonly CaseEntry[],
  deeds: readonly DeedName[],
  past: Past,
  masked: readonly Masked[],
  views: Views | undefined,
): readonly string[] {
  const { caseId, key, source, reason, detail, format, mediaType, findings } = evidence;
  const { request, approval, revoked, hold, ended } = review;
  const { means, mend } = explain(reason);
  const term = (name: string, what: string) => `${name.padEnd(12)}${what}`;
  return [
    term('case', caseId),
    term('document', key),
    term('state', `${review.state} since ${review.since}${ended ? `, ${ENDED[ended.why]} ${ended.caseId ?? ''}` : ''}`),
    term('reason', `${reason}: ${means}`),
    term('detail', detail),
    term('to mend it', mend),
    ...(hold ? [term('held', `by ${personOf(hold.by)} since ${hold.at}: ${hold.reason}`)] : []),
    ...(request
      ? [
          term('request', `${request.id} by ${personOf(request.by)}, until ${request.expiresAt}: ${request.reason}`),
          term('waives', request.rules.join(' ')),
          ...(request.allow
            ? [term('allow-list', `these bytes under any name, ${personOf(request.allow.owner)}`)]
            : []),
        ]
      : []),
    ...(approval ? [term('approved', `by ${personOf(approval.by)} at ${approval.at}`)] : []),
    ...(revoked ? [term('revoked', `by ${personOf(revoked.by)} at ${revoked.at}`)] : []),
    term('assignee', personOf(review.assignee)),
    term('format', `${format ?? '?'} (${mediaType ?? '?'}), ${source.size} bytes`),
    term('sha256', source.sha256 ?? 'not read'),
    term('version', source.versionId),
    term('uploader', evidence.uploader ?? 'not known'),
    term('judged', `${evidence.at}, release ${evidence.version}, ${evidence.policy}, scanner ${evidence.scanner}`),
    ...findings.map(({ action, tier, count, carrier, at }) =>
      term('finding', `${action} ${tier} ${count}x ${carrier} ${at}`),
    ),
    ...masked.map(({ carrier, at, values }) => term('masked', `${carrier} ${at}: ${values.join(' ')}`)),
    ...pastLines(past).map(([name, what]) => term(name, what)),
    ...timeline.map((entry) => term(`entry ${entry.seq}`, entryOf(entry))),
    ...(views?.views ?? []).map(({ at, by, what }) => term('viewed', `${at} ${personOf(by)}: ${what}`)),
    term('you may', deeds.join(', ') || 'look'),
    ...(request && deeds.includes('approve')
      ? [term('', `spoorloos quarantine approve ${caseId} --request ${request.id}`)]
      : []),
  ];
}

function entryOf({ at, by, roles, deed }: CaseEntry): string {
  const text =
    'reason' in deed
      ? deed.reason
      : 'text' in deed
        ? deed.text
        : deed.what === 'request-release'
          ? deed.request.reason
          : null;
  const to = deed.what === 'assign' ? ` to ${personOf(deed.to)}` : '';
  const who = by === 'spoorloos' ? 'spoorloos' : `${personOf(by)} (${roles.join(', ')})`;
  return `${at} ${who}: ${deed.what}${to}${text === null ? '' : `: ${text}`}`;
}

const ENDED = {
  newer: 'a newer version was uploaded',
  removed: 'it was removed from staging',
  published: 'it was judged again and published',
  'another-case': 'it was judged again and is held back as case',
} as const;

export function personOf(principal: string | null): string {
  return principal === null ? '-' : printable(principal.replace(/^local:/, ''));
}

function agoOf(ms: number): string {
  const hours = Math.max(0, Math.floor(ms / 3_600_000));
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
