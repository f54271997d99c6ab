// Every place of a PDF that we look at. Clauses are those of ISO 32000-2:2020.

import type { Carrier, FindingCode, Tier } from '../../core/finding.ts';

const row = (id: string, code: FindingCode, tier: Tier, says: string): Carrier => ({
  id: `pdf.${id}`,
  code,
  tier,
  says,
});

export const carriers: readonly Carrier[] = [
  row('info.author', 'metadata', 'H', 'author in the information dictionary (14.3.3)'),
  row('info.title', 'metadata', 'M', 'title that is a path or a file name (14.3.3, 14.3.2)'),
  row(
    'info.other',
    'metadata',
    'M',
    'subject, keywords, programs, dates and own keys in the information dictionary (14.3.3)',
  ),
  row(
    'xmp',
    'metadata',
    'H',
    'properties in the XMP packet of the document other than title, language and PDF/A and PDF/UA identification (14.3.2)',
  ),
  row('xmp.object', 'metadata', 'H', 'XMP packet of a page, picture, font or other object (14.3.2)'),
  row('id', 'metadata', 'L', 'file identifier, which ties versions of a document together (14.4)'),
  row(
    'encryption',
    'metadata',
    'L',
    'encryption that opens without a password; the document is published decrypted (7.6)',
  ),

  row('annotation.comment', 'personal-data', 'H', 'note, reply or pop-up (12.5.6.4, 12.5.6.14)'),
  row(
    'annotation.markup',
    'personal-data',
    'H',
    'author and text of visible markup: highlight, stamp, drawing, free text (12.5.6.2)',
  ),
  row('annotation.hidden', 'hidden-content', 'H', 'annotation that is not shown (12.5.3)'),
  row('annotation.redact', 'failed-redaction', 'H', 'redaction that was marked but never applied (12.5.6.23)'),
  row('annotation.media', 'active-content', 'M', 'sound, film, 3D or rich media (12.5.6.16 to 12.5.6.25, 13)'),
  row('annotation.other', 'metadata', 'L', 'other annotation, of which only the picture is kept (12.5)'),

  row('attachment', 'hidden-content', 'H', 'attached or associated file (7.11.4, 12.5.6.15, 14.13)'),
  row(
    'attachment.detail',
    'metadata',
    'M',
    'what is said of an attached file: description, dates, portfolio; files of single pictures or tags (7.11.3, 12.3.5)',
  ),
  row(
    'attachment.unclean',
    'hidden-content',
    'H',
    'attached file that cannot be cleaned, where policy keeps the others (7.11.4)',
  ),

  row('action.javascript', 'active-content', 'M', 'JavaScript (12.6.4.17)'),
  row('action.launch', 'active-content', 'H', 'action that starts a program or opens a file (12.6.4.6)'),
  row('action.submit', 'active-content', 'M', 'action that sends, resets or fills a form (12.7.6)'),
  row(
    'action.remote',
    'active-content',
    'H',
    'action that opens another document, often by its path (12.6.4.3, 12.6.4.4)',
  ),
  row('action.other', 'active-content', 'M', 'other action, additional actions, requirements (12.6)'),
  row(
    'link.private',
    'metadata',
    'H',
    'link to a file, a path, an internal host, a personal folder or a tracking wrapper (12.6.4.8)',
  ),
  row('link.mail', 'personal-data', 'M', 'link to an e-mail address (12.6.4.8)'),

  row('pieceinfo', 'hidden-content', 'H', 'private data of programs, often a copy of the source document (14.5)'),
  row(
    'thumbnail',
    'hidden-content',
    'M',
    'small or alternate picture, which may be older than the page (12.3.4, 8.9.5.4)',
  ),
  row('revision.old', 'hidden-content', 'H', 'earlier versions of the document in the same file (7.5.6)'),
  row('unreferenced', 'hidden-content', 'M', 'objects that nothing in the document leads to (7.5.4)'),
  row('leading', 'trailing-data', 'M', 'bytes before the header (7.5.2)'),
  row('trailing', 'trailing-data', 'M', 'bytes after the end (7.5.5)'),
  row(
    'page.template',
    'hidden-content',
    'H',
    'page that is in no page tree: template, named page, named appearance (12.7.7)',
  ),

  row('image.metadata', 'metadata', 'H', 'metadata inside a picture: Exif, XMP, comments (8.9.5)'),
  row('image.trailing', 'trailing-data', 'M', 'bytes of a picture beyond its last sample (8.9.5)'),
  row('profile.text', 'metadata', 'L', 'names, makers and dates in a colour profile (8.6.5.5)'),
  row('font.names', 'metadata', 'L', 'names, licences, dates and identifiers in a font program (9.8, 9.9)'),
  row('stream.trailing', 'trailing-data', 'M', 'bytes of a stream after the end of its data (7.3.8, 7.4)'),
  row('stream.external', 'metadata', 'H', 'reference to a file outside the document (7.3.8, 8.10.4, 14.11.7)'),
  row('content.comment', 'metadata', 'M', 'comment in a content stream, function or character map (7.2.4)'),
  row('content.property', 'metadata', 'M', 'private property list in a content stream (14.6.2)'),

  row('signature', 'personal-data', 'H', 'digital signature, its certificates and permissions (12.8)'),
  row('xfa', 'hidden-content', 'H', 'XFA form with its data (annex K)'),
  row(
    'form.field',
    'personal-data',
    'M',
    'form field: name, value, default, options (12.7); what it shows stays as a picture of text',
  ),
  row(
    'form.value',
    'hidden-content',
    'H',
    'value of a form field that is not what the field shows, such as a password or an older answer (12.7.4.3)',
  ),

  row('layer.hidden', 'hidden-content', 'H', 'content on a layer that is not shown (8.11)'),
  row(
    'redaction.failed',
    'failed-redaction',
    'H',
    'text under something opaque, or in a place that was blackened (8.1, 9.3)',
  ),
  row(
    'text.hidden',
    'hidden-content',
    'H',
    'text that is not seen: without ink, in the colour of the paper, clipped, transparent, minute (9.3, 9.3.6)',
  ),
  row(
    'text.ocr',
    'hidden-content',
    'L',
    'words of a scan, without ink, by which it is searched and read aloud (9.3.6)',
  ),
  row('page.outside', 'hidden-content', 'H', 'text or picture beside the part of the page that is shown (14.11.2)'),
  row(
    'image.cropped',
    'hidden-content',
    'M',
    'picture of which a good part is cut off by clipping or by the edge of the page (8.5.4, 14.11.2)',
  ),
  row('layer.creator', 'metadata', 'M', 'creator, user or alternate configuration of layers (8.11.4)'),
  row(
    'structure.identifier',
    'metadata',
    'L',
    'identifiers of structure elements, made of field names or paths (14.7.2)',
  ),
  row(
    'structure.property',
    'metadata',
    'M',
    'user properties and attributes of programs in the structure tree (14.7.6)',
  ),
  row('text.path', 'metadata', 'H', 'path in an alternative text, bookmark or label (14.9.3, 12.3.3)'),
  row(
    'text.personal',
    'personal-data',
    'H',
    'mailbox or account of a person, or a citizen service number, in an alternative text, bookmark or label (14.9.3, 12.3.3)',
  ),
  row('resource.unused', 'hidden-content', 'M', 'resource that nothing draws (7.8.3)'),
  row('resource.name', 'metadata', 'L', 'name that somebody gave to a resource or a character map (7.8.3, 9.7.5)'),
  row('destination.name', 'metadata', 'M', 'name of a destination that is a path (12.3.2.4)'),
  row('webcapture', 'metadata', 'M', 'addresses that pages were captured from (14.10)'),
  row('thread', 'metadata', 'L', 'article threads and their authors (12.4.3)'),
  row('recipients', 'personal-data', 'H', 'document parts with recipient records (14.12)'),
  row('geography', 'personal-data', 'M', 'coordinates and measures (12.9, 12.10)'),
  row('key.private', 'metadata', 'L', 'key that no table names (annex E)'),
];
