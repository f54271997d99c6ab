import { z } from 'zod';
import { PolicyFile } from './core/policy.ts';
import { Case, DocumentEvent, Head, PromoteMessage, ReconcileMessage, VerifyRecord } from './core/records.ts';

/** The JSON Schemas of everything that others read or write, by the name of their file in `schemas/`. */
export function recordSchemas(): Record<string, object> {
  const schemas = {
    case: Case,
    event: DocumentEvent,
    head: Head,
    policy: PolicyFile,
    'promote-message': PromoteMessage,
    'reconcile-message': ReconcileMessage,
    'verify-record': VerifyRecord,
  };
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, z.toJSONSchema(schema)]));
}
