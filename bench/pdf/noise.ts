// Bytes and words by a small generator (mulberry32), so that the same seed gives the same document on every machine.

const SYLLABLES = 'ba de fi go lu ma ne pi ro su ta ve wi zo ka len mer tin vor dam'.split(' ');

export function noiseFrom(seed: number): {
  bytes(length: number): Buffer;
  words(count: number): string;
} {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const word = () => Array.from({ length: 1 + (next() % 4) }, () => SYLLABLES[next() % SYLLABLES.length]).join('');
  return {
    bytes(length) {
      const made = Buffer.alloc(Math.ceil(length / 4) * 4);
      for (let at = 0; at < length; at += 4) made.writeUInt32LE(next(), at);
      return made.subarray(0, length);
    },
    words: (count) => Array.from({ length: count }, word).join(' '),
  };
}
