import { describe, expect, test } from 'vitest';
import { exploreAdoptions, type Options, type Step } from '../support/adoption-model.ts';

const hand = (byHand: number): Step => ({ byHand });
const put = (version: number): Step => ({ put: version });
const BAD = 9;

const histories: readonly (readonly [string, readonly Step[]])[] = [
  ['adopt', [hand(1), 'adopt']],
  ['adopt twice', [hand(1), 'adopt', 'adopt']],
  ['adopt, written by hand once more', [hand(1), 'adopt', hand(2)]],
  ['adopt, written by hand, adopt', [hand(1), 'adopt', hand(2), 'adopt']],
  ['adopt, put', [hand(1), 'adopt', put(2)]],
  ['put, adopt', [hand(1), put(2), 'adopt']],
  ['adopt, quarantined put', [hand(1), 'adopt', put(BAD)]],
  ['adopt, put, delete', [hand(1), 'adopt', put(2), 'delete']],
  ['adopt, take down', [hand(1), 'adopt', 'take down']],
  ['adopt what is held', [hand(BAD), 'adopt']],
  ['adopt what is held, put', [hand(BAD), 'adopt', put(1)]],
  ['adopt what is held, take down', [hand(BAD), 'adopt', 'take down']],
  ['adopt what is held, written by hand once more', [hand(8), 'adopt', hand(BAD)]],
  ['adopt what is held, which is replaced by hand', [hand(7), 'adopt', hand(8)]],
];

/** Two workers; and where the history is short a crash between any two steps and a duplicated delivery. */
function run(program: readonly Step[], more: Partial<Options> = {}) {
  const isShort = program.length < 3;
  const crashes = program.length < 4 ? 1 : 0;
  return exploreAdoptions(program, {
    ...{ bad: [BAD, 7], withhold: false, workers: 2, duplicates: isShort ? 1 : 0, crashes },
    ...more,
  });
}

describe('every interleaving of a run, publishers and whoever writes to public by hand ends well', {
  timeout: 240_000,
}, () => {
  for (const [name, program] of histories)
    for (const withhold of [false, true])
      test(`${name}${withhold ? ', withholding' : ''}`, () => {
        const { violation, states } = run(program, { withhold });
        expect(violation).toBeUndefined();
        expect(states).toBeGreaterThan(200);
      });
});

describe('is noticed', () => {
  test('a swap that does not compare, by whoever writes by hand', () => {
    expect(run([hand(1), 'adopt', hand(2)], { blindSwap: true }).violation).toMatch(/by hand \(102\) is overwritten/);
  });

  test('a swap that does not compare, by whoever stages the document', () => {
    expect(run([hand(1), 'adopt', put(2)], { blindSwap: true }).violation).toMatch(
      /staged document \(2\) is overwritten/,
    );
  });

  test('a removal that does not compare', () => {
    const { violation } = run([hand(7), 'adopt', hand(8)], { blindSwap: true, withhold: true });
    expect(violation).toMatch(/by hand \(108\) is overwritten/);
  });

  test('that what is adopted is removed because nobody stages it', () => {
    expect(run([hand(1), 'adopt', 'adopt'], { takesForStaged: true }).violation).toMatch(/at rest/);
  });
});
