// What ExifTool reads in the result, held against the format's own table (design 3.5c). ExifTool knows thousands of
// places that we do not; a tag that no table accounts for means that one of them is still there.

import type { Context, Format } from './format.ts';

// Groups that speak of the temporary file, of the tool, or repeat other tags in other words.
const NOT_OF_THE_DOCUMENT = new Set(['System', 'ExifTool', 'Composite']);

// Family 1 group File holds what was recognised, which is no metadata, beside what was read, like a JPEG comment.
const RECOGNISED = new Set([
  ...['FileType', 'FileTypeExtension', 'MIMEType', 'ImageWidth', 'ImageHeight', 'EncodingProcess', 'BitsPerSample'],
  ...['ColorComponents', 'YCbCrSubSampling', 'ExifByteOrder', 'PageCount'],
]);

/** Names of the tags that ExifTool reads in the bytes and that neither the format nor the tool itself accounts for. */
export async function unexpectedTags(
  format: Pick<Format, 'allowedTags'>,
  body: Uint8Array,
  extension: string,
  context: { readonly engines: Pick<Context['engines'], 'exiftool'> },
): Promise<readonly string[]> {
  const allowed = format.allowedTags.map(matcher);
  const tags = await context.engines.exiftool(body, extension);
  return [...tags]
    .filter(([tag, text]) => !isOfTheTool(tag, text) && !allowed.some((pattern) => pattern.test(tag)))
    .map(([tag]) => tag);
}

// ExifTool complains in ExifTool:Error and ExifTool:Warning: of trailers, of damage, of directories it cannot follow.
// These say nothing about the bytes but that it was asked to read little of them, or does not know a kind by name.
const HARMLESS_WARNING =
  /^(?:\[minor\] )?(?:Install [\w:]+ to |Use of -?U|Ignored superfluous|Possibly incorrect maker notes|Unrecognized MIMEType application\/vnd\.oasis\.opendocument\.[a-z]+-template$)/;

function isOfTheTool(tag: string, text: string): boolean {
  const [group = '', name = ''] = tag.split(':', 2);
  if (group === 'ExifTool' && name === 'Error') return false;
  if (group === 'ExifTool' && name === 'Warning') return HARMLESS_WARNING.test(text);
  return NOT_OF_THE_DOCUMENT.has(group) || (group === 'File' && RECOGNISED.has(name));
}

/** `*` stands for any run of characters within the group or within the name. */
function matcher(glob: string): RegExp {
  return new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^:]*')}$`);
}
