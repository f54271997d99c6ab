// Every operation on a store, a queue or the world stops at a gate, and goes on when it is told to: so that handlers
// that run at the same time are interleaved step by step, stopped for as long as wanted, failed and killed anywhere.

import { PreconditionFailed } from '../../lib/core/store.ts';

/**
 * What happens to an operation that stands at the gate: it is done; it fails before or after it was done; its process
 * is killed before or after it was done; or it is done and a retry inside the client hears that another was first.
 */
export const FAULTS = ['fails', 'fails after', 'killed', 'killed after', 'lost answer'] as const;
export type Fault = (typeof FAULTS)[number];

export type Worker = {
  readonly id: number;
  readonly name: string;
  /** The operation at the gate. Undefined while nothing of this worker waits. */
  at: Waiting | undefined;
  isStalled: boolean;
  isDead: boolean;
  isDone: boolean;
  /** Whoever does several things side by side takes them to the gate one by one. */
  turn: Promise<unknown>;
};
type Waiting = { readonly operation: string; readonly go: (fault?: Fault) => Promise<void> };

/** An outage, made on purpose. */
export class MadeFault extends Error {
  override readonly name = 'MadeFault';
}

export function makeWorker(id: number, name: string): Worker {
  return { id, name, at: undefined, isStalled: false, isDead: false, isDone: false, turn: Promise.resolve() };
}

/** Waits at the worker's gate, then performs. Never resolves where the worker is killed. */
export function atGate<T>(worker: Worker, operation: string, perform: () => Promise<T>): Promise<T> {
  const done = worker.turn.then(() => pass(worker, operation, perform));
  worker.turn = done.catch(() => undefined);
  return done;
}

function pass<T>(worker: Worker, operation: string, perform: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const go = async (fault?: Fault) => {
      worker.at = undefined;
      if (fault === 'killed') worker.isDead = true;
      else if (fault === 'fails') reject(new MadeFault(`${operation} was not done`));
      else {
        const result = await perform().then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        );
        if (fault === 'killed after') worker.isDead = true;
        else if ('error' in result) reject(result.error);
        else if (fault === 'fails after') reject(new MadeFault(`${operation} was done`));
        else if (fault === 'lost answer') reject(new PreconditionFailed('another writer was first'));
        else resolve(result.value);
      }
    };
    worker.at = { operation, go };
  });
}

/** The port with every method at the worker's gate. Listings are left alone: no handler lists. */
export function gated<T extends object>(worker: Worker, name: string, port: T): T {
  return new Proxy(port, {
    get(target, property) {
      const method: unknown = Reflect.get(target, property);
      if (typeof method !== 'function' || property === 'list') return method;
      return (...args: unknown[]) =>
        atGate(worker, labelOf(name, property, args), async () => Reflect.apply(method, target, args));
    },
  });
}

/** Conditional puts end in 'if': only these can hear that another was first. */
function labelOf(name: string, property: string | symbol, args: readonly unknown[]): string {
  const [key, , options] = args;
  const isConditional =
    typeof options === 'object' && options !== null && ('ifMatch' in options || 'ifNoneMatch' in options);
  const folder = name === 'ledger' && typeof key === 'string' ? `${key.split('/')[0]}.` : '';
  return `${name}.${folder}${String(property)}${isConditional ? ' if' : ''}`;
}

/** Until everything that can go on without passing a gate has gone on. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
