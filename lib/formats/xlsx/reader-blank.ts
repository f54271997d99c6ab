// The second reader's view of formats that show nothing: by their code, and by the colour of letters on their ground.

/** What a format shows nothing of; `pale` where letters are as white as a ground that nothing paints. */
export type Blank = { readonly numbers: boolean; readonly texts: boolean; readonly pale: boolean };

type Attributes = Readonly<Record<string, string>>;
type Fill = { isSolid: boolean; isNone: boolean; colour: string };

/** Told of every element in the lists of formats, one after the other. */
export function blankFormats() {
  const codes = new Map<string, string>();
  const fonts: string[] = [];
  const fills: Fill[] = [];
  const blank = new Map<string, Blank>();
  let index = 0;
  return {
    see(list: string, name: string, attributes: Attributes): void {
      if (list === 'numFmts' && name === 'numFmt') codes.set(attributes.numFmtId ?? '', attributes.formatCode ?? '');
      if (list === 'fonts' && name === 'font') fonts.push('');
      if (list === 'fonts' && name === 'color') fonts[fonts.length - 1] = colourOf(attributes);
      if (list === 'fills' && name === 'fill') fills.push({ isSolid: false, isNone: true, colour: '' });
      const fill = fills.at(-1);
      if (list === 'fills' && name === 'patternFill' && fill) {
        fill.isSolid = attributes.patternType === 'solid';
        fill.isNone = (attributes.patternType ?? 'none') === 'none';
      }
      if (list === 'fills' && name === 'gradientFill' && fill) fill.isNone = false;
      if (list === 'fills' && name === 'fgColor' && fill) fill.colour = colourOf(attributes);
      if (list !== 'cellXfs' || name !== 'xf') return;
      const font = fonts[Number(attributes.fontId ?? 0)] ?? '';
      const ground = fills[Number(attributes.fillId ?? 0)];
      const [numbers, texts] = emptyOf(codes.get(attributes.numFmtId ?? '') ?? 'General');
      const pale = ground?.isSolid
        ? font !== '' && font === ground.colour
        : font === 'white' && ground?.isNone === true;
      if (numbers || texts || pale) blank.set(String(index), { numbers, texts, pale });
      index++;
    },
    list: (): ReadonlyMap<string, Blank> => blank,
  };
}

function colourOf({ rgb, indexed, theme, tint = '0', auto }: Attributes): string {
  if (auto === '1' || auto === 'true') return '';
  if (rgb !== undefined) return /FFFFFF$/i.test(rgb) ? 'white' : rgb.slice(-6).toUpperCase();
  if (theme !== undefined) return theme === '0' && Number(tint) === 0 ? 'white' : `${theme}/${Number(tint)}`;
  if (indexed === '1' || indexed === '9') return 'white';
  return indexed === undefined || Number(indexed) > 63 ? '' : `#${indexed}`;
}

/** Whether nothing is left of the pieces of a code for numbers, and of the one for texts. */
function emptyOf(code: string): readonly [numbers: boolean, texts: boolean] {
  const pieces: string[] = [''];
  for (let i = 0; i < code.length; i++) {
    const letter = code[i] ?? '';
    const end = letter === '"' ? code.indexOf('"', i + 1) : letter === '[' ? code.indexOf(']', i + 1) : -1;
    if (letter === ';') pieces.push('');
    else if (end > i) {
      // What stands in quotes is shown, what stands in brackets is not.
      if (letter === '"') pieces[pieces.length - 1] += code.slice(i + 1, end).trim();
      i = end;
    } else if (letter === '\\') pieces[pieces.length - 1] += (code[++i] ?? '').trim();
    else if (letter === '_' || letter === '*') i++;
    else pieces[pieces.length - 1] += letter.trim();
  }
  const isEmpty = (from: number, to: number) => pieces.slice(from, to).every((piece) => piece === '');
  if (pieces.length === 1) return [code !== '' && isEmpty(0, 1), false];
  return [isEmpty(0, 3), pieces.length > 3 && isEmpty(3, 4)];
}
