import { isKey } from '../stores/keys.ts';
import { RunError } from './records.ts';

/**
 * The keys of a list, each once, in their order: one a line, or in JSON Lines a string or an object with a `key`.
 * Rejects with a RunError that names the first line that is none.
 */
export function parseKeyList(text: string, form: 'lines' | 'jsonl'): readonly string[] {
  const keys = new Set<string>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line === '') continue;
    const key = form === 'lines' ? line : keyOf(line);
    if (key === undefined || !isKey(key)) throw new RunError(`line ${index + 1} of the list is not a key`);
    keys.add(key);
  }
  return [...keys];
}

function keyOf(line: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'string') return parsed;
    if (typeof parsed !== 'object' || parsed === null || !('key' in parsed)) return undefined;
    return typeof parsed.key === 'string' ? parsed.key : undefined;
  } catch {
    return undefined;
  }
}
