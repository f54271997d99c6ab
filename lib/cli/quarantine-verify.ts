// Whether the trails are whole. It reads the ledger and the trail alone, and can be run while the pipeline works.

import { type TrailFault, verifyTrail, verifyTrails } from '../review/verify-trail.ts';
import { type Args, EXIT, type ExitCode, type Io } from './command.ts';
import { jsonLine } from './printable.ts';
import { openReview } from './quarantine-places.ts';
import { caseNamed } from './quarantine-query.ts';

export async function verify(args: Args, io: Io, named: readonly string[]): Promise<ExitCode> {
  const places = await openReview(args, io);
  let [looked, faults] = [0, 0];
  const tell = ({ caseId, seq, fault }: TrailFault) => {
    faults += 1;
    io.out(
      args.flag('json')
        ? jsonLine({ caseId, seq, fault })
        : `${fault}\t${caseId}\t${seq === null ? '' : `entry ${seq}`}\t${SAYS[fault]}`,
    );
  };
  if (named.length === 0) for await (const fault of verifyTrails(places, () => (looked += 1))) tell(fault);
  for (const text of named) {
    looked += 1;
    const fault = await verifyTrail(places, await caseNamed(places.ledger, text));
    if (fault) tell(fault);
  }
  io.err(`${looked} ${looked === 1 ? 'trail' : 'trails'} looked at, ${faults} not whole`);
  return faults > 0 ? EXIT.quarantined : EXIT.published;
}

const SAYS: Readonly<Record<TrailFault['fault'], string>> = {
  evidence: 'the evidence of the case is gone, or was edited into something else',
  gap: 'an entry is missing here',
  unreadable: 'this entry is not what the program writes',
  misplaced: 'this entry belongs to another case or another place',
  broken: 'this entry does not follow from the one before, or from the evidence: that was edited',
  truncated: 'from this entry on the trail is gone, and the record of the review knows it',
  review: 'the record of the review does not say what its entries say',
  waiver: 'something is let through that was not approved in this case, or is not any more; show the case settles that',
};
