// The parts of a Word document (ISO/IEC 29500-1 11.3, [MS-DOCX] 2.2, [MS-OFFMACRO2]).

import { drawingParts, droppedParts, type KeptPart, OFFICE, part } from '../shared/ooxml/part-table.ts';

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.';

/** Main parts by content type, and what they become: the macro-enabled ones their macro-free twins. */
export const MAIN_TYPES: ReadonlyMap<string, string> = new Map([
  [`${WORD}document.main+xml`, `${WORD}document.main+xml`],
  [`${WORD}template.main+xml`, `${WORD}template.main+xml`],
  ['application/vnd.ms-word.document.macroEnabled.main+xml', `${WORD}document.main+xml`],
  ['application/vnd.ms-word.template.macroEnabledTemplate.main+xml', `${WORD}template.main+xml`],
]);
export const TEMPLATE_TYPE = `${WORD}template.main+xml`;

const text = (name: string, implicit = false) => part('text', [`${WORD}${name}+xml`], `word/${name}`, implicit);

export const KEPT_PARTS: ReadonlyMap<string, KeptPart> = new Map([
  ['officeDocument', part('text', [...MAIN_TYPES.keys()], 'word/document', true)],
  ['styles', text('styles', true)],
  ['numbering', text('numbering', true)],
  ['settings', text('settings', true)],
  ['webSettings', text('webSettings', true)],
  ['fontTable', text('fontTable', true)],
  ['footnotes', text('footnotes', true)],
  ['endnotes', text('endnotes', true)],
  ['header', text('header')],
  ['footer', text('footer')],
  ...drawingParts('word'),
  ['font', part('font', [`${OFFICE}obfuscatedFont`, 'application/x-fontdata'], 'word/fonts/font')],
]);

/** Relationships whose targets are carriers, by the carrier. */
export const DROPPED_PARTS: ReadonlyMap<string, string> = droppedParts({
  comment: 'comments commentsExtended commentsIds commentsExtensible',
  people: 'people',
  tasks: 'documenttasks',
  glossary: 'glossaryDocument',
  macro: 'wordVbaData keyMapCustomizations attachedToolbars',
  'settings.template': 'attachedTemplate',
  'settings.mail-merge': 'mailMergeSource mailMergeHeaderSource mailMergeRecipientData recipientData',
  'settings.other': 'transform',
  // The second is how Word 2010 wrote it at first.
  'part.superfluous': 'stylesWithEffects stylesWithtEffects',
  'alt-chunk': 'aFChunk afChunk',
  'sub-document': 'subDocument frame htmlPubSaveAs',
});
