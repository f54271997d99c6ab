import type { Context, Format } from './format.ts';

/** Names of the tags that ExifTool reads in the bytes and that neither the format nor the tool itself accounts for. */
export async function unexpectedTags(
  _format: Format,
  _body: Uint8Array,
  _extension: string,
  _context: Context,
): Promise<readonly string[]> {
  throw new Error('written in the next commit');
}
