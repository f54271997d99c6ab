// What the console says, in English. `texts-nl.ts` says the same in Dutch; the type holds them equal.

import type { FindingCode } from '../core/finding.ts';
import type { ByItself, CaseState, DeedName, Role } from '../core/records-cases.ts';
import type { Reason } from '../core/refusal.ts';
import type { RefusalCode } from '../review/transitions.ts';
import { type Explained, explain } from '../status/reasons.ts';
import type { ConsoleStatus } from './ports.ts';
import { ALLOW_EN, type AllowTexts } from './texts-allow.ts';
import { CASE_EN, type CaseTexts } from './texts-case-en.ts';
import { DOWNLOAD_EN, type DownloadTexts } from './texts-download.ts';
import { TREND_EN, type TrendTexts } from './texts-trend.ts';

export type Texts = {
  readonly lang: 'en' | 'nl';
  readonly title: string;
  readonly skip: string;
  readonly otherLanguage: string;
  readonly signedInAs: (name: string) => string;
  readonly signOut: string;
  readonly channel: string;
  readonly signIn: string;
  readonly signInAs: (name: string) => string;
  readonly signInNeeded: string;
  readonly tokenUsed: string;
  readonly waitingHeading: string;
  readonly endedHeading: string;
  readonly nothing: string;
  readonly nothingWaits: string;
  readonly summary: (count: string, oldest: string) => string;
  readonly atLeast: (count: number) => string;
  readonly counting: string;
  readonly countedAgo: (ago: string) => string;
  readonly filter: {
    readonly heading: string;
    readonly show: string;
    readonly waiting: string;
    readonly ended: string;
    readonly reason: string;
    readonly any: string;
    readonly tier: string;
    readonly prefix: string;
    readonly format: string;
    readonly 'older-than': string;
    readonly 'newer-than': string;
    readonly ages: Readonly<Record<'1h' | '1d' | '7d' | '30d', string>>;
    readonly assignee: string;
    readonly mine: string;
    readonly nobody: string;
    readonly held: string;
    readonly apply: string;
    readonly clear: string;
  };
  readonly column: {
    readonly document: string;
    readonly why: string;
    readonly state: string;
    readonly since: string;
    readonly assignee: string;
    readonly count: string;
    readonly oldest: string;
    readonly day: string;
    readonly what: string;
    readonly where: string;
    readonly tier: string;
    readonly choose: string;
  };
  readonly trendPage: TrendTexts;
  readonly allow: AllowTexts;
  readonly next: string;
  readonly partly: string;
  /** Followed by the ids of the cases. */
  readonly unreadable: string;
  readonly first: string;
  readonly ago: (ms: number) => string;
  readonly state: Readonly<Record<CaseState, string>>;
  readonly tier: Readonly<Record<'H' | 'M' | 'L', string>>;
  readonly reason: Readonly<Record<Reason, string>>;
  readonly explain: (reason: Reason) => Explained;
  readonly code: Readonly<Record<FindingCode, string>>;
  readonly action: Readonly<Record<'removed' | 'kept' | 'quarantined', string>>;
  readonly scanner: Readonly<Record<ConsoleStatus['scanner'], string>>;
  readonly shadow: string;
  readonly counts: {
    readonly queued: string;
    readonly published: string;
    readonly quarantined: string;
  };
  readonly case: CaseTexts;
  readonly deed: Readonly<Record<DeedName, string>>;
  readonly button: Readonly<Record<Exclude<DeedName, ByItself>, string>>;
  readonly form: {
    readonly reason: string;
    readonly optionalReason: string;
    readonly rules: string;
    readonly until: string;
    readonly hours: (hours: number) => string;
    readonly comment: string;
    readonly to: string;
    readonly toMe: string;
    readonly toNobody: string;
    readonly done: string;
    readonly forAll: string;
    readonly tryFirst: string;
    readonly really: (count: number) => string;
    readonly would: (done: number, refused: number) => string;
    readonly didBulk: (done: number, refused: number) => string;
    readonly noneChosen: string;
  };
  readonly refused: Readonly<Record<RefusalCode, string>>;
  readonly role: Readonly<Record<Role, string>>;
  readonly roles: string;
  readonly upload: {
    readonly heading: string;
    readonly file: string;
    readonly send: string;
    readonly done: string;
    readonly drop: string;
    readonly bad: string;
  };
  readonly error: {
    readonly failed: string;
    readonly edited: string;
    readonly forged: string;
    readonly tooMany: string;
    readonly notHere: string;
    readonly input: string;
  };
  readonly download: DownloadTexts;
  readonly keys: string;
};

