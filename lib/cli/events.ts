import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EventsEnv, readEventsEnv } from '../env.ts';
import { eventIdOf } from '../notify/event-id.ts';
import { bodyOf, FEEDS, type Feed, feedOf } from '../notify/forms.ts';
import { type Post, WebhookError, webhookPost } from '../notify/post.ts';
import { openBucket } from '../places.ts';
import type { Period } from '../review/told.ts';
import { directoryStore } from '../stores/directory-store.ts';
import { type ToldEvent, toldEvents } from '../told-events.ts';
import { type Args, type Command, EXIT, type Io, UsageError } from './command.ts';
import { jsonLine, printable } from './printable.ts';
import { checkSecrets, withoutProduct } from './webhook-settings.ts';
import { DATA_OPTION, dataFolder, settings } from './which-places.ts';

export const events: Command = {
  name: 'events',
  usage: 'events replay --since TIME [--until TIME] [--to URL] [--format events|ocsf|asff] [--data DIR]',
  summary: 'tell again what happened to documents, from the audit trail',
  options: {
    since: { type: 'string', value: 'TIME', says: 'from then on: 2026-11-26 or 2026-11-26T14:00:00Z' },
    until: { type: 'string', value: 'TIME', says: 'and no later (now)' },
    to: { type: 'string', value: 'URL', says: 'post each to this webhook, with the id it had; printed when left out' },
    format: { type: 'string', value: 'FORMAT', says: 'what is sent (events)' },
    data: DATA_OPTION,
  },

  async run(args, io) {
    if (args.paths.length !== 1 || args.paths[0] !== 'replay')
      throw new UsageError('events can be told again, and nothing else', `usage: spoorloos ${events.usage}`);
    const period = readPeriod(args);
    const data = await dataFolder(args, io);
    const env = settings(io, readEventsEnv(data === undefined));
    const bodies = readBodies(args, env);
    const give = readTarget(args, env, io);
    const ledger = env.SPOORLOOS_LEDGER ?? '';
    const places =
      data === undefined
        ? { ledger: openBucket(ledger), audit: openBucket(env.SPOORLOOS_AUDIT ?? ledger) }
        : { ledger: directoryStore(join(data, 'ledger')), audit: directoryStore(join(data, 'audit')) };
    let unreadable = 0;
    let told = 0;
    const onUnreadable = (entry: string) => {
      unreadable += 1;
      io.err(`an entry of the trail cannot be read: ${printable(entry)}`);
    };
    for await (const event of toldEvents(places, period, onUnreadable)) {
      const body = bodies(event);
      if (body === undefined) continue;
      if (io.signal.aborted || !(await give(body, event))) {
        io.err(`stopped after ${told}; go on with --since ${event.at}`);
        return EXIT.failed;
      }
      told += 1;
    }
    io.err(`${told} told again`);
    return unreadable > 0 ? EXIT.failed : EXIT.published;
  },
};

function readPeriod(args: Args): Period {
  const since = timeOf(args.text('since'), 'since');
  if (!since) throw new UsageError('say from when on', `usage: spoorloos ${events.usage}`);
  const until = timeOf(args.text('until'), 'until') ?? new Date();
  if (since > until) throw new UsageError('--since is later than --until');
  return { since, until };
}

function timeOf(text: string | undefined, option: string): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/.test(text) || Number.isNaN(time.getTime()))
    throw new UsageError(`--${option} is a day or a moment of UTC, not ${printable(text)}`, '2026-11-26T14:00:00Z');
  return time;
}

function readBodies(args: Args, { SPOORLOOS_ASFF_PRODUCT: product }: EventsEnv): (event: ToldEvent) => unknown {
  const text = args.text('format') ?? 'events';
  const format = FEEDS.find((feed): feed is Feed => feed === text);
  if (!format) throw new UsageError(`--format is one of ${FEEDS.join(', ')}`);
  const form = feedOf(format, product) ?? withoutProduct();
  return (event) => bodyOf(form, event);
}

type Give = (body: unknown, event: ToldEvent) => Promise<boolean>;

function readTarget(args: Args, { SPOORLOOS_WEBHOOK_SECRETS: secrets }: EventsEnv, io: Io): Give {
  const to = args.text('to');
  if (to === undefined)
    return async (body) => {
      // One line each; control and direction characters of a key stay escapes.
      io.out(jsonLine(body));
      return true;
    };
  if (!/^https?:$/.test(protocolOf(to))) throw new UsageError('--to is an address that begins with https://');
  checkSecrets(secrets);
  const post = webhookPost(to, { secrets });
  return (body, event) => patiently(post, body, eventIdOf(event), io);
}

// What a receiver needs to come back after a moment's trouble; longer ones are for whoever called.
const PAUSES_MS = [1000, 5000];

async function patiently(post: Post, body: unknown, id: string, { signal, err }: Io): Promise<boolean> {
  for (const pauseMs of [...PAUSES_MS, undefined]) {
    try {
      await post(body, id);
      return true;
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error;
      err(error.message);
    }
    if (pauseMs === undefined || signal.aborted) break;
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}
