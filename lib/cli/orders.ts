// How an order reaches the process that works on a data folder: as a file beside the folders, which the process takes up,
// carries out and deletes. Who may write there may publish, so who wrote it need not be asked.

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { endTakeDownOn, type Ordered, type TakeDownPlaces, takeDownOn } from '../take-down.ts';
import { type ReviewAsked, ReviewOrder } from './review-orders.ts';

export const ORDERS_EVERY_MS = 500;
/** Whoever asked has gone by then. */
const ANSWERS_FOR_MS = 600_000;

const Order = z.strictObject({
  v: z.literal(1),
  order: z.enum(['take down', 'lift']),
  key: z.string(),
  by: z.string(),
  reason: z.string(),
});
export type Order = z.infer<typeof Order>;

const AnyOrder = z.union([Order, ReviewOrder]);

export async function carryOutOrder(places: TakeDownPlaces, { order, key, by, reason }: Order): Promise<void> {
  const ordered: Ordered = { key, by, reason };
  if (order === 'take down') await takeDownOn(places, ordered);
  else await endTakeDownOn(places, ordered);
}

/** Leaves an order for the process that works on the folder. Resolves with whether it was carried out in time. */
export async function leaveOrder(data: string, order: Order, forMs: number, signal: AbortSignal): Promise<boolean> {
  const path = await leave(data, order);
  const isDone = async () => ((await stat(path).catch(() => undefined)) ? undefined : true);
  return (await within(forMs, signal, isDone)) ?? false;
}

/** The same of an order that is answered. Undefined where it was not taken up in time; it is withdrawn then. */
export async function askOrder(data: string, order: ReviewAsked, forMs: number, signal: AbortSignal): Promise<unknown> {
  const path = await leave(data, { v: 1, order: 'review', ...order });
  const answer = await within(forMs, signal, () => readFile(answerTo(path), 'utf8').catch(() => undefined));
  if (answer === undefined) await unlink(path).catch(() => undefined);
  else await unlink(answerTo(path)).catch(() => undefined);
  return answer === undefined ? undefined : parseJson(answer);
}

/**
 * Carries out what was left. A take-down that fails stays and is tried again; what cannot be read is put aside. What is
 * answered is carried out once at most: it is taken away before, so that nothing is approved or said twice.
 */
export async function takeOrders(
  data: string,
  carryOut: (order: Order) => Promise<void>,
  onFailure: (error: unknown) => void,
  review: (order: ReviewOrder) => Promise<unknown>,
): Promise<void> {
  const folder = join(data, '.orders');
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.json')).sort()) {
    const path = join(folder, name);
    try {
      const text = await readFile(path, 'utf8').catch(isGone);
      // Whoever left it has withdrawn it.
      if (text === undefined) continue;
      const order = AnyOrder.safeParse(parseJson(text));
      if (!order.success) {
        await rename(path, `${path}.refused`);
        onFailure(new Error('an order that cannot be read was put aside'));
      } else if (order.data.order === 'review') {
        await unlink(path);
        await putFile(answerTo(path), JSON.stringify(await review(order.data)));
      } else {
        await carryOut(order.data);
        await unlink(path);
      }
    } catch (error) {
      onFailure(error);
    }
  }
  for (const name of names.filter((one) => one.endsWith('.answer'))) {
    const path = join(folder, name);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > ANSWERS_FOR_MS) await unlink(path).catch(() => undefined);
  }
}

async function leave(data: string, order: object): Promise<string> {
  const folder = join(data, '.orders');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${randomUUID()}.json`);
  await putFile(path, JSON.stringify(order));
  return path;
}

/** Under another name first: what is taken up is whole. */
async function putFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

const answerTo = (path: string) => path.replace(/json$/, 'answer');

async function within<T>(
  forMs: number,
  signal: AbortSignal,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = performance.now() + forMs;
  while (performance.now() < end && !signal.aborted) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await delay(50);
  }
  return undefined;
}

function isGone(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
