import { describe, expect, test } from 'vitest';
import { replayRig } from '../support/replay-rig.ts';

/** Staging with what a run can meet, some of it settled under an older version, and a run to its end. */
async function story(mode: 'audit' | 'enforce', fault?: (operation: string) => void) {
  let isArmed = false;
  const made = replayRig({ fault: (operation) => void (isArmed && fault?.(operation)) });
  await made.put('settled.txt', 'settled');
  await made.drain();
  const { staging } = made.stores;
  for (const [key, text] of [
    ['a.txt', 'one'],
    ['b.txt', 'bad'],
    ['c.docm', 'macro'],
    ['d.txt', 'kept'],
    ['e.txt', 'x'.repeat(1001)],
  ] as const)
    await staging.put(key, Buffer.from(text));
  made.later(60_000);
  const { id } = await made.start({ mode, force: true });
  isArmed = true;
  await made.toTheEnd(id);
  isArmed = false;
  return made.outcome(id);
}

describe.each(['audit', 'enforce'] as const)('a failure at any one step of a run that is to %s', (mode) => {
  test('ends like a run without one, whichever step it is', { timeout: 60_000 }, async () => {
    const operations: string[] = [];
    const expected = await story(mode, (operation) => void operations.push(operation));
    expect(expected).toMatchObject({
      run: { state: 'done', sent: 6, entries: 6 },
      tally: { reported: 6, outcomes: mode === 'audit' ? { published: 4, quarantined: 2 } : { skipped: 1 } },
    });
    expect(operations.filter((operation) => operation.startsWith('run ledger')).length).toBeGreaterThan(10);
    for (const failing of operations.keys()) {
      let at = 0;
      const ended = await story(mode, (operation) => {
        at += 1;
        if (at === failing + 1) throw new Error(`fault at ${operation}`);
      });
      expect(ended, `fault at step ${failing}, ${operations[failing]}`).toEqual(expected);
    }
  });
});
