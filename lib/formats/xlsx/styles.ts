// Formats that show nothing (ISO/IEC 29500-1 18.8): number formats without a visible section, and letters in the colour
// of their ground.

import type { Element, XmlDocument } from '../shared/xml.ts';
import { childOf, isSheet, isTrue, plainValue } from './spreadsheet.ts';

/** Whether a cell of that style shows nothing; `bare` where no table or condition paints its ground. */
export type Invisible = (style: number, isText: boolean, bare: boolean) => boolean;

type Format = {
  readonly numbers: boolean;
  readonly texts: boolean;
  readonly onWhite: boolean;
  readonly onFill: boolean;
};

export function invisibleFormats(styles: XmlDocument | undefined): Invisible {
  if (!styles) return () => false;
  const { root } = styles;
  const list = (name: string) => childOf(root, name)?.children ?? [];
  const codes = new Map(
    list('numFmts').map((format) => [plainValue(format, 'numFmtId') ?? '', plainValue(format, 'formatCode') ?? '']),
  );
  const fonts = list('fonts');
  const fills = list('fills');
  const formats = list('cellXfs')
    .filter((format) => isSheet(format, 'xf'))
    .map((format): Format => {
      const hidden = hiddenBy(codes.get(plainValue(format, 'numFmtId') ?? '') ?? 'General');
      const font = colourOf(childOf(fonts[Number(plainValue(format, 'fontId') ?? 0)], 'color'));
      const pattern = childOf(fills[Number(plainValue(format, 'fillId') ?? 0)], 'patternFill');
      const isSolid = plainValue(pattern, 'patternType') === 'solid';
      const ground = isSolid ? colourOf(childOf(pattern, 'fgColor')) : undefined;
      const isBare = (plainValue(pattern, 'patternType') ?? 'none') === 'none';
      return {
        ...hidden,
        onWhite: font === 'white' && isBare,
        onFill: font !== undefined && font === ground,
      };
    });
  return (style, isText, bare) => {
    const format = formats[style];
    if (!format) return false;
    return (isText ? format.texts : format.numbers) || (bare && (format.onWhite || format.onFill));
  };
}

/** Which values a number format shows nothing of (18.8.31): its sections are for positive, negative, zero and text. */
function hiddenBy(code: string): { readonly numbers: boolean; readonly texts: boolean } {
  const sections = sectionsOf(code);
  const isEmpty = sections.map((section) =>
    /^$/.test(section.replace(/\[[^\]]*\]/g, '').replace(/"\s*"|\\\s|_.|\*.|\s/g, '')),
  );
  if (sections.length < 2) return { numbers: code !== '' && (isEmpty[0] ?? false), texts: false };
  return { numbers: isEmpty.slice(0, 3).every(Boolean), texts: sections.length > 3 && (isEmpty[3] ?? false) };
}

function sectionsOf(code: string): string[] {
  return code.replace(/"[^"]*"|\\./g, (quoted) => quoted.replaceAll(';', ',')).split(';');
}

/** A colour as far as two are to be told apart; automatic ones are undefined. */
function colourOf(colour: Element | undefined): string | undefined {
  if (!colour || isTrue(plainValue(colour, 'auto'))) return undefined;
  const rgb = plainValue(colour, 'rgb')?.slice(-6).toUpperCase();
  const indexed = plainValue(colour, 'indexed');
  const theme = plainValue(colour, 'theme');
  const tint = Number(plainValue(colour, 'tint') ?? 0);
  if (rgb === 'FFFFFF' || indexed === '1' || indexed === '9' || (theme === '0' && tint === 0)) return 'white';
  if (rgb !== undefined) return rgb;
  if (theme !== undefined) return `theme ${theme} ${tint}`;
  return indexed === undefined || Number(indexed) > 63 ? undefined : `indexed ${indexed}`;
}
