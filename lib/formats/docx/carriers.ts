import type { Carrier } from '../../core/finding.ts';
import { FIELD_CARRIERS } from '../shared/field-kinds.ts';
import { carriersOf } from '../shared/ooxml/carriers.ts';

/** Every place in a Word document that is looked at. */
export const carriers: readonly Carrier[] = carriersOf('docx', [
  ['tasks', 'metadata', 'H', 'document tasks with assignees'],
  ['revision.insertion', 'metadata', 'H', 'author and date of a tracked insertion; the text is accepted'],
  ['revision.deletion', 'hidden-content', 'H', 'text deleted or moved away with change tracking on'],
  ['revision.formatting', 'metadata', 'H', 'author, date and old formatting of a tracked formatting change'],
  ['rsid', 'metadata', 'L', 'revision save ids, by which documents can be matched'],
  ['settings.variable', 'hidden-content', 'M', 'document variables'],
  ['settings.mail-merge', 'metadata', 'H', 'mail merge source, query and recipients'],
  ['settings.template', 'active-content', 'M', 'path of the attached template, loaded when opened'],
  ['settings.protection', 'metadata', 'M', 'hash and salt of the editing or writing password'],
  ['settings.other', 'metadata', 'L', 'settings that say nothing about how the document looks'],
  ['text.hidden', 'hidden-content', 'M', 'hidden text, set directly or by a style'],
  ['note.orphan', 'hidden-content', 'M', 'a footnote or endnote that no visible text refers to'],
  ...FIELD_CARRIERS,
  ['field.data', 'hidden-content', 'M', 'binary data and macros of form fields'],
  ['header.unseen', 'hidden-content', 'M', 'header or footer of a kind that no page of its section shows'],
  ['bookmark', 'metadata', 'L', 'bookmarks that nothing refers to'],
  ['style.name', 'metadata', 'M', 'style named after a person, path or address'],
  ['sub-document', 'active-content', 'M', 'external part of the text (subdocument, frame)'],
  ['alt-chunk', 'active-content', 'M', 'imported document of another format inside the text'],
  ['content-control', 'metadata', 'L', 'title, tag, binding and id of a content control; the content stays'],
  ['smart-tag', 'metadata', 'L', 'smart tags and custom XML elements around text'],
  ['permission', 'metadata', 'H', 'editing permissions with user names'],
  ['glossary', 'hidden-content', 'M', 'building blocks, which are a document of their own'],
]);
