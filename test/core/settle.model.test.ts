import { describe, expect, test } from 'vitest';
import { explore, type Step } from '../support/ordering-model.ts';

const v = (put: number): Step => ({ put });
const BAD = 9;

const histories: readonly { readonly name: string; readonly program: readonly Step[] }[] = [
  { name: 'put, delete', program: [v(1), 'delete'] },
  { name: 'put, put', program: [v(1), v(2)] },
  { name: 'put, delete, put', program: [v(1), 'delete', v(2)] },
  { name: 'put, quarantined overwrite', program: [v(1), v(BAD)] },
  { name: 'put, put, quarantined overwrite', program: [v(1), v(2), v(BAD)] },
  { name: 'quarantined, put', program: [v(BAD), v(1)] },
  { name: 'put, quarantined overwrite, delete', program: [v(1), v(BAD), 'delete'] },
];

/** Two workers, a crash between any two steps, and where the history is short a duplicated delivery. */
function run(program: readonly Step[], more: { withhold?: boolean; blindPostCheck?: boolean } = {}) {
  const duplicates = program.length > 2 ? 0 : 1;
  return explore(program, { bad: [BAD], withhold: false, workers: 2, duplicates, crashes: 1, ...more });
}

describe('every interleaving of reconcile and promote ends with public as staging says', () => {
  for (const { name, program } of histories) {
    for (const withhold of [false, true]) {
      test(`${name}${withhold ? ', withholding' : ''}`, () => {
        const { violation, states } = run(program, { withhold });
        expect(violation).toBeUndefined();
        expect(states).toBeGreaterThan(1000);
      });
    }
  }
});

test('without the look at staging after the write, a deleted document stays public', () => {
  expect(run([v(1), 'delete'], { blindPostCheck: true }).violation).toMatch(/staging 0, public 1/);
});
