// Whether the trails are whole. It reads the ledger and the trail alone, and can be run while the pipeline works.

import { readSeals } from '../review/seals.ts';
import { type TrailFault, verifyTrail, verifyTrails } from '../review/verify-trail.ts';
import { type Args, EXIT, type ExitCode, type Io } from './command.ts';
import { jsonLine } from './printable.ts';
import { openReview } from './quarantine-places.ts';
import { caseNamed } from './quarantine-query.ts';

export async function verify(args: Args, io: Io, named: readonly string[]): Promise<ExitCode> {
  const places = await openReview(args, io);
  const seals = await readSeals(places);
  let [looked, faults] = [0, 0];
  const tell = ({ caseId, seq, fault, day, record }: TrailFault) => {
    faults += 1;
    io.out(
      args.flag('json')
        ? jsonLine({ caseId, seq, fault, ...(day !== undefined && { day }), ...(record !== undefined && { record }) })
        : `${fault}\t${caseId}\t${day ?? record ?? (seq === null ? '' : `entry ${seq}`)}\t${SAYS[fault]}`,
    );
  };
  if (named.length === 0) for await (const fault of verifyTrails(places, seals, () => (looked += 1))) tell(fault);
  // Without them a trail that was shortened seems to be whole.
  if (named.length > 0) for (const day of seals.broken) tell({ caseId: '-', seq: null, fault: 'seal', day });
  for (const text of named) {
    looked += 1;
    const fault = await verifyTrail(places, seals, await caseNamed(places.ledger, text));
    if (fault) tell(fault);
  }
  io.err(`${looked} ${looked === 1 ? 'trail' : 'trails'} looked at, ${faults} not whole`);
  const { last } = seals;
  io.err(last ? `sealed until ${last.day}, by ${last.sha256}` : 'no trail is sealed yet');
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
  waiver:
    'this record of the ledger lets through what was not approved in this case, or is not any more: quarantine show CASE settles that; what it leaves was edited, and has to be deleted',
  sealed: 'the seal of a day names this entry, and it is gone or another: the trail was shortened',
  seal: 'the seal of this day was edited, or is gone, or the one before it is, or it was made before that day',
  unsealed: 'since the seal of this day nothing was sealed for two days and more: nobody does, or seals are gone',
};
