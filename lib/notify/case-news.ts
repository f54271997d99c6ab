// What machines that gather findings are told of a case. Both of their formats say how grave a finding is and when it is
// closed; what that is for us is decided here, once.

import { isCanary } from '../core/records-canary.ts';
import type { Event } from '../core/records-events.ts';
import type { Reason } from '../core/refusal.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'informational';

export type CaseNews = Extract<Event, { type: 'Document Quarantined' | 'Document Released' }>;

/** Canaries are quarantined on purpose, several times an hour. */
export function isCaseNews(event: Event): event is CaseNews {
  const isNews = event.type === 'Document Quarantined' || event.type === 'Document Released';
  return isNews && !isCanary(event.key);
}

export function titleOf(news: CaseNews): string {
  return news.type === 'Document Released'
    ? 'Document released from quarantine'
    : `Document quarantined: ${news.reason}`;
}

export function descriptionOf(news: CaseNews): string {
  if (news.type === 'Document Released')
    return `Two people decided that this document is published despite ${counted(news.rules.length, 'rule')}.`;
  const { reason, findings, caseId } = news;
  return `${MEANS[reason]} It is not public, and waits for a decision: case ${caseId}, ${counted(findings, 'finding')}.`;
}

export function severityOf(news: CaseNews): Severity {
  return news.type === 'Document Released' ? 'informational' : GRAVE[news.reason];
}

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
