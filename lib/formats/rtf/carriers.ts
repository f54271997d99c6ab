import type { Carrier } from '../../core/finding.ts';
import { type CarrierRow, carrierTable } from '../shared/carrier-table.ts';
import { FIELD_CARRIERS, LINK_CARRIERS } from '../shared/field-kinds.ts';

const ROWS: readonly CarrierRow[] = [
  ['info.author', 'metadata', 'H', 'author, operator, manager and company in the information group'],
  ['info.title', 'metadata', 'M', 'title that is a path, a file name or an address; other titles stay'],
  ['info.other', 'metadata', 'M', 'subject, keywords, comments, dates, editing time, own properties'],
  ['revision.author', 'metadata', 'H', 'table of those who revised the text'],
  ['revision.insertion', 'metadata', 'H', 'author and time of tracked insertions and formatting; the text is accepted'],
  ['revision.deletion', 'hidden-content', 'H', 'text deleted or moved away with revision marks'],
  ['comment', 'hidden-content', 'H', 'annotations, their authors, times and anchors'],
  ['rsid', 'metadata', 'L', 'revision save ids and identifiers of pictures, by which documents can be matched'],
  ['generator', 'metadata', 'L', 'program that wrote the file'],
  ['template', 'active-content', 'M', 'path of the attached template'],
  ['protection', 'metadata', 'M', 'hash of a password, users who may edit'],
  ['mail-merge', 'metadata', 'H', 'mail merge source, query and recipients'],
  ['variable', 'hidden-content', 'M', 'document variables'],
  ['custom-data', 'hidden-content', 'M', 'custom XML, themes, XML namespaces'],
  ['text.hidden', 'hidden-content', 'M', 'hidden text, set directly or by a style'],
  ...FIELD_CARRIERS,
  ['header.unseen', 'hidden-content', 'M', 'header or footer of a kind that no page shows'],
  ['index-entry', 'hidden-content', 'L', 'entries for an index or a table of contents'],
  ...LINK_CARRIERS,
  ['bookmark', 'metadata', 'L', 'names of bookmarks that somebody chose; they become numbers'],
  ['object', 'active-content', 'H', 'embedded or linked object; the picture it shows stays'],
  ['picture.property', 'metadata', 'M', 'name, description and link of a picture or shape'],
  ['picture.crop', 'hidden-content', 'M', 'picture of which a part is cut off from sight'],
  ['picture.unknown', 'hidden-content', 'M', 'picture of a kind that is not cleaned'],
  ['font.program', 'hidden-content', 'M', 'embedded font or its file'],
  ['file', 'metadata', 'H', 'other files by their path'],
  ['destination', 'hidden-content', 'M', 'group that no table names, which readers skip'],
  ['word', 'metadata', 'L', 'control word that no table names, which readers skip'],
  ['leading', 'trailing-data', 'L', 'bytes before the first group'],
  ['trailing', 'trailing-data', 'M', 'bytes after the last group'],
];

/** Every place in an RTF document that is looked at. */
export const carriers: readonly Carrier[] = carrierTable('rtf', ROWS);
