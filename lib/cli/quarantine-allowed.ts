// What is on the allow-list: read only; an entry is asked for, approved and revoked like any release, by its case.

import { isUnexpired } from '../core/waivers.ts';
import { allowList } from '../review/allow-list.ts';
import { type Args, EXIT, type ExitCode, type Io, UsageError } from './command.ts';
import { jsonLine } from './printable.ts';
import { openReview } from './quarantine-places.ts';
import { personOf } from './quarantine-say.ts';

export async function allowed(args: Args, io: Io, named: readonly string[]): Promise<ExitCode> {
  if (named.length > 0) throw new UsageError('allowed takes no case', 'spoorloos quarantine show CASE');
  const { ledger } = await openReview(args, io);
  const isJson = args.flag('json');
  const { entries, unreadable } = await allowList(ledger, Number.POSITIVE_INFINITY);
  const now = new Date();
  for (const { owner, sha256, waiver } of entries) {
    const { caseId, rules, requestedBy, approvedBy, approvedAt, expiresAt } = waiver;
    const expired = !isUnexpired(waiver, now);
    io.out(
      isJson
        ? jsonLine({ sha256, caseId, rules, owner, requestedBy, approvedBy, approvedAt, expiresAt, expired })
        : [sha256, caseId, expired ? 'expired' : expiresAt, personOf(owner), rules.join(' ')].join('\t'),
    );
  }
  for (const sha256 of unreadable) {
    if (isJson) io.out(jsonLine({ sha256, unreadable: true }));
    else io.err(`the entry for ${sha256} was edited or is damaged, and lets nothing through`);
  }
  if (!isJson) io.err(entries.length === 1 ? 'one entry' : `${entries.length} entries`);
  return unreadable.length > 0 ? EXIT.quarantined : EXIT.published;
}
