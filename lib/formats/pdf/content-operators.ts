// The operators of content streams (ISO 32000-2 annex A) and the operands that each takes: n a number, N a name, S a
// string, A an array, P a name or a property list. What stands before an operator and is none of these draws nothing.

export type Kind = 'number' | 'name' | 'string' | 'array' | 'dict' | 'word';

const TAKES: Readonly<Record<string, string>> = {
  '': 'b B b* B* BI BT BX EMC ET EX f F f* h n q Q s S T* W W*',
  n: 'g G i j J M TL Tc Tr Ts Tw Tz w',
  nn: 'd0 l m Td TD',
  nnn: 'rg RG',
  nnnn: 'k K re v y',
  nnnnnn: 'c cm d1 Tm',
  N: 'BMC CS cs Do gs MP ri sh',
  Nn: 'Tf',
  NP: 'BDC DP',
  An: 'd',
  S: "Tj '",
  nnS: '"',
  A: 'TJ',
  // As many numbers as the colour space has components, then the name of a pattern.
  '*': 'sc SC scn SCN',
};
const BY_OPERATOR: ReadonlyMap<string, string> = new Map(
  Object.entries(TAKES).flatMap(([takes, words]) => words.split(' ').map((word) => [word, takes] as const)),
);
const LETTERS: Readonly<Record<Kind, string>> = {
  number: 'n',
  name: 'N',
  string: 'S',
  array: 'A',
  dict: 'D',
  word: 'w',
};

/** What an operator takes; undefined where no reader knows it. */
export function operandsOf(operator: string): string | undefined {
  return BY_OPERATOR.get(operator);
}

/** Whether an operator takes such an operand at this place, counted from the last. */
export function isTaken(takes: string, kind: Kind, fromLast: number): boolean {
  if (takes === '*') return kind === 'number' || (kind === 'name' && fromLast === 0);
  const wanted = takes[takes.length - 1 - fromLast];
  return wanted === 'P' ? kind === 'name' || kind === 'dict' : wanted === LETTERS[kind];
}

/** The category of resources (7.8.3) that an operator names one of. */
export const NAMES: Readonly<Record<string, Category>> = {
  Do: 'XObject',
  Tf: 'Font',
  gs: 'ExtGState',
  cs: 'ColorSpace',
  CS: 'ColorSpace',
  scn: 'Pattern',
  SCN: 'Pattern',
  sh: 'Shading',
  BDC: 'Properties',
  DP: 'Properties',
};
export type Category = 'XObject' | 'Font' | 'ExtGState' | 'ColorSpace' | 'Pattern' | 'Shading' | 'Properties';
