// The parts of a presentation (ISO/IEC 29500-1 13.3, [MS-PPTX] 2.1, [MS-OFFMACRO2]).

import { drawingParts, droppedParts, type KeptPart, OFFICE, part } from '../shared/ooxml/part-table.ts';

const SHOW = `${OFFICE}presentationml.`;
const MACRO = 'application/vnd.ms-powerpoint.';

export const PRESENTATION_TYPE = `${SHOW}presentation.main+xml`;
export const TEMPLATE_TYPE = `${SHOW}template.main+xml`;
export const SLIDESHOW_TYPE = `${SHOW}slideshow.main+xml`;

/** Main parts by content type, and what they become: the macro-enabled ones their macro-free twins. */
export const MAIN_TYPES: ReadonlyMap<string, string> = new Map([
  [PRESENTATION_TYPE, PRESENTATION_TYPE],
  [TEMPLATE_TYPE, TEMPLATE_TYPE],
  [SLIDESHOW_TYPE, SLIDESHOW_TYPE],
  [`${MACRO}presentation.macroEnabled.main+xml`, PRESENTATION_TYPE],
  [`${MACRO}template.macroEnabled.main+xml`, TEMPLATE_TYPE],
  [`${MACRO}slideshow.macroEnabled.main+xml`, SLIDESHOW_TYPE],
]);

const text = (name: string, folder: string, implicit = true) =>
  part('text', [`${SHOW}${name}+xml`], `ppt/${folder}${name}`, implicit);

export const KEPT_PARTS: ReadonlyMap<string, KeptPart> = new Map([
  ['officeDocument', part('text', [...MAIN_TYPES.keys()], 'ppt/presentation', true)],
  // A slide's notes lead back to it without naming it; which slides there are is slides.ts's to say.
  ['slide', text('slide', 'slides/')],
  ['slideLayout', text('slideLayout', 'slideLayouts/')],
  ['slideMaster', text('slideMaster', 'slideMasters/')],
  ['notesSlide', text('notesSlide', 'notesSlides/')],
  ['notesMaster', text('notesMaster', 'notesMasters/')],
  ['handoutMaster', text('handoutMaster', 'handoutMasters/')],
  ['presProps', text('presProps', '')],
  ['tableStyles', part('drawing', [`${SHOW}tableStyles+xml`], 'ppt/tableStyles', true)],
  ...drawingParts('ppt'),
  ['font', part('font', ['application/x-fontdata'], 'ppt/fonts/font')],
]);

/** Relationships whose targets are carriers, by the carrier. */
export const DROPPED_PARTS: ReadonlyMap<string, string> = droppedParts({
  comment: 'comments',
  people: 'commentAuthors authors',
  tags: 'tags',
  changes: 'changesInfo changesInfos revisionInfo',
  'server-link': 'slideUpdateInfo slideUpdateUrl',
  'settings.view': 'viewProps',
  'settings.publish': 'htmlPubSaveAs',
  'settings.other': 'smartTags roamingSettings',
  tasks: 'tasks',
  // Previews of objects for older versions; those that are shown become pictures.
  'embedded.ole': 'oleObject vmlDrawing',
  'part.superfluous': 'legacyDiagramText legacyDocTextInfo',
});
