// Open Cybersecurity Schema Framework 1.5.0 (schema.ocsf.io/1.5.0): a case is one finding, created when its document is
// quarantined, and closed when its case ends. It stays in its class, which follows from why it is quarantined: personal
// data is a Data Security Finding (classes/data_security_finding), all else a Detection Finding (classes/detection_finding).

import type { Event } from '../core/records-events.ts';
import {
  type CaseNews,
  descriptionOf,
  isCaseNews,
  isClosed,
  openedAt,
  type Severity,
  type Standing,
  severityOf,
  standingOf,
  titleOf,
} from './case-news.ts';
import { shown } from './chats.ts';

const SCHEMA = '1.5.0';
const [FINDINGS, DETECTION, DATA_SECURITY] = [2, 2004, 2006];
// What each enumeration calls these numbers is in test/notify/ocsf-schema.ts.
const [CREATE, UPDATE, CLOSE] = [1, 2, 3];
const [DENIED, ALLOWED] = [2, 1];
const [QUARANTINED, DELETED, APPROVED] = [3, 5, 8];
const SEVERITY: Readonly<Record<Severity, number>> = { informational: 1, low: 2, medium: 3, high: 4, critical: 5 };
const STATUS: Readonly<Record<Standing, number>> = { new: 1, 'in-progress': 2, suppressed: 3, resolved: 4 };
/** Personal data at rest, found by what stands in front of where documents are published. */
const PERSONAL_DATA = { category_id: 1, data_lifecycle_state_id: 1, detection_system_id: 2 };

/** One event of its class, as JSON. Undefined for what is no finding. */
export function ocsfOf(event: Event): Readonly<Record<string, unknown>> | undefined {
  if (!isCaseNews(event)) return undefined;
  const isOpened = event.type === 'Document Quarantined';
  const isReleased = event.type === 'Document Released';
  const isPersonal = event.reason === 'personal-data';
  const class_uid = isPersonal ? DATA_SECURITY : DETECTION;
  const activity = isOpened ? CREATE : isClosed(event) ? CLOSE : UPDATE;
  return {
    category_uid: FINDINGS,
    class_uid,
    activity_id: activity,
    type_uid: class_uid * 100 + activity,
    time: Date.parse(event.at),
    severity_id: SEVERITY[severityOf(event)],
    status_id: STATUS[standingOf(event)],
    is_alert: isOpened,
    message: titleOf(event),
    action_id: isReleased ? ALLOWED : DENIED,
    disposition_id: dispositionOf(event),
    metadata: {
      version: SCHEMA,
      profiles: ['security_control'],
      product: { name: 'Spoorloos', vendor_name: 'Spoorloos', ...(isOpened && { version: event.version }) },
    },
    finding_info: infoOf(event),
    ...(isPersonal && { data_security: PERSONAL_DATA }),
    resources: [{ uid: event.caseId, type: 'document', ...nameOf(event) }],
    ...(isOpened ? { policy: { uid: event.policy } } : {}),
  };
}

function dispositionOf(news: CaseNews): number {
  if (news.type === 'Document Released') return APPROVED;
  return news.type === 'Case Changed' && news.to === 'deleted' ? DELETED : QUARANTINED;
}

/** What becomes of a case names no document. */
function nameOf(news: CaseNews): Readonly<Record<string, string>> {
  return news.type === 'Case Changed' ? {} : { name: shown(news.key), version: shown(news.versionId) };
}

function infoOf(news: CaseNews): Readonly<Record<string, unknown>> {
  const created = openedAt(news);
  return {
    uid: news.caseId,
    title: titleOf(news),
    desc: descriptionOf(news),
    ...(news.reason !== undefined && { types: [news.reason] }),
    ...(created !== undefined && { created_time: Date.parse(created) }),
    ...(news.type !== 'Document Quarantined' && { modified_time: Date.parse(news.at) }),
    ...(news.type === 'Document Released' && { related_analytics: rulesOf(news.rules) }),
  };
}

const RULE = 1;
const rulesOf = (rules: readonly string[]) => rules.map((rule) => ({ uid: rule, type_id: RULE }));
