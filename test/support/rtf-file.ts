// RTF documents, made here: a header as programs write it, and what a row puts into it.

export const WORDS = 'De beslissing op uw verzoek staat in deze brief.';

export type RtfParts = {
  /** Groups before the text. */
  readonly head?: string;
  /** Behind the first paragraph. */
  readonly body?: string;
  /** Entries of the table of styles. */
  readonly styles?: string;
  readonly before?: string;
  readonly after?: string;
};

export function rtfOf({ head = '', body = '', styles = '', before = '', after = '' }: RtfParts = {}): Buffer {
  const tables = `{\\fonttbl{\\f0\\froman\\fcharset0{\\*\\panose 02020603050405020304}Times New Roman{\\*\\falt Times};}}{\\colortbl;\\red0\\green0\\blue0;}{\\stylesheet{\\ql\\fs24 \\snext0 Normal;}${styles}}`;
  const text = `\\pard\\plain\\ql\\f0\\fs24 ${WORDS}\\par\n${body}`;
  return Buffer.from(`${before}{\\rtf1\\ansi\\ansicpg1252\\deff0${tables}${head}${text}}${after}`, 'latin1');
}

/** As pictures stand in a document. */
export function pictOf(kind: string, data: Uint8Array, words = '', groups = ''): string {
  return `{\\pict${groups}\\${kind}\\picw100\\pich100\\picwgoal1500\\pichgoal1500${words} ${Buffer.from(data).toString('hex')}}`;
}
