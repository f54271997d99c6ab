import { z } from 'zod';
import { ApiProblem } from './console/api-problems.ts';
import { ApiCase, ApiCases, ApiDone, ApiOrder } from './console/api-shapes.ts';
import { PolicyFile } from './core/policy.ts';
import { AuditMessage, Case, Head, PromoteMessage, ReconcileMessage, VerifyRecord } from './core/records.ts';
import { CanaryRecord } from './core/records-canary.ts';
import { AllowEntry, CaseEntry, Review, ReviewWord } from './core/records-cases.ts';
import { ConsoleSession } from './core/records-console.ts';
import { Definitions } from './core/records-definitions.ts';
import { Event } from './core/records-events.ts';
import { Evidence } from './core/records-evidence.ts';
import { Past, Recovery } from './core/records-recovery.ts';
import { Reminders } from './core/records-reminders.ts';
import { OpenRuns, RunPlan, RunProgress, RunResult, RunState, ShardEntry, ShardHead } from './core/records-runs.ts';
import { ScanMessage, ScanRecord, ScanRequest } from './core/records-scans.ts';
import { Seal } from './core/records-seals.ts';
import { ShadowRecord } from './core/records-shadow.ts';
import { SweepRecord } from './core/records-sweep.ts';
import { Denied, TakeDown, TakeDownDecision } from './core/records-take-downs.ts';
import { PolicyCheck } from './report/policy-check.ts';
import { PolicyDiff } from './report/policy-diff.ts';
import { CaseViewed } from './review/viewed.ts';
import { StatusProblem } from './status/answer.ts';
import { DocumentStatus } from './status/document-status.ts';

/** The JSON Schemas of everything that others read or write, by the name of their file in `schemas/`. */
export function recordSchemas(): Record<string, object> {
  const schemas = {
    'api-case': ApiCase,
    'api-cases': ApiCases,
    'api-done': ApiDone,
    'api-order': ApiOrder,
    'api-problem': ApiProblem,
    'audit-message': AuditMessage,
    canaries: CanaryRecord,
    case: Case,
    'allow-entry': AllowEntry,
    'case-entry': CaseEntry,
    'case-viewed': CaseViewed,
    definitions: Definitions,
    denied: Denied,
    evidence: Evidence,
    'console-session': ConsoleSession,
    'document-status': DocumentStatus,
    event: Event,
    head: Head,
    policy: PolicyFile,
    'policy-check': PolicyCheck,
    'policy-diff': PolicyDiff,
    'promote-message': PromoteMessage,
    'reconcile-message': ReconcileMessage,
    reminders: Reminders,
    review: Review,
    'review-word': ReviewWord,
    recovery: Recovery,
    'recovery-past': Past,
    'runs-open': OpenRuns,
    'run-plan': RunPlan,
    'run-progress': RunProgress,
    'run-result': RunResult,
    'run-shard-entry': ShardEntry,
    'run-shard-head': ShardHead,
    'run-state': RunState,
    seal: Seal,
    'shadow-record': ShadowRecord,
    'scan-message': ScanMessage,
    'scan-record': ScanRecord,
    'scan-request': ScanRequest,
    'status-problem': StatusProblem,
    'take-down': TakeDown,
    'take-down-decision': TakeDownDecision,
    sweep: SweepRecord,
    'verify-record': VerifyRecord,
  };
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, z.toJSONSchema(schema)]));
}