export const EN: Texts = {
  lang: 'en',
  title: 'Quarantine',
  skip: 'To the content',
  otherLanguage: 'Nederlands',
  signedInAs: (name) => `Signed in as ${name}`,
  signOut: 'Sign out',
  channel: 'Channel',
  signIn: 'Sign in',
  signInAs: (name) => `Sign in as ${name}`,
  signInNeeded:
    'You are not signed in. Open the address that was made for you; it is printed where Spoorloos was started.',
  tokenUsed: 'This address has been used, or is none of ours. A new one is printed where Spoorloos runs.',
  waitingHeading: 'Waiting for a decision',
  endedHeading: 'Decided',
  nothing: 'No case is like that.',
  nothingWaits: 'Nothing is waiting for a decision.',
  summary: (count, oldest) => `${count} waiting, the oldest for ${oldest}.`,
  atLeast: (count) => `more than ${count}`,
  counting: 'What is waiting is being counted: the next page says how much.',
  countedAgo: (ago) => `Counted ${ago} ago.`,
  filter: {
    heading: 'Show only',
    show: 'Cases',
    waiting: 'waiting',
    ended: 'decided',
    reason: 'Reason',
    any: 'any',
    tier: 'Gravity',
    prefix: 'Name begins with (a producer, a folder)',
    format: 'Formats',
    'older-than': 'Held back longer than',
    'newer-than': 'Held back within the last',
    ages: { '1h': 'hour', '1d': 'day', '7d': 'week', '30d': '30 days' },
    assignee: 'Assigned to',
    mine: 'me',
    nobody: 'nobody',
    held: 'under legal hold',
    apply: 'Show',
    clear: 'Show all',
  },
  column: {
    document: 'Document',
    why: 'Why',
    state: 'State',
    since: 'Waiting for',
    assignee: 'Assigned to',
    count: 'Number',
    oldest: 'Oldest',
    day: 'Day',
    what: 'What',
    where: 'Where',
    tier: 'Gravity',
    choose: 'Choose',
  },
  trendPage: TREND_EN,
  allow: ALLOW_EN,
  next: 'Next page',
  unreadable:
    'The records of these cases were edited or are damaged, and are not listed (spoorloos quarantine verify):',
  partly: 'Not all cases were looked at for this page.',
  first: 'First page',
  ago: (ms) => span(ms, ['minute', 'minutes'], ['hour', 'hours'], ['day', 'days']),
  state: {
    open: 'open',
    'release-requested': 'release requested',
    approved: 'approved, being released',
    released: 'released',
    rejected: 'rejected',
    deleted: 'deleted',
    superseded: 'overtaken',
  },
  tier: { H: 'high', M: 'medium', L: 'low' },
  reason: {
    encrypted: 'protected by a password',
    malformed: 'damaged',
    unsupported: 'unknown format or content',
    'legacy-format': 'old format',
    malware: 'malware',
    'active-content': 'active content',
    'hidden-content': 'hidden content',
    'failed-redaction': 'failed redaction',
    'personal-data': 'personal data',
    'not-scanned': 'not scanned',
    limit: 'too large',
    timeout: 'took too long',
    unverified: 'not proven clean',
    crashed: 'our fault',
  },
  explain,
  code: {
    metadata: 'Metadata that can name people',
    'active-content': 'Something that runs or opens when the document is opened',
    'hidden-content': 'Something that readers do not see',
    'trailing-data': 'Bytes that belong to no part of the document',
    'personal-data': 'What looks like personal data',
    'failed-redaction': 'Text under a cover',
    malware: 'Something a malware engine recognised',
  },
  action: { removed: 'would be removed', kept: 'would stay', quarantined: 'holds the document back' },
  scanner: {
    clamd: 'Malware scanner: clamd with its own signatures.',
    'clamd-test-signatures': 'Malware scanner: only test signatures are loaded. Real malware will not be found.',
    guardduty: 'Malware scanner: GuardDuty.',
    none: 'Malware scanner: none, by choice. Malware will not be found.',
    'not-run': 'Malware scanner: not running. Nothing is published.',
  },
  shadow: 'Shadow mode: documents are judged and put on record. Nothing is published or held back.',
  counts: {
    queued: 'In the queue',
    published: 'Published since the start',
    quarantined: 'Quarantined since the start',
  },
  case: CASE_EN,
  deed: {
    'request-release': 'asked for its release',
    withdraw: 'withdrew the request',
    approve: 'approved the release',
    reject: 'rejected it',
    reopen: 'opened it again',
    rerun: 'had it judged again',
    delete: 'deleted the original',
    assign: 'assigned it',
    comment: 'commented',
    hold: 'put it under legal hold',
    unhold: 'ended the legal hold',
    download: 'downloaded the original',
    revoke: 'took it off the allow-list',
    released: 'it was released',
    superseded: 'it was overtaken',
    lapsed: 'the release was not used in time',
    resumed: 'it holds the document back after all',
  },
  button: {
    'request-release': 'Ask for its release',
    withdraw: 'Withdraw the request',
    approve: 'Approve the release',
    reject: 'Reject',
    reopen: 'Open it again',
    rerun: 'Judge it again',
    delete: 'Delete the original',
    assign: 'Assign',
    comment: 'Comment',
    hold: 'Put under legal hold',
    unhold: 'End the legal hold',
    download: 'Download the original',
    revoke: 'Take it off the allow-list',
  },
  form: {
    reason: 'Reason',
    optionalReason: 'Remark, if any',
    rules: 'Publish despite',
    until: 'The release has to happen within',
    hours: (hours) => (hours < 48 ? `${hours} hours` : `${hours / 24} days`),
    comment: 'Comment',
    to: 'To',
    toMe: 'me',
    toNobody: 'nobody',
    done: 'Done.',
    forAll: 'With all that are chosen',
    tryFirst: 'First you see what would happen',
    really: (count) => `Do it with ${count}`,
    would: (done, refused) =>
      `It could be done with ${done} of these cases, and not with ${refused}. Nothing has been done yet.`,
    didBulk: (done, refused) => `Done with ${done}, refused for ${refused}.`,
    noneChosen: 'No case was chosen.',
  },
  refused: {
    'not-found': 'There is no such case.',
    state: 'The case has moved on; this cannot be done any more. Look again.',
    role: 'Your role does not allow this.',
    'same-person': 'Who asks for a release cannot approve it. Somebody else has to.',
    'other-request': 'The request is not the one that you looked at. Look again.',
    expired: 'The time for this release is over.',
    'not-waivable': 'This does not help here: nobody could look into the document, or it is not in staging.',
    'other-rules': 'These rules did not hold the document back.',
    held: 'The case is under legal hold.',
    'key-only': 'Malware is let through for one document only, and never put on the allow-list.',
    'too-long': 'Nothing is on the allow-list for more than a year.',
    'no-payload': 'The original is not in quarantine any more.',
    'too-large': 'The original is too large to be handed out here: whoever may read the bucket can fetch it there.',
    busy: 'Somebody else is working on this case. Try again.',
  },
  role: { viewer: 'viewer', reviewer: 'reviewer', approver: 'approver', lead: 'lead', 'break-glass': 'break glass' },
  roles: 'Roles',
  upload: {
    heading: 'Upload',
    file: 'Documents',
    send: 'Upload',
    done: 'Uploaded. What becomes of it shows here when it is held back, and in the public folder when it is not.',
    drop: 'Documents can be dropped here.',
    bad: 'No document was taken: it needs a name, and may not be too large.',
  },
  error: {
    failed: 'Something went wrong, and it is our fault. It is in the log.',
    edited: 'A record was edited or is damaged, and nothing follows from it: spoorloos quarantine verify says which.',
    forged: 'This form does not come from here, or is too old. Go back, look again, and send it anew.',
    tooMany: 'Too many requests. Wait a minute.',
    notHere: 'There is nothing here.',
    input: 'Something is missing, or too long.',
  },
  download: DOWNLOAD_EN,
  keys: 'Keys: j and k for the next and the previous case, Enter to open it, / to search.',
};

/** The largest unit that fits, in words. */
export function span(ms: number, minutes: Unit, hours: Unit, days: Unit): string {
  const count = (value: number, [one, many]: Unit) => `${value} ${value === 1 ? one : many}`;
  const inMinutes = Math.max(0, Math.floor(ms / 60_000));
  if (inMinutes < 60) return count(inMinutes, minutes);
  if (inMinutes < 48 * 60) return count(Math.floor(inMinutes / 60), hours);
  return count(Math.floor(inMinutes / 60 / 24), days);
}

type Unit = readonly [one: string, many: string];
