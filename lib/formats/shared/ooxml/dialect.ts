// What a Word document, a workbook and a presentation have in common is in this folder; in what they differ is said by a
// dialect: which parts there are, what its own vocabulary keeps, and how its drawings are framed.

import type { Context } from '../../../core/format.ts';
import type { Attribute, Element, XmlDocument } from '../xml.ts';
import type { XmlEdits } from '../xml-edit.ts';
import type { Zip } from '../zip.ts';
import type { Program } from './application.ts';
import type { Job } from './job.ts';
import type { KeptPart } from './part-table.ts';
import type { Round } from './structure.ts';

export type Dialect = {
  /** The format's id, which its carriers' names begin with. */
  readonly id: string;
  /** Main parts by content type, and what they become: the macro-enabled ones their macro-free twins. */
  readonly mainTypes: ReadonlyMap<string, string>;
  /** By the last word of the relationship's type. A part stays when its relationship and its content type are here. */
  readonly keptParts: ReadonlyMap<string, KeptPart>;
  /** Relationships whose targets are carriers, by the carrier. */
  readonly droppedParts: ReadonlyMap<string, string>;
  /** The program whose name stays in the properties, where readers ask for it. */
  readonly program?: Program;
  /** What the format writes into every document, in small letters: a removed value that is part of it proves nothing. */
  readonly ownWords: string;
  /** What this document's styles, fonts and theme are called, in small letters. */
  wordsOf(zip: Zip, context: Context): string;
  /** Says where an element stands. */
  placer(job: Job, document: Pick<XmlDocument, 'root'>): (element: Element) => string;
  /** What holds a drawing: what goes when all of the drawing has to go. */
  frameOf(element: Element): Element | undefined;
  /**
   * Cleans an element of the dialect's own vocabulary. Answers whether it is gone with everything in it, undefined where
   * the rules that all dialects share decide.
   */
  cleanOwn(element: Element, round: Round): boolean | undefined;
  /** The same for an element of another vocabulary, whose place inside an own one may make it a carrier. */
  cleanGuest(element: Element, round: Round): boolean | undefined;
  /** The same for an attribute: whether it is done with. */
  cleanAttribute(element: Element, attribute: Attribute, round: Round): boolean;
  /** Whether an attribute of an element of its own vocabularies is in the dialect's tables; undefined for others. */
  hasAttribute(element: Element, attribute: Attribute): boolean | undefined;
  /** Mends an element of its own whose relationship has gone. Answers whether it did. */
  mend(element: Element, attribute: Attribute, edits: XmlEdits): boolean;
};
