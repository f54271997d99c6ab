import { readHead } from '../core/ledger.ts';
import { stagingKeyOf } from '../take-down.ts';
import { type Command, UsageError } from './command.ts';
import { openOrders } from './take-down-places.ts';
import { ORDER_OPTIONS, readWho, say } from './takedown.ts';
import { theKey } from './which-places.ts';

export const untakedown: Command = {
  name: 'untakedown',
  usage: 'untakedown KEY --reason TEXT [--by NAME] [--data DIR]',
  summary: 'end a take-down: what staging holds goes through the whole pipeline again',
  options: ORDER_OPTIONS,

  async run(args, io) {
    const given = theKey(args, untakedown.usage);
    const who = readWho(args, untakedown.usage);
    const { look, give } = await openOrders(args, io);
    const key = (await stagingKeyOf(look, given)) ?? given;
    const state = (await readHead(look.ledger, key))?.state;
    if (state !== 'TAKEN_DOWN' && state !== 'LIFTING')
      throw new UsageError(`${given} is not taken down`, 'spoorloos status says where a document is');
    return say(io, key, 'take-down ended', await give({ v: 1, order: 'lift', key, ...who }));
  },
};
