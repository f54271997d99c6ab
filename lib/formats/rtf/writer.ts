// Writes tokens one behind the other. A word ends with a blank only where what follows would be read as part of it.

export type Writer = {
  open(): void;
  close(): void;
  word(word: string, param?: number): void;
  /** Text and symbols as they stand in the source. */
  raw(bytes: Uint8Array): void;
  /** Text of ours, escaped. */
  text(text: string): void;
  /** A line end, which says nothing. */
  lineEnd(): void;
  bytes(): Buffer;
};

export function newWriter(): Writer {
  const parts: Uint8Array[] = [];
  let isAfterWord = false;
  const put = (bytes: Uint8Array) => {
    if (bytes.length === 0) return;
    if (isAfterWord && /[\w -]/.test(String.fromCharCode(bytes[0] ?? 0))) parts.push(Buffer.from(' '));
    isAfterWord = false;
    parts.push(bytes);
  };
  const latin1 = (text: string) => put(Buffer.from(text, 'latin1'));
  return {
    open: () => latin1('{'),
    close: () => latin1('}'),
    word(word, param) {
      latin1(`\\${word}${param ?? ''}`);
      isAfterWord = true;
    },
    raw: put,
    text: (text) => latin1(text.replace(/[\\{}]/g, '\\$&')),
    lineEnd: () => latin1('\n'),
    bytes: () => Buffer.concat(parts),
  };
}
