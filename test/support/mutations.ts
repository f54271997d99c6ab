export type Mutation = {
  /** What was done, for the failure's message. */
  readonly how: string;
  readonly mutated: Uint8Array;
};

/** Cut-off and bit-flipped copies, the same ones every time: half of each, spread over the whole file. */
export function mutations(bytes: Uint8Array, count: number): readonly Mutation[] {
  const next = numbers(bytes.length);
  return Array.from({ length: count }, (_, i) => {
    const at = Math.min(bytes.length - 1, Math.floor(((i + next()) / count) * bytes.length));
    if (i % 2 === 0) return { how: `cut at ${at}`, mutated: bytes.slice(0, at) };
    const bit = Math.floor(next() * 8);
    const mutated = Uint8Array.from(bytes);
    mutated[at] = (mutated[at] ?? 0) ^ (1 << bit);
    return { how: `bit ${bit} of ${at} flipped`, mutated };
  });
}

/** Numbers from 0 to 1 that look random: a linear congruential generator of 32 bits. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
