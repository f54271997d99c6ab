// The words in which the tables say what a value must be. A value that is not what its row says is not copied.

import type { Category } from './content-operators.ts';

/** What is done with the bytes of a stream. */
export type Body =
  | 'data'
  | 'content'
  | 'image'
  | 'jbig2'
  | 'profile'
  | 'font'
  | 'cmap'
  | 'postscript'
  | 'samples'
  | 'mesh'
  | 'codes';

/** Things that are kept because something else leads to them; a mere mention does not bring them back. */
export type Target = 'page' | 'annotation' | 'element' | 'layer' | 'drawn';

/** The names that may stand somewhere. */
export type Names = { readonly says: string; has(name: string): boolean };

export type Shape =
  | { readonly is: 'name'; readonly of?: Names }
  | { readonly is: 'number' | 'boolean' | 'bytes' | 'text' | 'language' }
  /** A list; members that do not fit are left out. */
  | { readonly is: 'array'; readonly of: Shape }
  /** A list in which places count: members that do not fit become null. */
  | { readonly is: 'row'; readonly of: Shape }
  /** A dictionary whose keys are names that the document chose. */
  | { readonly is: 'map'; readonly of: Shape }
  /** One category of a resource dictionary: entries that nothing names are left out. */
  | { readonly is: 'resources'; readonly category: Category; readonly of: Shape }
  | { readonly is: 'dict'; readonly table: string }
  | { readonly is: 'stream'; readonly table: string; readonly body: Body }
  /** The first that fits. */
  | { readonly is: 'either'; readonly of: readonly Shape[] }
  /** Chosen by the name (or number) at a key of the dictionary; nothing fits when the choice is not listed. */
  | {
      readonly is: 'by';
      readonly key: string;
      readonly of: Readonly<Record<string, Shape>>;
      readonly otherwise?: Shape;
    }
  | { readonly is: 'mention'; readonly of: Target }
  /** Too particular for a table: code of that name in special.ts. */
  | { readonly is: 'special'; readonly of: string };

/** A key that is kept, what its value must be, and why it is kept. */
export type Row = readonly [key: string, shape: Shape, why: string];
export type Table = readonly Row[];
export type Tables = Readonly<Record<string, Table>>;

export const name: Shape = { is: 'name' };
export const number: Shape = { is: 'number' };
export const boolean: Shape = { is: 'boolean' };
/** A byte string that is no text: a glyph list, a colour table, an identifier. */
export const bytes: Shape = { is: 'bytes' };
/** A text that people read or hear. It is kept, but paths in it are not. */
export const text: Shape = { is: 'text' };

/** A language tag. */
export const language: Shape = { is: 'language' };

export const oneOf = (...names: readonly string[]): Shape => {
  const set = new Set(names);
  return { is: 'name', of: { says: names.join(' '), has: (name) => set.has(name) } };
};
/** Names that are known by a rule. */
export const named = (says: string, has: (name: string) => boolean): Shape => ({ is: 'name', of: { says, has } });
export const array = (of: Shape): Shape => ({ is: 'array', of });
export const row = (of: Shape): Shape => ({ is: 'row', of });
export const map = (of: Shape): Shape => ({ is: 'map', of });
export const resources = (category: Category, of: Shape): Shape => ({ is: 'resources', category, of });
export const dict = (table: string): Shape => ({ is: 'dict', table });
export const stream = (table: string, body: Body = 'data'): Shape => ({ is: 'stream', table, body });
export const either = (...of: readonly Shape[]): Shape => ({ is: 'either', of });
export const by = (key: string, of: Readonly<Record<string, Shape>>, otherwise?: Shape): Shape =>
  otherwise ? { is: 'by', key, of, otherwise } : { is: 'by', key, of };
export const mention = (of: Target): Shape => ({ is: 'mention', of });
export const special = (of: string): Shape => ({ is: 'special', of });

export const numbers: Shape = row(number);
