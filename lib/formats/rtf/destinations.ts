// Groups by the word they begin with (Rich Text Format 1.9.1, "Destinations"). A group whose word is in neither table is
// dropped where it is starred, because readers that do not know it skip it; otherwise only its word is.

import type { CarrierId } from '../../core/finding.ts';
import type { Place } from './job.ts';

export type Kind =
  /** Text that is seen. */
  | 'text'
  /** A table that text refers to. Texts in it are names of fonts and styles. */
  | 'table'
  /** The same, without texts. */
  | 'bare'
  | 'info'
  | 'picture'
  | 'object'
  | 'field'
  | 'bookmark'
  | 'shape'
  | 'drawing'
  | 'number'
  | 'pages'
  | 'unicode'
  /** A drawing: shapes, with texts in boxes. */
  | 'frame';

type Row = readonly [kind: Kind, why: string];

const every = (words: string, kind: Kind, why: string) =>
  words.split(' ').map((word): readonly [string, Row] => [word, [kind, why]]);

export const KEPT: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...every('rtf', 'text', 'the document'),
  ...every('header footer', 'text', 'above and below the text'),
  ...every('headerf footerf headerl headerr footerl footerr', 'pages', 'above and below the text of some pages'),
  ...every('footnote', 'text', 'notes'),
  ...every('ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn', 'bare', 'what separates notes'),
  ...every('pntext listtext', 'number', 'number of a paragraph, for readers that do not count'),
  ...every('pn pnseclvl', 'bare', 'how paragraphs are numbered'),
  ...every('pntxta pntxtb', 'table', 'what stands beside the number of a paragraph'),
  ...every('fonttbl', 'table', 'fonts'),
  ...every('falt', 'table', 'the substitute of a font'),
  ...every('panose', 'bare', 'the substitute of a font'),
  ...every('colortbl', 'bare', 'colours'),
  ...every('stylesheet', 'table', 'styles'),
  ...every('cs ds ts tsrowd', 'table', 'a style'),
  ...every('defchp defpap', 'bare', 'how text looks where nothing is said'),
  ...every('leveltext', 'table', 'what numbers of lists say'),
  ...every(
    'listtable list listlevel levelnumbers listoverridetable listoverride lfolevel listpicture',
    'bare',
    'how lists are numbered',
  ),
  ...every('nesttableprops', 'bare', 'rows of tables in tables'),
  ...every('shppict', 'bare', 'a picture'),
  ...every('nonshppict', 'bare', 'a picture, for older readers'),
  ...every('pict', 'picture', 'a picture'),
  ...every('object', 'object', 'what an object shows'),
  ...every('field', 'field', 'a link, a page number'),
  ...every('bkmkstart', 'bookmark', 'where links lead'),
  ...every('bkmkend', 'bookmark', 'where links lead'),
  ...every('shp', 'drawing', 'a drawing'),
  ...every('shpgrp do background', 'frame', 'drawings'),
  ...every('shprslt shptxt dptxbxtext', 'text', 'the text of a drawing'),
  ...every('shpinst', 'shape', 'a drawing'),
  ...every('upr', 'unicode', 'one text in two character sets'),
  ...every('info', 'info', 'the title'),
]);

/** What may stand in tables and drawings: no text of the document, which nobody would see there. */
const IN_TABLES: ReadonlySet<Kind> = new Set(['table', 'bare', 'picture', 'unicode']);
const IN_DRAWINGS: ReadonlySet<Kind> = new Set(['bare', 'picture', 'drawing', 'shape', 'frame']);
const TEXTS_OF_DRAWINGS: ReadonlySet<string> = new Set(['shprslt', 'shptxt', 'dptxbxtext']);

const OF_TABLES: ReadonlySet<string> = new Set('falt panose leveltext levelnumbers pntxta pntxtb'.split(' '));

/** Whether readers look at a group of this kind in such a place. */
export function isReadIn(place: Place, word: string, kind: Kind): boolean {
  if (place === 'text') return !OF_TABLES.has(word);
  if (place === 'frame') return IN_DRAWINGS.has(kind) || TEXTS_OF_DRAWINGS.has(word);
  return IN_TABLES.has(kind) && !(place === 'bare' && kind === 'unicode');
}

const rows = (carrier: string, words: string) =>
  words.split(' ').map((word): readonly [string, CarrierId] => [word, `rtf.${carrier}`]);

/** What dropping a group is called. */
export const DROPPED: ReadonlyMap<string, CarrierId> = new Map<string, CarrierId>([
  ...rows('revision.author', 'revtbl'),
  ...rows('revision.insertion', 'oldcprops oldpprops oldsprops oldtprops'),
  ...rows('comment', 'annotation atnid atnauthor atndate atntime atnicn atnref atnparent atrfstart atrfend'),
  ...rows('rsid', 'rsidtbl blipuid'),
  ...rows('generator', 'generator'),
  ...rows('template', 'template'),
  ...rows('protection', 'passwordhash password protusertbl'),
  ...rows('mail-merge', 'mailmerge'),
  ...rows('variable', 'docvar'),
  ...rows(
    'custom-data',
    'datastore themedata colorschememapping xmlnstbl xmlopen xmlname xmlattrname xmlattrvalue factoidname',
  ),
  ...rows('info.other', 'userprops hlinkbase'),
  ...rows('info.author', 'company'),
  ...rows('index-entry', 'xe tc tcn txe rxe bxe'),
  ...rows('field.other', 'datafield formfield'),
  ...rows('object', 'objdata objclass objname objtopic objitem objalias objsect oleclsid'),
  ...rows('picture.property', 'sp sn sv'),
  ...rows('font.program', 'fontemb fontfile'),
  ...rows('file', 'filetbl file nextfile'),
]);

/** Of these nothing is said: they hold numbers and words of the format, and readers do without them. */
export const SILENT: ReadonlySet<string> = new Set(
  'latentstyles wgrffmtfilter hyphen lchars fchars mmathPr nonesttables saveprevpict listname'.split(' '),
);

/** What is seen and cannot be cleaned. */
export const REFUSED: ReadonlySet<string> = new Set(['mmath', 'moMath', 'moMathPara', 'mmathPara']);
