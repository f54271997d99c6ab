import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDockerfile } from './dockerfile.ts';

test('reads stages, continued lines and comments between them', () => {
  const text = '# Why\nFROM host/debian:bookworm-slim AS one\nRUN a \\\n# why\n && b\nCOPY --from=one x y ./\n';
  expect(parseDockerfile(text)).toEqual([
    {
      name: 'one',
      base: 'debian:bookworm-slim',
      instructions: [
        { name: 'RUN', command: 'a   && b' },
        { name: 'COPY', from: 'one', sources: ['x', 'y'], to: './' },
      ],
    },
  ]);
});

describe('throws at what it does not follow', () => {
  test.each([
    'COPY a b',
    'FROM debian:bookworm-slim\nARG A',
    'FROM --platform=linux/arm64 debian:bookworm-slim',
    'FROM debian:bookworm-slim\nCOPY --chown=a b c',
    'FROM debian:bookworm-slim\nCOPY li* c',
    'FROM debian:bookworm-slim\nRUN ["a"]',
    'FROM debian:bookworm-slim\nENV A=1 B=2',
    'FROM debian:bookworm-slim\nENTRYPOINT node',
  ])('%j', (text) => expect(() => parseDockerfile(text)).toThrow());
});

test('the image ends as one that starts the sanitize function', () => {
  const stages = parseDockerfile(readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8'));
  expect(stages.at(-1)?.instructions.at(-1)).toMatchObject({ name: 'ENTRYPOINT' });
});
