// PostScript in font programs and character maps (ISO 32000-2 9.7.5.4, 9.9): comments, texts about the font and the
// identifiers that printers cache fonts by are left out. All other bytes stay.

// What makers and licensees are named by; they hold strings (Type 1 Font Format, section 2.3).
const NAMING = /\/(?:version|Notice|Copyright|FullName|FamilyName|Weight|BaseFontName|Title|Creator|Author)\s*$/i;
const IDENTIFIERS =
  /\/(?:UniqueID|UIDOffset)\s+-?\d+\s+(?:(?:readonly|noaccess|executeonly)\s+)?(?:def|ND|\|-)(?![^\s/%])|\/XUID\s*\[[^\]()]*\]\s*(?:(?:readonly|noaccess)\s+)?(?:def|ND|\|-)(?![^\s/%])/g;

export type Words = { readonly text: string; readonly dropped: readonly string[]; readonly count: number };

/** The text without them; undefined where a string does not end. Which strings become empty is asked for. */
export function withoutWords(text: string, empty: 'every string' | 'strings of names'): Words | undefined {
  const kept: string[] = [];
  const dropped: string[] = [];
  let count = 0;
  let from = 0;
  for (let at = nextOf(text, 0); at >= 0; at = nextOf(text, at)) {
    const isComment = text[at] === '%';
    const end = isComment ? endOfLine(text, at) : endOfString(text, at);
    if (end < 0) return undefined;
    const inner = isComment ? text.slice(at + 1, end) : text.slice(at + 1, end - 1);
    if (
      isComment ||
      (inner !== '' && (empty === 'every string' || NAMING.test(text.slice(Math.max(0, at - 40), at))))
    ) {
      kept.push(text.slice(from, at), isComment ? '' : '()');
      dropped.push(inner);
      count += 1;
      from = end;
    }
    at = end;
  }
  kept.push(text.slice(from));
  const without = kept.join('').replace(IDENTIFIERS, () => {
    count += 1;
    return '';
  });
  return { text: without, dropped, count };
}

/** The next comment or string. */
function nextOf(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (text[at] === '%' || text[at] === '(') return at;
  return -1;
}

function endOfLine(text: string, at: number): number {
  let end = at;
  while (end < text.length && !'\r\n\f'.includes(text[end] ?? '')) end += 1;
  return end;
}

function endOfString(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '(') depth += 1;
    else if (text[at] === ')') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}
