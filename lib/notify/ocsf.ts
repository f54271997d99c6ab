// Open Cybersecurity Schema Framework 1.5.0, Detection Finding (schema.ocsf.io/1.5.0/classes/detection_finding): a case is
// one finding, created when its document is quarantined and closed when it is released. Personal data, too, is told in
// this class and not as a Data Security Finding: a finding stays in its class, and a release does not say the reason.

import type { Event } from '../core/records-events.ts';
import { type CaseNews, descriptionOf, isCaseNews, type Severity, severityOf, titleOf } from './case-news.ts';
import { shown } from './chats.ts';

const SCHEMA = '1.5.0';
const [FINDINGS, DETECTION] = [2, 2004];
// What each enumeration calls these numbers is in test/notify/ocsf-schema.ts.
const [CREATE, CLOSE] = [1, 3];
const [NEW, RESOLVED] = [1, 4];
const [DENIED, ALLOWED] = [2, 1];
const [QUARANTINED, APPROVED] = [3, 8];
const SEVERITY: Readonly<Record<Severity, number>> = { informational: 1, low: 2, medium: 3, high: 4, critical: 5 };

/** One event of that class, as JSON. Undefined for what is no finding. */
export function ocsfOf(event: Event): Readonly<Record<string, unknown>> | undefined {
  if (!isCaseNews(event)) return undefined;
  const isOpened = event.type === 'Document Quarantined';
  const activity = isOpened ? CREATE : CLOSE;
  return {
    category_uid: FINDINGS,
    class_uid: DETECTION,
    activity_id: activity,
    type_uid: DETECTION * 100 + activity,
    time: Date.parse(event.at),
    severity_id: SEVERITY[severityOf(event)],
    status_id: isOpened ? NEW : RESOLVED,
    is_alert: isOpened,
    message: titleOf(event),
    action_id: isOpened ? DENIED : ALLOWED,
    disposition_id: isOpened ? QUARANTINED : APPROVED,
    metadata: {
      version: SCHEMA,
      profiles: ['security_control'],
      product: { name: 'Spoorloos', vendor_name: 'Spoorloos', ...(isOpened && { version: event.version }) },
    },
    finding_info: infoOf(event),
    resources: [{ uid: `${event.caseId}`, name: shown(event.key), type: 'document', version: shown(event.versionId) }],
    ...(isOpened ? { policy: { uid: event.policy } } : {}),
  };
}

function infoOf(news: CaseNews): Readonly<Record<string, unknown>> {
  const isOpened = news.type === 'Document Quarantined';
  return {
    uid: news.caseId,
    title: titleOf(news),
    desc: descriptionOf(news),
    ...(isOpened && { created_time: Date.parse(news.at), types: [news.reason] }),
    ...(!isOpened && { modified_time: Date.parse(news.at), related_analytics: rulesOf(news.rules) }),
  };
}

const RULE = 1;
const rulesOf = (rules: readonly string[]) => rules.map((rule) => ({ uid: rule, type_id: RULE }));
