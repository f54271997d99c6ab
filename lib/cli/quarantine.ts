// The review on the command line: what the console shows and does, through the same functions.

import { rowOf } from '../review/row.ts';
import { type Args, type Command, EXIT, type ExitCode, type Io, UsageError } from './command.ts';
import { jsonLine, printable } from './printable.ts';
import { allowed } from './quarantine-allowed.ts';
import { DEEDS, decideOn, isDeed } from './quarantine-deeds.ts';
import { download } from './quarantine-download.ts';
import { openReview } from './quarantine-places.ts';
import { caseNamed, everyCase, FILTERS, HINT, readQuery } from './quarantine-query.ts';
import { HEADING, lineOf, showCase } from './quarantine-say.ts';
import { verify } from './quarantine-verify.ts';
import { DATA_OPTION } from './which-places.ts';

export const quarantine: Command = {
  name: 'quarantine',
  usage: `quarantine list [--state S] [--ended] [--reason R] [--tier T] [--format F] [--older-than AGE] [--newer-than AGE] [--prefix KEY] [--assignee NAME] [--held] [--max N], or quarantine show CASE, or quarantine ${DEEDS.join('|')} CASE… [--because TEXT] [--rules R,…] [--hours N] [--allow-list [--days N] [--owner NAME]] [--request ID] [--to NAME] [--dry-run], or quarantine download CASE --because TEXT [--out FILE], or quarantine allowed, or quarantine verify [CASE…]; each [--as NAME] [--break-glass] [--data DIR] [--json]`,
  summary: 'review what is held back: list and show cases, decide about them, check their trails',
  options: {
    ...FILTERS,
    max: { type: 'string', value: 'N', says: 'how many lines at most (all of them)' },
    because: { type: 'string', value: 'TEXT', says: 'why, or the comment; kept on the trail' },
    rules: { type: 'string', value: 'R,…', says: 'what is to be waived (all that hold the document back)' },
    hours: { type: 'string', value: 'N', says: 'how long the release may take to happen, 1 to 720 (24)' },
    'allow-list': { type: 'boolean', says: 'ask for it for these bytes under any name: an entry of the allow-list' },
    days: { type: 'string', value: 'N', says: 'how long the entry holds, 1 to 365 (90)' },
    owner: { type: 'string', value: 'NAME', says: 'who answers for the entry (you)' },
    request: { type: 'string', value: 'ID', says: 'the request that you looked at, as show prints it' },
    to: { type: 'string', value: 'NAME', says: 'whom it is assigned to: a person, me, or nobody' },
    'dry-run': { type: 'boolean', says: 'say what would be done, and do nothing' },
    out: { type: 'string', value: 'FILE', says: 'where the archive is written (./CASE.zip); never over another file' },
    as: { type: 'string', value: 'NAME', says: 'who you are, as in local --people (the name you are logged in with)' },
    'break-glass': { type: 'boolean', says: 'ask for the release of malware; stands in the trail' },
    data: DATA_OPTION,
    json: { type: 'boolean', says: 'one JSON object a line' },
  },

  async run(args, io) {
    const [verb, ...named] = args.paths;
    if (verb === 'list') return list(args, io, named);
    if (verb === 'show') return show(args, io, named);
    if (verb === 'download') return download(args, io, named);
    if (verb === 'allowed') return allowed(args, io, named);
    if (verb === 'verify') return verify(args, io, named);
    if (verb !== undefined && isDeed(verb)) return decideOn(verb, named, args, io);
    throw new UsageError(
      verb === undefined ? 'what is to be done?' : `unknown: quarantine ${printable(verb)}`,
      `list, show, ${DEEDS.join(', ')}, download, allowed or verify`,
    );
  },
};

async function list(args: Args, io: Io, named: readonly string[]): Promise<ExitCode> {
  if (named.length > 0) throw new UsageError('list takes no case', 'spoorloos quarantine show CASE');
  const { ledger, actor, settling } = await openReview(args, io);
  const now = new Date();
  const query = await readQuery(args, async () => (await actor()).principal, now);
  const max = readCount(args, 'max') ?? Number.POSITIVE_INFINITY;
  const isJson = args.flag('json');
  let count = 0;
  let isWhole = true;
  try {
    for await (const found of everyCase(ledger, query, settling)) {
      if (io.signal.aborted) return EXIT.failed;
      if (typeof found === 'string') {
        isWhole = false;
        if (isJson) io.out(jsonLine({ caseId: found, unreadable: true }));
        else io.err(`case ${found}: its record was edited or is damaged (spoorloos quarantine verify ${found})`);
        continue;
      }
      if (count === 0 && !isJson) io.out(HEADING);
      io.out(isJson ? jsonLine(rowOf(found)) : lineOf(found, now));
      count += 1;
      if (count >= max) break;
    }
  } finally {
    await settling?.close();
  }
  if (!isJson) io.err(count === 0 ? 'no case' : count === 1 ? 'one case' : `${count} cases`);
  return isWhole ? EXIT.published : EXIT.quarantined;
}

async function show(args: Args, io: Io, named: readonly string[]): Promise<ExitCode> {
  const [one, ...more] = named;
  if (one === undefined || more.length > 0) throw new UsageError('exactly one case is needed');
  const review = await openReview(args, io);
  const caseId = await caseNamed(review.ledger, one);
  const who = await review.actor();
  const door = await review.door();
  try {
    // On record before it is shown, and with what has happened by itself since.
    const answers = await door.give([caseId], null);
    const [answer] = answers ?? [];
    if (answer && !answer.done && answer.refused === 'not-found') throw new UsageError('there is no such case', HINT);
    const isAsRecorded = answer !== undefined && !review.recordsViews;
    if (!answer?.done && isAsRecorded)
      io.err('what has happened since could not be put on record: this is what stands there');
    else if (!answer?.done) {
      io.err(
        answers
          ? `the case could not be read: spoorloos quarantine verify ${caseId} says whether it was edited`
          : 'the process that works on these folders has not answered',
      );
      return EXIT.failed;
    }
  } finally {
    await door.close();
  }
  return showCase(review, caseId, who, args.flag('json'), io);
}

function readCount(args: Args, option: string): number | undefined {
  const text = args.text(option);
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${option} is a number from 1 on`);
  return Number(text);
}
