// The original of a case, as an encrypted archive. That it was taken is on the trail before a byte is read; the password goes
// to stderr, so that whatever takes the results does not keep it beside the archive.

import { open, unlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readCase } from '../review/cases.ts';
import { encryptedOriginal, newPassword } from '../review/download.ts';
import { type Args, EXIT, type ExitCode, type Io, UsageError } from './command.ts';
import { jsonLine, printable } from './printable.ts';
import { EXITS, WHY, why } from './quarantine-deeds.ts';
import { openReview } from './quarantine-places.ts';
import { caseNamed } from './quarantine-query.ts';

export async function download(args: Args, io: Io, named: readonly string[]): Promise<ExitCode> {
  const [one, ...more] = named;
  if (one === undefined || more.length > 0) throw new UsageError('exactly one case is needed');
  const reason = why(args);
  const review = await openReview(args, io);
  const caseId = await caseNamed(review.ledger, one);
  const path = resolve(args.text('out') ?? `${caseId}.zip`);
  const door = await review.door();
  // Before anything is on record: a place where it cannot be written is the asker's to mend.
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => error);
  let isWritten = false;
  try {
    if (file instanceof Error)
      throw new UsageError(
        `${printable(path)} cannot be written: ${file.code === 'EEXIST' ? 'it is there already' : (file.code ?? '?')}`,
        '--out FILE',
      );
    const [answer] = (await door.give([caseId], { what: 'download', reason })) ?? [];
    if (!answer?.done) {
      const refused = answer?.refused ?? 'failed';
      if (args.flag('json')) io.out(jsonLine({ caseId, what: 'download', done: false, refused }));
      else io.out(`refused\t${caseId}\tdownload\t${refused}`);
      io.err(`  ${WHY[refused]}`);
      return EXITS[refused] ?? EXIT.quarantined;
    }
    const evidence = (await readCase(review.ledger, caseId))?.evidence;
    const password = newPassword();
    const packed = evidence && (await encryptedOriginal(door.quarantine, evidence, password));
    if (!packed) throw new Error(WHY['no-payload']);
    await file.writeFile(packed.archive);
    isWritten = true;
    const { member, sha256 } = packed;
    if (args.flag('json')) io.out(jsonLine({ caseId, what: 'download', done: true, path, member, sha256 }));
    else io.out(`done\t${caseId}\tdownload\t${printable(path)}`);
    io.err(`the password, which is kept nowhere: ${password}`);
    return EXIT.published;
  } finally {
    if (!(file instanceof Error)) await file.close();
    if (!(file instanceof Error) && !isWritten) await unlink(path);
    await door.close();
  }
}
