// The document's own dictionaries (ISO 32000-2 7.7, 12.2, 12.4, 14.11): catalog, pages, what viewers show around them.
// The catalog's Metadata and the trailer's Info and ID are not copied but written anew.

import {
  array,
  boolean,
  dict,
  either,
  language,
  mention,
  number,
  numbers,
  oneOf,
  row,
  special,
  stream,
  type Tables,
  text,
} from '../shape.ts';
import { LAYER } from './graphics.ts';

// 14.11.2
const BOX = oneOf('MediaBox', 'CropBox', 'BleedBox', 'TrimBox', 'ArtBox');

export const documentTables: Tables = {
  // 7.7.2
  Catalog: [
    ['Type', oneOf('Catalog'), 'says what the dictionary is'],
    ['Pages', special('pages'), 'the pages'],
    ['PageLabels', special('pageLabels'), 'numbers that readers see'],
    ['Names', dict('Names'), 'named destinations'],
    ['Dests', special('oldDestinations'), 'named destinations of PDF 1.1'],
    ['ViewerPreferences', dict('ViewerPreferences'), 'shows the title, prints as meant'],
    [
      'PageLayout',
      oneOf('SinglePage', 'OneColumn', 'TwoColumnLeft', 'TwoColumnRight', 'TwoPageLeft', 'TwoPageRight'),
      'how it opens',
    ],
    // UseAttachments is left out with the attachments.
    ['PageMode', oneOf('UseNone', 'UseOutlines', 'UseThumbs', 'FullScreen', 'UseOC'), 'how it opens'],
    ['Outlines', dict('Outline'), 'bookmarks'],
    ['OpenAction', special('openAction'), 'the page it opens at'],
    ['StructTreeRoot', special('structureTree'), 'accessibility'],
    ['MarkInfo', dict('MarkInfo'), 'says that it is tagged'],
    ['Lang', language, 'language, for reading aloud'],
    ['OutputIntents', array(dict('OutputIntent')), 'what colours mean, asked for by PDF/A'],
    ['OCProperties', dict('LayerProperties'), 'layers'],
  ],
  Names: [['Dests', special('destinations'), 'named destinations']],
  // 7.7.3.3, with what a page inherits; Annots are handled one by one.
  Page: [
    ['Type', oneOf('Page'), 'says what the dictionary is'],
    ['MediaBox', numbers, 'size'],
    ['CropBox', numbers, 'what is shown'],
    ['BleedBox', numbers, 'what is printed'],
    ['TrimBox', numbers, 'size after cutting'],
    ['ArtBox', numbers, 'extent of the content'],
    ['Rotate', number, 'how it is turned'],
    ['UserUnit', number, 'size'],
    ['Resources', dict('Resources'), 'what its content names'],
    ['Contents', special('contents'), 'what it shows'],
    ['Group', dict('Group'), 'transparency'],
    ['StructParents', number, 'the place of its content in the structure tree'],
    ['Tabs', oneOf('R', 'C', 'S', 'A', 'W'), 'order of links, asked for by PDF/UA'],
    ['OutputIntents', array(dict('OutputIntent')), 'what colours mean'],
  ],
  MarkInfo: [
    ['Marked', boolean, 'says that it is tagged'],
    ['Suspects', boolean, 'says that the tags may be wrong'],
  ],
  // 12.2
  ViewerPreferences: [
    ['HideToolbar', boolean, 'how it opens'],
    ['HideMenubar', boolean, 'how it opens'],
    ['HideWindowUI', boolean, 'how it opens'],
    ['FitWindow', boolean, 'how it opens'],
    ['CenterWindow', boolean, 'how it opens'],
    ['DisplayDocTitle', boolean, 'shows the title and not the file name, asked for by PDF/UA'],
    ['NonFullScreenPageMode', oneOf('UseNone', 'UseOutlines', 'UseThumbs', 'UseOC'), 'how it opens'],
    ['Direction', oneOf('L2R', 'R2L'), 'reading direction'],
    ['ViewArea', BOX, 'what is shown'],
    ['ViewClip', BOX, 'what is shown'],
    ['PrintArea', BOX, 'what is printed'],
    ['PrintClip', BOX, 'what is printed'],
    ['PrintScaling', oneOf('None', 'AppDefault'), 'how it is printed'],
    ['Duplex', oneOf('Simplex', 'DuplexFlipShortEdge', 'DuplexFlipLongEdge'), 'how it is printed'],
    ['PickTrayByPDFSize', boolean, 'how it is printed'],
    ['PrintPageRange', numbers, 'how it is printed'],
    ['NumCopies', number, 'how it is printed'],
  ],
  // 12.4.2
  PageLabel: [
    ['Type', oneOf('PageLabel'), 'says what the dictionary is'],
    ['S', oneOf('D', 'R', 'r', 'A', 'a'), 'numbering style'],
    ['P', text, 'prefix'],
    ['St', number, 'first number'],
  ],
  // 14.11.5; Info and OutputCondition are free text about a print run and are not copied.
  OutputIntent: [
    ['Type', oneOf('OutputIntent'), 'says what the dictionary is'],
    ['S', oneOf('GTS_PDFX', 'GTS_PDFA1', 'ISO_PDFE1'), 'which standard it is for'],
    ['OutputConditionIdentifier', text, 'the printing condition, asked for by PDF/A and PDF/X'],
    ['RegistryName', special('publicRegistry'), 'where the condition is registered'],
    ['DestOutputProfile', stream('Profile', 'profile'), 'what colours mean'],
  ],
  // 8.11.4; names of configurations and their creators are not copied.
  LayerProperties: [
    ['OCGs', array(mention('layer')), 'the layers that something is on'],
    ['D', dict('LayerConfiguration'), 'which are shown'],
  ],
  LayerConfiguration: [
    ['BaseState', oneOf('ON', 'OFF', 'Unchanged'), 'which are shown'],
    ['ON', array(mention('layer')), 'which are shown'],
    ['OFF', array(mention('layer')), 'which are not'],
    ['Intent', special('names'), 'for whom'],
    ['AS', array(dict('LayerUsageApplication')), 'when they change by themselves'],
    ['Order', special('layerOrder'), 'the list that readers see'],
    ['ListMode', oneOf('AllPages', 'VisiblePages'), 'the list that readers see'],
    ['RBGroups', array(array(mention('layer'))), 'one of several'],
    ['Locked', array(mention('layer')), 'which cannot be switched'],
  ],
  LayerUsageApplication: [
    ['Event', oneOf('View', 'Print', 'Export'), 'when'],
    ['OCGs', array(mention('layer')), 'which'],
    ['Category', array(oneOf('Print', 'View', 'Export', 'Zoom', 'Language')), 'by which usage'],
  ],
  // 8.11.2
  Layer: [
    ['Type', oneOf('OCG'), 'says what the dictionary is'],
    ['Name', text, 'what readers see'],
    ['Intent', special('names'), 'for whom'],
    ['Usage', dict('LayerUsage'), 'when it is shown'],
  ],
  // CreatorInfo and User name programs and people.
  LayerUsage: [
    ['Language', dict('LayerLanguage'), 'for readers of a language'],
    ['Export', dict('LayerState'), 'when it is shown'],
    ['Zoom', dict('LayerZoom'), 'when it is shown'],
    ['Print', dict('LayerState'), 'when it is shown'],
    ['View', dict('LayerState'), 'when it is shown'],
    ['PageElement', dict('LayerPageElement'), 'header, footer or background'],
  ],
  LayerLanguage: [
    ['Lang', language, 'language'],
    ['Preferred', oneOf('ON', 'OFF'), 'between variants of a language'],
  ],
  LayerState: [
    ['Subtype', oneOf('Trapping', 'PrintersMarks', 'Watermark'), 'what is printed'],
    ['PrintState', oneOf('ON', 'OFF'), 'when printed'],
    ['ViewState', oneOf('ON', 'OFF'), 'when viewed'],
    ['ExportState', oneOf('ON', 'OFF'), 'when saved elsewhere'],
  ],
  LayerZoom: [
    ['min', number, 'from this magnification'],
    ['max', number, 'to this magnification'],
  ],
  LayerPageElement: [['Subtype', oneOf('HF', 'FG', 'BG', 'L'), 'header, footer or background']],
  LayerMembership: [
    ['Type', oneOf('OCMD'), 'says what the dictionary is'],
    ['OCGs', special('layers'), 'which layers'],
    ['P', oneOf('AllOn', 'AnyOn', 'AnyOff', 'AllOff'), 'how they combine'],
    ['VE', special('layerExpression'), 'how they combine'],
  ],
};

