// File names and messages may hold anything. Control characters could move the cursor or retitle the terminal, and
// direction marks could make `fdp.exe` read as `exe.pdf`: both are shown as escapes.

const UNPRINTABLE = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** The text as one harmless line. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => `\\u${hex(char)}`);
}

/** The value as JSON on one harmless line; parsing gives the value back unchanged. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, (char) => `\\u${hex(char)}`);
}

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(4, '0');
}
