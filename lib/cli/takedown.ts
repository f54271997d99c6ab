import { userInfo } from 'node:os';
import { otherHolder, stagingKeyOf } from '../take-down.ts';
import { type Args, type Command, EXIT, type Io, type Option, UsageError } from './command.ts';
import type { Order } from './orders.ts';
import { printable } from './printable.ts';
import { openOrders } from './take-down-places.ts';
import { DATA_OPTION, theKey } from './which-places.ts';

export const ORDER_OPTIONS: Readonly<Record<string, Option>> = {
  reason: { type: 'string', value: 'TEXT', says: 'why; kept in the ledger and the audit trail, told to nobody' },
  by: { type: 'string', value: 'NAME', says: 'who decided it (the name you are logged in with)' },
  data: DATA_OPTION,
};

export const takedown: Command = {
  name: 'takedown',
  usage: 'takedown KEY --reason TEXT [--by NAME] [--data DIR] [--force]',
  summary: 'take a document down, so that no upload or replay brings it back',
  options: {
    ...ORDER_OPTIONS,
    force: { type: 'boolean', says: 'also where neither staging nor the ledger knows the key' },
  },

  async run(args, io) {
    const given = theKey(args, takedown.usage);
    const who = readWho(args, takedown.usage);
    const { look, give } = await openOrders(args, io);
    const key = (await stagingKeyOf(look, given)) ?? (args.flag('force') ? given : undefined);
    if (key === undefined)
      throw new UsageError(
        `nobody uploaded ${given}, and no document is published under that name`,
        'spoorloos status says what is known of a key; --force takes down what stands there from elsewhere',
      );
    if (key !== given) io.err(`${printable(given)} is published from ${printable(key)}, which is taken down`);
    const holder = await otherHolder(look.ledger, key);
    if (holder !== undefined)
      io.err(`under the name ${printable(key)} another document is published, and stays: ${printable(holder)}`);
    return say(io, key, 'taken down', await give({ v: 1, order: 'take down', key, ...who }));
  },
};

/** Who and why, both of a length that a record takes. */
export function readWho(args: Args, usage: string): Pick<Order, 'by' | 'reason'> {
  const reason = args.text('reason')?.trim();
  if (!reason) throw new UsageError('a reason is needed', `usage: spoorloos ${usage}`);
  const by = args.text('by')?.trim() || userInfo().username;
  if (reason.length > 2000 || by.length > 200)
    throw new UsageError('a reason has 2,000 characters at most, and a name 200');
  return { by, reason };
}

export function say(io: Io, key: string, what: string, given: 'done' | 'sent' | 'not taken up') {
  if (given === 'not taken up') {
    io.err('the process that works on these folders has not taken it up yet; it is left there, and will be');
    return EXIT.failed;
  }
  io.out(`${what}\t${printable(key)}`);
  if (given === 'sent') io.err('recorded; promote carries it out, and spoorloos status says how far it is');
  return EXIT.published;
}
