// Cells and areas of sheets by their references.

/** 1 for A, 28 for AB; 0 where there is no column in the reference. */
export function columnOf(reference: string): number {
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const letter = reference.charCodeAt(i) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column;
}

/** The letters of a column. */
export function lettersOf(column: number): string {
  let letters = '';
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return letters;
}

/** The rows and columns of a reference such as A1:B9, ends included; undefined where it is no such thing. */
export function areaOf(reference: string) {
  const found = /^\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$/.exec(reference);
  if (!found) return undefined;
  const [, left = '', top = '', right = left, bottom = top] = found;
  return { left: columnOf(left), top: Number(top), right: columnOf(right), bottom: Number(bottom) };
}

export type Area = NonNullable<ReturnType<typeof areaOf>>;

export function isIn(areas: readonly Area[], row: number, column: number): boolean {
  return areas.some(({ left, top, right, bottom }) => row >= top && row <= bottom && column >= left && column <= right);
}
