import type { Rebuilt, Unsure } from '../core/records-recovery.ts';

/** For the report and the runbook. */
export function rebuiltOf(what: Rebuilt): string {
  switch (what) {
    case 'take-down':
      return 'take-downs stand again';
    case 'head':
      return 'heads were rebuilt';
    case 'claim':
      return 'names are held again by who was published under them';
    case 'case':
      return 'cases came back from quarantine';
    case 'name':
      return 'heads were told of names that they did not know';
    case 'evidence':
      return 'documents are judged again, because what was proven of them is gone';
  }
}

/** What a recovery could not be sure of, and what it did instead. */
export function meaningOf(what: Unsure): string {
  switch (what) {
    case 'entry':
      return 'an entry of the audit trail cannot be read: it may be a take-down';
    case 'record':
      return 'a record cannot be read; nothing was built on it';
    case 'changed':
      return 'public holds other bytes than were promoted, and what is staged does not replace them: they are taken away';
    case 'no-case':
      return 'an original in quarantine has no case beside it';
    case 'no-order':
      return 'the edge refuses it and no order is known: it is taken down';
  }
}
