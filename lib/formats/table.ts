import { formats } from './registry.ts';

/** The formats as README shows them, a Markdown table made from the registry. */
export function formatsTable(): string {
  const rows = formats.map(({ id, extensions, mediaType, carriers, isNeverPublished }) => {
    const names = extensions.map((extension) => `\`.${extension}\``).join(' ');
    const fate = isNeverPublished ? ' (inspected, never published as it is)' : '';
    return `| ${id}${fate} | ${names} | ${mediaType} | ${carriers.length} |`;
  });
  return ['| format | names | media type | carriers |', '| --- | --- | --- | --: |', ...rows].join('\n');
}