export const navigation: Tables = {
  // 12.3.3; structure elements (SE) and every action but going somewhere public are not copied.
  Outline: [
    ['Type', oneOf('Outlines'), 'says what the dictionary is'],
    ['Title', text, 'the bookmark'],
    ['Parent', dict('Outline'), 'order'],
    ['Prev', dict('Outline'), 'order'],
    ['Next', dict('Outline'), 'order'],
    ['First', dict('Outline'), 'order'],
    ['Last', dict('Outline'), 'order'],
    ['Count', number, 'how many are open'],
    ['Dest', special('destination'), 'where it leads'],
    ['A', special('action'), 'where it leads'],
    ['C', numbers, 'colour'],
    ['F', number, 'bold, italic'],
  ],
  // 12.5.6.5
  Link: [
    ['Type', oneOf('Annot'), 'says what the dictionary is'],
    ['Subtype', oneOf('Link'), 'says what the dictionary is'],
    ['Rect', numbers, 'where'],
    ['QuadPoints', numbers, 'where exactly'],
    ['F', number, 'whether shown and printed'],
    ['Border', row(either(number, numbers)), 'its frame'],
    ['BS', dict('BorderStyle'), 'its frame'],
    ['C', numbers, 'colour of the frame'],
    ['H', oneOf('N', 'I', 'O', 'P'), 'what a click shows'],
    ['A', special('action'), 'where it leads'],
    ['Dest', special('destination'), 'where it leads'],
    ['Contents', text, 'read aloud, asked for by PDF/UA'],
    ['StructParent', number, 'its place in the structure tree'],
    ['OC', LAYER, 'the layer it is on'],
  ],
  BorderStyle: [
    ['Type', oneOf('Border'), 'says what the dictionary is'],
    ['W', number, 'width'],
    ['S', oneOf('S', 'D', 'B', 'I', 'U'), 'style'],
    ['D', numbers, 'dashes'],
  ],
};
