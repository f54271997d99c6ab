import { describe, expect, test } from 'vitest';
import { recover } from '../../lib/recovery/recover.ts';
import { s3Store } from '../../lib/stores/s3-store.ts';
import { faultAtEachStep } from '../support/each-step.ts';
import { startFakeS3 } from '../support/fake-s3.ts';
import { lose, populated, stateOf } from '../support/lost-ledger.ts';

const ALL = () => true;

describe('a recovery that is stopped', () => {
  test('before each of its pages goes on where it was, and counts the same', async () => {
    const whole = await populated();
    await lose(whole, ALL);
    const { rebuilt, looked } = await recover(whole.recovery);
    const made = await populated();
    const before = await stateOf(made);
    await lose(made, ALL);
    let state = await recover(made.recovery, { isOver: () => true });
    for (let steps = 0; !state.endedAt && steps < 50; steps += 1) {
      let pages = 0;
      state = await recover(made.recovery, { isOver: () => pages++ > 0 });
    }
    expect(state).toMatchObject({ rebuilt, looked });
    await made.drain();
    expect(await stateOf(made)).toEqual(before);
  });

  test('by a failure at any of its steps comes to the same when it is run again', async () => {
    const only = ['previous.txt', 'renamed.docm', 'down.docm'];
    await faultAtEachStep(async (fault) => {
      let isOn = false;
      const made = await populated({ only, fault: (operation) => isOn && fault(operation) });
      await lose(made, ALL);
      isOn = true;
      const places = { ...made.recovery, ledger: made.sanitize.ledger, staging: made.sanitize.staging };
      for (let tries = 0; tries < 3; tries += 1) {
        const isDone = await recover(places).then(
          () => true,
          () => false,
        );
        if (isDone) break;
      }
      isOn = false;
      await made.drain();
      return { published: await made.published(), denied: await made.denied() };
    }, 100);
  });
});

test('buckets behind S3’s API are rebuilt like those in memory', async () => {
  const server = await startFakeS3();
  try {
    const open = (name: string) => s3Store(server.client, name);
    const stores = {
      ...{ staging: open('staging'), work: open('work'), public: open('public') },
      ...{ quarantine: open('quarantine'), ledger: open('ledger') },
    };
    const made = await populated({ stores, audit: open('audit') });
    const before = await stateOf(made);
    await lose(made, ALL);
    expect((await recover(made.recovery)).unsure).toEqual([]);
    await made.drain();
    expect(await stateOf(made)).toEqual(before);
  } finally {
    await server.close();
  }
});
