// What machines that gather findings are told of a case. Both of their formats say how grave a finding is and where it
// stands; what that is for us is decided here, once.

import { isCanary } from '../core/records-canary.ts';
import type { CaseChanged, Event } from '../core/records-events.ts';
import type { Reason } from '../core/refusal.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'informational';

/** Decided otherwise than by publishing it all the same, a finding is resolved; published all the same, suppressed. */
export type Standing = 'new' | 'in-progress' | 'resolved' | 'suppressed';

export type CaseNews = Extract<Event, { type: 'Document Quarantined' | 'Document Released' | 'Case Changed' }>;

/** Canaries are quarantined on purpose, several times an hour. */
export function isCaseNews(event: Event): event is CaseNews {
  if (event.type === 'Case Changed') return true;
  const isNews = event.type === 'Document Quarantined' || event.type === 'Document Released';
  return isNews && !isCanary(event.key);
}

export function titleOf(news: CaseNews): string {
  switch (news.type) {
    case 'Document Quarantined':
      return `Document quarantined: ${news.reason}`;
    case 'Document Released':
      return 'Document released from quarantine';
    case 'Case Changed':
      return TITLE[news.what];
  }
}

export function descriptionOf(news: CaseNews): string {
  switch (news.type) {
    case 'Document Quarantined':
      return `${MEANS[news.reason]} It is not public, and waits for a decision: case ${news.caseId}, ${counted(news.findings, 'finding')}.`;
    case 'Document Released':
      return `Two people decided that this document is published despite ${counted(news.rules.length, 'rule')}.`;
    case 'Case Changed': {
      const why = news.why === null ? '' : ` ${WHY[news.why]}`;
      const stands = news.from === news.to ? `is ${news.to}` : `was ${news.from} and is ${news.to}`;
      return `${MEANS[news.reason]}${why} Case ${news.caseId} ${stands}.`;
    }
  }
}

export function standingOf(news: CaseNews): Standing {
  switch (news.type) {
    case 'Document Quarantined':
      return 'new';
    case 'Document Released':
      return 'suppressed';
    case 'Case Changed':
      return STANDING[news.to];
  }
}

/** Since when the document is quarantined, where the news says. */
export function openedAt(news: CaseNews): string | undefined {
  return news.type === 'Case Changed' ? news.since : news.type === 'Document Quarantined' ? news.at : undefined;
}

export function isClosed(news: CaseNews): boolean {
  const standing = standingOf(news);
  return standing === 'resolved' || standing === 'suppressed';
}

export function severityOf(news: CaseNews): Severity {
  return news.type === 'Document Released' || isClosed(news) ? 'informational' : GRAVE[news.reason];
}

const STANDING: Readonly<Record<CaseChanged['to'], Standing>> = {
  open: 'new',
  'release-requested': 'in-progress',
  approved: 'in-progress',
  released: 'suppressed',
  rejected: 'resolved',
  deleted: 'resolved',
  superseded: 'resolved',
};

const TITLE: Readonly<Record<CaseChanged['what'], string>> = {
  'request-release': 'Release of a quarantined document requested',
  withdraw: 'Release of a quarantined document withdrawn',
  lapsed: 'Release of a quarantined document lapsed unused',
  approve: 'Release of a quarantined document approved',
  reject: 'Quarantined document rejected',
  reopen: 'Case of a quarantined document reopened',
  rerun: 'Quarantined document to be judged again',
  delete: 'Quarantined document deleted',
  superseded: 'Case of a quarantined document superseded',
  resumed: 'Case of a quarantined document resumed',
  revoke: 'Entry of the allow-list revoked',
};

const WHY: Readonly<Record<NonNullable<CaseChanged['why']>, string>> = {
  newer: 'A newer version of it was uploaded.',
  removed: 'It was removed by its publisher.',
  published: 'It was judged again, and published.',
  'another-case': 'It was judged again, and is held back as another case.',
};

const GRAVE: Readonly<Record<Reason, Severity>> = {
  malware: 'critical',
  'personal-data': 'high',
  'failed-redaction': 'high',
  'active-content': 'medium',
  'hidden-content': 'medium',
  unverified: 'medium',
  crashed: 'medium',
  encrypted: 'low',
  malformed: 'low',
  unsupported: 'low',
  'legacy-format': 'low',
  'not-scanned': 'low',
  limit: 'low',
  timeout: 'low',
};

const MEANS: Readonly<Record<Reason, string>> = {
  malware: 'A malware engine recognised the document.',
  'personal-data': 'The document shows personal data that policy does not let through.',
  'failed-redaction': 'Words can be read under a redaction of the document.',
  'active-content': 'The document holds content that acts by itself.',
  'hidden-content': 'The document holds content that its readers do not see.',
  unverified: 'The cleaned document could not be proven clean.',
  crashed: 'Judging the document failed, which is a fault of the program.',
  encrypted: 'The document is encrypted.',
  malformed: 'The document is damaged.',
  unsupported: 'The format of the document is not known.',
  'legacy-format': 'The document is of a format from before 2007.',
  'not-scanned': 'No malware engine looked at the document.',
  limit: 'The document is beyond a limit.',
  timeout: 'Judging the document took too long.',
};

const counted = (count: number, what: string) => `${count} ${count === 1 ? what : `${what}s`}`;
