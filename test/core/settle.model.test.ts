import { describe, expect, test } from 'vitest';
import { explore } from '../support/ordering-model.ts';
import type { Step } from '../support/ordering-states.ts';

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
  { name: 'put, delete, quarantined put', program: [v(1), 'delete', v(BAD)] },
];

const orders: readonly { readonly name: string; readonly program: readonly Step[] }[] = [
  { name: 'put, take down', program: [v(1), 'take down'] },
  { name: 'take down, put', program: ['take down', v(1)] },
  { name: 'put, take down, put', program: [v(1), 'take down', v(2)] },
  { name: 'put, put, take down', program: [v(1), v(2), 'take down'] },
  { name: 'put, take down, delete', program: [v(1), 'take down', 'delete'] },
  { name: 'put, delete, take down', program: [v(1), 'delete', 'take down'] },
  { name: 'put, quarantined overwrite, take down', program: [v(1), v(BAD), 'take down'] },
  { name: 'take down, lift', program: ['take down', 'lift'] },
  { name: 'put, take down, lift', program: [v(1), 'take down', 'lift'] },
  { name: 'take down, quarantined put, lift', program: ['take down', v(BAD), 'lift'] },
];

/** Two workers, a crash between any two steps, and where the history is short a duplicated delivery. */
function run(program: readonly Step[], more: Partial<Parameters<typeof explore>[1]> = {}) {
  const duplicates = program.length > 2 ? 0 : 1;
  const edgeless = !program.includes('take down');
  // With a crash the end of a take-down of something published has 165,000 states, which took minutes; none was wrong.
  const crashes = program.includes('lift') && program.length > 2 ? 0 : 1;
  const reviewed = program.some((step) => typeof step === 'object' && ('release' in step || 'allow' in step));
  return explore(program, {
    reviewed,
    edgeless,
    bad: [BAD],
    withhold: false,
    workers: 2,
    duplicates,
    crashes,
    ...more,
  });
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

describe('a release publishes what it is about, and nothing after it has expired', { timeout: 240_000 }, () => {
  const release: Step = { release: BAD };
  const rows: readonly { readonly name: string; readonly program: readonly Step[] }[] = [
    { name: 'quarantined, released', program: [v(BAD), release] },
    { name: 'released at once, before it was judged', program: [release, v(BAD)] },
    { name: 'put, quarantined overwrite, released', program: [v(1), v(BAD), release] },
    { name: 'quarantined, released, put', program: [v(BAD), release, v(10)] },
    { name: 'quarantined, released, deleted', program: [v(BAD), release, 'delete'] },
    { name: 'quarantined, released, expired', program: [v(BAD), release, 'expire'] },
    { name: 'quarantined, released, taken down', program: [v(BAD), release, 'take down'] },
    { name: 'allowed, quarantined', program: [{ allow: BAD }, v(BAD)] },
    { name: 'quarantined, allowed, put', program: [v(BAD), { allow: BAD }, v(10)] },
    { name: 'allowed, quarantined, expired', program: [{ allow: BAD }, v(BAD), 'expire'] },
    { name: 'allowed, quarantined, deleted', program: [{ allow: BAD }, v(BAD), 'delete'] },
    { name: 'put, allowed, quarantined overwrite, expired', program: [v(1), { allow: BAD }, v(BAD), 'expire'] },
    { name: 'quarantined, released twice', program: [v(BAD), release, release] },
  ];
  for (const { name, program } of rows) {
    test(name, () => {
      const { violation, states } = run(program);
      expect(violation).toBeUndefined();
      expect(states).toBeGreaterThan(100);
    });
  }

  test('were what is quarantined settled for good, nothing would be released', () => {
    expect(run([v(BAD), release], { deafToReview: true }).violation).toMatch(/staging 9, public 0/);
  });

  test('without the look at the waiver before the write, a promotion that waited would be carried out', () => {
    expect(run([v(BAD), release, 'expire'], { blindToExpiry: true }).violation).toMatch(/had expired/);
  });
});

describe('and so with a lane of its own for what is large', () => {
  const rows: readonly {
    readonly name: string;
    readonly program: readonly Step[];
    readonly heavy: readonly number[];
  }[] = [
    { name: 'put large, delete', program: [v(1), 'delete'], heavy: [1] },
    { name: 'put large, put small', program: [v(1), v(2)], heavy: [1] },
    { name: 'put small, put large', program: [v(1), v(2)], heavy: [2] },
    { name: 'put, quarantined large overwrite', program: [v(1), v(BAD)], heavy: [BAD] },
  ];
  for (const { name, program, heavy } of rows) {
    test(name, () => {
      const { violation, states } = run(program, { heavy });
      expect(violation).toBeUndefined();
      expect(states).toBeGreaterThan(run(program).states);
    });
  }
});

describe('in shadow mode every interleaving ends with a record of what staging holds, and nothing else is written', () => {
  const aside = (program: readonly Step[], more: object = {}) =>
    run(program, { shadow: true, crashes: 2, workers: 3, ...more });
  for (const { name, program } of histories)
    test(name, () => {
      const { violation, states } = aside(program);
      expect(violation).toBeUndefined();
      expect(states).toBeGreaterThan(300);
    });

  test('with a lane of its own for what is large', () => {
    for (const heavy of [[1], [2], [1, 2]]) expect(aside([v(1), v(2)], { heavy }).violation).toBeUndefined();
  });

  test('without the look at staging after the write, an older version stays on record', () => {
    expect(aside([v(1), v(2)], { blindPostCheck: true }).violation).toMatch(/staging 2, record 1/);
  });
});

describe('and so with a malware engine that speaks when it will', { timeout: 240_000 }, () => {
  const clean = (version: number): Step => ({ finds: 'clean', in: version });
  const malware = (version: number): Step => ({ finds: 'malware', in: version });
  const rows: readonly { readonly name: string; readonly program: readonly Step[] }[] = [
    { name: 'put, never a word', program: [v(1)] },
    { name: 'put, clean', program: [v(1), clean(1)] },
    { name: 'clean before the upload is known, put', program: [clean(1), v(1)] },
    { name: 'put, malware', program: [v(1), malware(1)] },
    { name: 'put, clean, and malware after all', program: [v(1), clean(1), malware(1)] },
    { name: 'put, malware, and a later word that takes nothing back', program: [v(1), malware(1), clean(1)] },
    { name: 'put, clean, delete', program: [v(1), clean(1), 'delete'] },
    { name: 'put, put, words in the other order', program: [v(1), v(2), clean(2), clean(1)] },
    { name: 'put, put, a word on the older alone', program: [v(1), v(2), clean(1)] },
    { name: 'put, clean, infected overwrite', program: [v(1), clean(1), v(2), malware(2)] },
    { name: 'put, clean, an overwrite without a word', program: [v(1), clean(1), v(2)] },
    { name: 'an older version that stays public, and is infected', program: [v(1), clean(1), v(BAD), malware(1)] },
  ];
  for (const { name, program } of rows)
    test(name, () => {
      // Four steps with a crash are millions of states.
      const crashes = program.length > 3 ? 0 : 1;
      const { violation, states } = run(program, { scanned: [1, 2], crashes });
      expect(violation).toBeUndefined();
      expect(states).toBeGreaterThan(100);
    });

  const release: Step = { release: 1 };
  const releases: readonly { readonly name: string; readonly program: readonly Step[] }[] = [
    { name: 'put, malware, released', program: [v(1), malware(1), release] },
    { name: 'put, released before a word, malware', program: [v(1), release, malware(1)] },
    { name: 'put, malware, released, said again', program: [v(1), malware(1), release, malware(1)] },
    { name: 'put, malware, released, expired', program: [v(1), malware(1), release, 'expire'] },
    { name: 'put, malware, released, put', program: [v(1), malware(1), release, v(2)] },
    { name: 'put, malware, released, quarantined overwrite', program: [v(1), malware(1), release, v(BAD)] },
  ];
  for (const { name, program } of releases)
    test(`and people: ${name}`, () => {
      const crashes = program.length > 3 ? 0 : 1;
      const { violation, states } = run(program, { scanned: [1], crashes });
      expect(violation).toBeUndefined();
      expect(states).toBeGreaterThan(100);
    });

  test('who did not ask what people said to it would judge what was released again and again', () => {
    const { violation } = run([v(1), malware(1), release], { scanned: [1], deafToReleases: true });
    expect(violation).toMatch(/judged again/);
  });

  test('whom nobody asked again, what was found infected since would stay public', () => {
    const { violation } = run([v(1), clean(1), malware(1)], { scanned: [1], deafToWords: true });
    expect(violation).toMatch(/public 1, head DONE, infected/);
  });
});

describe('and so with a run that scans again what is public', { timeout: 240_000 }, () => {
  const rescan = (version: number): Step => ({ rescan: version });
  const rows: readonly { readonly name: string; readonly program: readonly Step[] }[] = [
    { name: 'put, found malware since', program: [v(1), rescan(1)] },
    { name: 'nothing is there yet, put', program: [rescan(1), v(1)] },
    { name: 'put, put, the older one found', program: [v(1), v(2), rescan(1)] },
    { name: 'put, deleted, found', program: [v(1), 'delete', rescan(1)] },
    { name: 'what stays public under a quarantined version, found', program: [v(1), v(BAD), rescan(1)] },
  ];
  for (const { name, program } of rows)
    test(name, () => {
      // Of three steps, a crash makes millions of states.
      const crashes = program.length > 2 ? 0 : 1;
      const { violation, states } = run(program, { scanned: [], crashes, duplicates: 0 });
      expect(violation).toBeUndefined();
      expect(states).toBeGreaterThan(100);
    });

  test('were it not scanned again, what is known as malware since would stay public', () => {
    const none = { scanned: [], crashes: 0, duplicates: 0, rescansNothing: true };
    expect(run([v(1), rescan(1)], none).violation).toMatch(/public 1, head DONE, infected/);
  });
});

test('without the look at staging after the write, a deleted document stays public', () => {
  expect(run([v(1), 'delete'], { blindPostCheck: true }).violation).toMatch(/staging 0, public 1/);
});

test('without a look at the history of staging, a deleted document stays public under a quarantined one', () => {
  expect(run([v(1), 'delete', v(BAD)], { blindToDeletes: true }).violation).toMatch(/staging 9, public 1/);
});

describe('a take-down holds whatever happens around it, until it is lifted', { timeout: 240_000 }, () => {
  for (const { name, program } of orders) {
    test(name, () => {
      const { violation, states } = run(program);
      expect(violation).toBeUndefined();
      expect(states).toBeGreaterThan(100);
    });
  }

  test('take-downs and their ends at the same time leave one or the other, whole', () => {
    for (const program of [
      [v(1), 'take down', 'take down'],
      [v(1), 'take down', 'lift'],
    ] satisfies Step[][])
      expect(run(program, { overlapping: true }).violation).toBeUndefined();
  });

  test('were it removed only once, a promotion that stalled would bring it back', () => {
    expect(run([v(1), 'take down'], { removesOnce: true }).violation).toMatch(/public 1, head TAKEN_DOWN, denied/);
  });

  test('without the look at the head after it, a late word at the edge would stay', () => {
    const { violation } = run([v(1), 'take down', 'lift'], { overlapping: true, blindEdgeCheck: true });
    expect(violation).toMatch(/at rest/);
  });
});
