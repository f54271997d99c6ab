// Formulas and addresses of OpenDocument (ODF 1.3 part 4, 5.8) in the form that others are read in: a reference stands in
// brackets, [.A1] or [$Sheet.A1:.B2], and arguments are parted by semicolons.

const STRING = /"(?:[^"]|"")*"/;
const REFERENCE = /(?<![\p{L}\p{N}_.])\[(?:'(?:[^']|'')*'|[^\]'])*\]/u;
const PIECES = new RegExp(`${STRING.source}|${REFERENCE.source}`, 'gu');
/** Nobody can tell what it reads. */
const UNCLEAR = 'INDIRECT()';

/** The formula as workbooks of the other kind write it; what cannot be told reads anything. */
export function plainFormula(formula: string): string {
  const [prefix = ''] = /^[\w.-]*:?=/.exec(formula) ?? [];
  const body = formula.slice(prefix.length);
  // Formulas in the syntax of other programs are in that form already.
  if (prefix.startsWith('msoxl:')) return body;
  return body.replace(PIECES, (piece) => (piece.startsWith('[') ? plainReference(piece.slice(1, -1)) : piece));
}

/** The same of a condition, which may be a formula or a comparison by a word of its own. */
export function plainCondition(condition: string): string {
  return plainFormula(condition.replace(/^(?:[a-z]+:)?(?:is-true-formula|formula-is)?/, ''));
}

/** The formula that reads everything in a list of addresses. */
export function formulaOfAddresses(addresses: string): string {
  const each = addresses.match(/(?:'(?:[^']|'')*'|[^\s'])+/g) ?? [];
  return each.map(plainReference).join(';');
}

const END = /^(?:\$?((?:'(?:[^']|'')*')|[^'.#]*)\.)?(\$?[A-Z]{1,3}\$?\d{1,7}|\$?[A-Z]{1,3}|\$?\d{1,7})$/i;

function plainReference(reference: string): string {
  if (reference === '' || reference.includes('#REF!')) return '#REF!';
  const [from = '', to, ...more] = splitAt(reference);
  const one = END.exec(from);
  const two = to === undefined ? one : END.exec(to);
  if (!one || !two || more.length > 0) return UNCLEAR;
  const [sheet, other] = [nameOf(one[1]), nameOf(two[1])];
  if (to !== undefined && other !== '' && other !== sheet) return `'${sheet}'!A1+'${other}'!A1+${UNCLEAR}`;
  const cells = to === undefined ? one[2] : `${one[2]}:${two[2]}`;
  return `${sheet === '' ? '' : `'${sheet}'!`}${cells}`;
}

/** At colons outside of names. */
function splitAt(reference: string): readonly string[] {
  return reference.match(/(?:'(?:[^']|'')*'|[^:'])+/g) ?? [];
}

const nameOf = (text = '') => (text.startsWith("'") ? text.slice(1, -1) : text.replaceAll("'", "''"));
