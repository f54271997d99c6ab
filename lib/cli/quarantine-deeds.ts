// Deciding about cases, one or many.

import { RequestId, ReviewText, Rules } from '../core/records-cases.ts';
import { waivableRules } from '../core/waivers.ts';
import { actOn, type Order } from '../review/act.ts';
import { ifReadable, readCase } from '../review/cases.ts';
import { MAX_ALLOWED_DAYS, type RefusalCode } from '../review/transitions.ts';
import { type Args, EXIT, type ExitCode, type Io, UsageError } from './command.ts';
import { jsonLine } from './printable.ts';
import { type Door, type Looking, openReview } from './quarantine-places.ts';
import { caseNamed, everyCase, hasFilter, personNamed, readQuery } from './quarantine-query.ts';
import type { Answered } from './review-orders.ts';

const WITH_REASON = ['withdraw', 'reject', 'reopen', 'rerun', 'delete', 'hold', 'unhold', 'revoke'] as const;
export const DEEDS = ['request-release', 'approve', ...WITH_REASON, 'assign', 'comment'] as const;
type Verb = (typeof DEEDS)[number];
export const isDeed = (verb: string): verb is Verb => DEEDS.some((one) => one === verb);

/** What may be done with all that a filter matches; the rest is for cases that somebody named. */
const BY_FILTER: readonly Verb[] = ['reject', 'rerun', 'assign', 'comment', 'hold'];

export async function decideOn(verb: Verb, named: readonly string[], args: Args, io: Io): Promise<ExitCode> {
  const review = await openReview(args, io);
  const caseIds = await chosen(verb, named, review, args);
  const orders = await ordersFor(verb, caseIds, review, args);
  if (caseIds.length === 0) {
    io.err('no case');
    return EXIT.published;
  }
  const door = await review.door();
  let worst: ExitCode = EXIT.published;
  try {
    for (const { ids, order } of orders) {
      const answers = args.flag('dry-run') ? await tried(door, review, ids, order) : await door.give(ids, order);
      if (!answers) {
        io.err('the process that works on these folders has not taken it up, and nothing was done');
        return EXIT.failed;
      }
      for (const [at, answer] of answers.entries()) {
        await say(ids[at] ?? '', answer, verb, review, args, io);
        const code = answer.done ? EXIT.published : (EXITS[answer.refused] ?? EXIT.quarantined);
        if (code > worst) worst = code;
      }
    }
  } finally {
    await door.close();
  }
  return worst;
}

/** Those that are named, each once; or all that match a filter, which has to be said. */
async function chosen(verb: Verb, named: readonly string[], review: Looking, args: Args): Promise<readonly string[]> {
  if (named.length > 0 && hasFilter(args)) throw new UsageError('cases are named, or chosen by filters; not both');
  if (named.length > 0) {
    const ids = new Set<string>();
    for (const text of named) ids.add(await caseNamed(review.ledger, text));
    return [...ids];
  }
  if (!hasFilter(args))
    throw new UsageError('no case is named', 'name cases, or choose them by filters: --reason hidden-content');
  if (!BY_FILTER.includes(verb)) throw new UsageError(`${verb} is for cases that are named`);
  const query = await readQuery(args, async () => (await review.actor()).principal, new Date());
  const ids: string[] = [];
  // What cannot be read matches no filter; `list` names it.
  for await (const found of everyCase(review.ledger, query))
    if (typeof found !== 'string') ids.push(found.evidence.caseId);
  return ids;
}

type Batch = { readonly ids: string[]; readonly order: Order };

async function ordersFor(verb: Verb, ids: readonly string[], review: Looking, args: Args): Promise<readonly Batch[]> {
  const all = (order: Order): readonly Batch[] => [{ ids: [...ids], order }];
  switch (verb) {
    case 'request-release':
      return releases(ids, review, args);
    case 'approve': {
      const { data: request } = RequestId.safeParse(args.text('request'));
      if (request === undefined || ids.length !== 1)
        throw new UsageError(
          'an approval is of one request, which you looked at',
          'show CASE prints the --request to give',
        );
      return all({ what: verb, request, reason: args.text('because') === undefined ? null : why(args) });
    }
    case 'assign': {
      const to = args.text('to');
      if (to === undefined) throw new UsageError('whom is it for?', '--to NAME, --to me or --to nobody');
      return all({ what: verb, to: await personNamed(to, async () => (await review.actor()).principal) });
    }
    case 'comment':
      return all({ what: verb, text: why(args) });
    default:
      return all({ what: verb, reason: why(args) });
  }
}

