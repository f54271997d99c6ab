// How an order reaches the process that works on a data folder: as a file beside the folders, which the process takes up,
// carries out and deletes. Who may write there may publish, so who wrote it need not be asked.

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { endTakeDownOn, type Ordered, type TakeDownPlaces, takeDownOn } from '../take-down.ts';

export const ORDERS_EVERY_MS = 500;

const Order = z.strictObject({
  v: z.literal(1),
  order: z.enum(['take down', 'lift']),
  key: z.string(),
  by: z.string(),
  reason: z.string(),
});
export type Order = z.infer<typeof Order>;

export async function carryOutOrder(places: TakeDownPlaces, { order, key, by, reason }: Order): Promise<void> {
  const ordered: Ordered = { key, by, reason };
  if (order === 'take down') await takeDownOn(places, ordered);
  else await endTakeDownOn(places, ordered);
}

/** Leaves an order for the process that works on the folder. Resolves with whether it was carried out in time. */
export async function leaveOrder(data: string, order: Order, forMs: number, signal: AbortSignal): Promise<boolean> {
  const folder = join(data, '.orders');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${randomUUID()}.json`);
  // Under another name first: what is taken up is whole.
  await writeFile(`${path}.new`, JSON.stringify(order), { mode: 0o600 });
  await rename(`${path}.new`, path);
  const end = performance.now() + forMs;
  while (performance.now() < end && !signal.aborted) {
    if (!(await stat(path).catch(() => undefined))) return true;
    await delay(50);
  }
  return false;
}

/** Carries out what was left. What fails stays and is tried again; what cannot be read is put aside. */
export async function takeOrders(
  data: string,
  carryOut: (order: Order) => Promise<void>,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const folder = join(data, '.orders');
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.json')).sort()) {
    const path = join(folder, name);
    try {
      const order = Order.safeParse(parseJson(await readFile(path, 'utf8')));
      if (!order.success) {
        await rename(path, `${path}.refused`);
        onFailure(new Error('an order that cannot be read was put aside'));
        continue;
      }
      await carryOut(order.data);
      await unlink(path);
    } catch (error) {
      onFailure(error);
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
