import { join } from 'node:path';
import { isCanary } from '../core/records-canary.ts';
import type { CaseWaiting, ReviewDigest } from '../core/records-reminders.ts';
import type { TrailsSealed } from '../core/records-seals.ts';
import { readRemindEnv, readRemindersEnv } from '../env.ts';
import { sayOf } from '../notify/said.ts';
import { notifier, openBucket } from '../places.ts';
import { type RemindPlaces, remindStep } from '../review/remind.ts';
import { type SealPlaces, sealTrails } from '../review/seals.ts';
import { directoryStore } from '../stores/directory-store.ts';
import { type Args, type Command, EXIT, type Io, UsageError } from './command.ts';
import { jsonLine, printable } from './printable.ts';
import { DATA_OPTION, dataFolder, settings } from './which-places.ts';

export const remind: Command = {
  name: 'remind',
  usage: 'remind [--data DIR] [--json]',
  summary: 'tell people which cases wait for too long, once each, once a day how many wait, and seal the trails',
  options: {
    data: DATA_OPTION,
    json: { type: 'boolean', says: 'one JSON object a line, one per event' },
  },

  async run(args, io) {
    if (args.paths.length > 0) throw new UsageError('it is about all cases', `usage: spoorloos ${remind.usage}`);
    const reminders = settings(io, readRemindersEnv);
    const places = await open(args, io);
    const isJson = args.flag('json');
    const { told } = await remindStep(telling(places, io, isJson), {
      ...{ reminders, isTest: isCanary },
      isOver: () => io.signal.aborted,
    });
    io.err(`${told} waiting for too long`);
    sayWhatIsSealed(await sealTrails(places), io);
    return EXIT.published;
  },
};

/** The same, with each event on stdout once it was told. */
export function telling(places: RemindPlaces, io: Pick<Io, 'out'>, isJson: boolean): RemindPlaces {
  return {
    ...places,
    async notify(event) {
      await places.notify(event);
      io.out(isJson ? jsonLine(event) : sentence(event));
    },
  };
}

function sentence(event: CaseWaiting | ReviewDigest): string {
  const [line] = sayOf([event], { above: 1 })?.lines ?? [];
  return `${event.type === 'Case Waiting' ? 'waiting  ' : 'digest   '}  ${printable(line?.says ?? '')}`;
}

export function sayWhatIsSealed(sealed: TrailsSealed | undefined, { err }: Pick<Io, 'err'>): void {
  if (sealed) err(`${sealed.trails} ${sealed.trails === 1 ? 'trail' : 'trails'} sealed, by ${sealed.sha256}`);
}

async function open(args: Args, io: Io): Promise<RemindPlaces & SealPlaces> {
  const data = await dataFolder(args, io);
  const now = () => new Date();
  if (data !== undefined) {
    const [ledger, audit] = [directoryStore(join(data, 'ledger')), directoryStore(join(data, 'audit'))];
    return { ledger, audit, notify: async () => {}, now };
  }
  const env = settings(io, readRemindEnv);
  if (!env.SPOORLOOS_TOPIC_ARN && !env.SPOORLOOS_EVENT_BUS && !env.SPOORLOOS_EVENTS_QUEUE_URL)
    throw new UsageError(
      'there is nobody to tell',
      'set SPOORLOOS_EVENTS_QUEUE_URL, SPOORLOOS_TOPIC_ARN or SPOORLOOS_EVENT_BUS; --data DIR is for folders',
    );
  const ledger = openBucket(env.SPOORLOOS_LEDGER);
  const audit = env.SPOORLOOS_AUDIT === undefined ? ledger : openBucket(env.SPOORLOOS_AUDIT);
  return { ledger, audit, notify: notifier(env), now };
}