/** Each document has rules of its own that hold it back. */
async function releases(ids: readonly string[], { ledger, actor }: Looking, args: Args): Promise<readonly Batch[]> {
  const reason = why(args);
  const isForAll = args.flag('allow-list');
  const me = async () => (await actor()).principal;
  const owner = isForAll ? ((await personNamed(args.text('owner') ?? 'me', me)) ?? undefined) : undefined;
  if (isForAll && owner === undefined) throw new UsageError('somebody has to answer for it', '--owner NAME');
  if (!isForAll && (args.text('days') ?? args.text('owner')) !== undefined)
    throw new UsageError('--days and --owner go with --allow-list', 'a release of one document takes --hours');
  if (isForAll && args.text('hours') !== undefined) throw new UsageError('--allow-list takes --days, not --hours');
  const hours = isForAll ? 24 * counted(args, 'days', 90, MAX_ALLOWED_DAYS - 1) : counted(args, 'hours', 24, 720);
  const expiresAt = new Date(Date.now() + hours * 3_600_000).toISOString();
  const allow = owner === undefined ? undefined : { owner };
  const given = args.text('rules')?.split(',');
  if (given && !Rules.safeParse(given).success)
    throw new UsageError('--rules is at most 200 carriers with commas between them, as show prints them');
  const batches: Batch[] = [];
  for (const id of ids) {
    const evidence = (await ifReadable(() => readCase(ledger, id)))?.evidence;
    // Without any rule it is refused, and it is said why.
    const rules = given ?? (evidence && waivableRules(evidence)) ?? ['none'];
    batches.push({ ids: [id], order: { what: 'request-release', reason, rules, expiresAt, allow } });
  }
  return batches;
}

function counted(args: Args, option: 'hours' | 'days', unsaid: number, most: number): number {
  const text = args.text(option);
  if (text === undefined) return unsaid;
  if (!/^[1-9]\d{0,2}$/.test(text) || Number(text) > most)
    throw new UsageError(`--${option} is a number from 1 to ${most}`);
  return Number(text);
}

export function why(args: Args): string {
  const text = ReviewText.safeParse(args.text('because')?.trim());
  if (!text.success)
    throw new UsageError('it has to be said why', '--because TEXT, 4,000 characters at most; it is kept on the trail');
  return text.data;
}

async function tried(door: Door, review: Looking, ids: readonly string[], order: Order): Promise<readonly Answered[]> {
  const actor = await review.actor();
  const answers: Answered[] = [];
  for (const id of ids) {
    const acted = await ifReadable(() => actOn(door.places, actor, id, order, { dryRun: true }));
    answers.push(acted?.done ? { done: true } : (acted ?? { done: false, refused: 'failed' }));
  }
  return answers;
}

async function say(
  caseId: string,
  answer: Answered,
  verb: Verb,
  { ledger }: Looking,
  args: Args,
  io: Io,
): Promise<void> {
  const isTry = args.flag('dry-run');
  const refused = answer.done ? null : answer.refused;
  const review = (await ifReadable(() => readCase(ledger, caseId)))?.review;
  if (args.flag('json')) {
    const said = { caseId, what: verb, done: answer.done && !isTry, would: answer.done, refused };
    io.out(jsonLine({ ...said, state: review?.state ?? null, request: review?.request?.id ?? null }));
  } else if (refused === null) {
    io.out(`${isTry ? 'would be done' : 'done'}\t${caseId}\t${verb}\t${isTry ? '' : (review?.state ?? '')}`.trimEnd());
    if (verb === 'request-release' && !isTry && review?.request)
      io.err(`somebody else approves it: spoorloos quarantine approve ${caseId} --request ${review.request.id}`);
  } else {
    io.out(`refused\t${caseId}\t${verb}\t${refused}`);
    io.err(`  ${WHY[refused]}`);
  }
}

/** The refusals that end otherwise than others do. */
export const EXITS: { readonly [refused in RefusalCode | 'failed']?: ExitCode } = {
  failed: EXIT.failed,
  'not-found': EXIT.usage,
};

/** What a refusal means, and what to do. */
export const WHY: Readonly<Record<RefusalCode | 'failed', string>> = {
  'not-found': 'there is no such case',
  state: 'the case is in a state in which this cannot be done; show CASE says in which',
  role: 'this takes another role: malware wants --break-glass of who asks, and a withdrawal the one who asked',
  'same-person': 'you asked for it yourself: somebody else has to approve',
  'other-request': 'the request is not, or not any more, the one that you named; look at the case again',
  expired: 'the time that the request is good for is over; withdraw it and ask again',
  'not-waivable':
    'no release would help: nobody could look into it, or it is not in staging; rerun it, or upload another version',
  'other-rules': 'a rule is named that does not hold this document back',
  held: 'the case is under a legal hold',
  'key-only': 'malware is released for one document only, and never put on the allow-list',
  'too-long': 'nothing is on the allow-list for more than a year',
  'no-payload': 'the original is not in quarantine any more',
  'too-large': 'the original is too large to be packed; whoever may read the quarantine can fetch it there',
  busy: 'others change this case all the time; try again',
  failed:
    'it failed, and nothing may have been done: quarantine verify CASE says whether a record was edited, and the log of whoever carried it out what else went wrong',
};
