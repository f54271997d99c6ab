// The rig of the pipeline with people who review what it quarantines.

import type { CaseChanged } from '../../lib/core/records-events.ts';
import { promoteHandler } from '../../lib/handlers.ts';
import { type Acted, actOn, type Order, type ReviewPlaces } from '../../lib/review/act.ts';
import { listCases } from '../../lib/review/list.ts';
import type { Actor } from '../../lib/review/transitions.ts';
import { type Rig, rig } from './pipeline-rig.ts';

export const ada: Actor = { principal: 'local:ada', roles: ['reviewer'] };
export const grace: Actor = { principal: 'local:grace', roles: ['approver'] };
export const lin: Actor = { principal: 'local:lin', roles: ['approver', 'lead'] };
export const viewer: Actor = { principal: 'local:vera', roles: ['viewer'] };
export const glass: Actor = { principal: 'local:gil', roles: ['reviewer', 'break-glass'] };

export type ReviewRig = Rig & {
  readonly places: ReviewPlaces;
  /** What was told of cases. */
  readonly told: CaseChanged[];
  act(actor: Actor, caseId: string, order: Order): Promise<Acted>;
  /** Quarantines that text, and answers its case. */
  quarantined(text?: string, key?: string): Promise<string>;
  /** The id of the request that waits for approval. */
  ask(caseId: string, actor?: Actor, rules?: readonly string[]): Promise<string>;
};

export const FAR = '2027-01-01T00:00:00.000Z';
export const RULES = ['test.hidden'];

export function reviewRig(options: Parameters<typeof rig>[0] = {}): ReviewRig {
  const made = rig(options);
  const { ledger, audit, quarantine, liveQueue, now } = made.sanitize;
  const told: CaseChanged[] = [];
  const notify = async (event: CaseChanged) => {
    options.fault?.('notify');
    told.push(event);
    options.fault?.('notify done');
  };
  const places = { ledger, audit, quarantine, liveQueue, notify, now };
  const act: ReviewRig['act'] = (actor, caseId, order) => actOn(places, actor, caseId, order);
  return {
    ...made,
    ...{ places, told },
    act,
    async quarantined(text = 'bad one', key = 'a.txt') {
      await made.put(key, text);
      await made.drain();
      const { rows } = await listCases(made.stores.ledger, { prefix: key });
      const caseId = rows.find(({ evidence }) => evidence.key === key)?.evidence.caseId;
      if (caseId === undefined) throw new Error('nothing was quarantined');
      return caseId;
    },
    async ask(caseId, actor = ada, rules = RULES) {
      const acted = await act(actor, caseId, { what: 'request-release', reason: 'it is fine', rules, expiresAt: FAR });
      if (!acted.done || !acted.review.request) throw new Error('a request was refused');
      return acted.review.request.id;
    },
  };
}

/** Takes the promotion that waits now; carries it out when called, and answers what it came to. */
export function firstPromotion({ promote, left }: ReviewRig): () => Promise<string | undefined> {
  const [message = ''] = left().promotions;
  return async () => {
    let outcome: string | undefined;
    await promoteHandler(promote, (came) => {
      outcome = came;
    })(message);
    return outcome;
  };
}
