// Identifiers of people that a text can be searched for without a mistake worth mentioning: mailboxes that are not those
// of an office, accounts of a Windows domain, a citizen service number that says that it is one and passes its test.
// Telephone numbers are left out: too many numbers look like one.

const MAILBOX = /(?<![\w.+%-])\w[\w.+%-]{0,63}@(?:[A-Za-z\d](?:[A-Za-z\d-]{0,61}[A-Za-z\d])?\.){1,8}[A-Za-z]{2,24}/g;
// The domain in capitals, as Windows writes it; a path would go on with another backslash.
const ACCOUNT = /(?<![\w\\.:/-])[A-Z][A-Z\d-]{2,14}\\(?=[a-z\d._-]*[a-z])[a-z][a-z\d._-]{2,19}(?![\w\\:/-])/g;
const NUMBER =
  /\b(?:bsn|burgerservicenummer|sofi-?nummer)\b[^\p{L}\d]{0,12}(?:nr|nummer|is)?[^\p{L}\d]{0,4}\d(?:[ .-]?\d){8}(?!\d)/giu;

// Read by many, belong to nobody.
const OFFICES =
  /^(?:info|information|informatie|contact|mail|post|postbus|postmaster|webmaster|hostmaster|abuse|admin|no-?reply|donotreply|office|kantoor|secretariaat|bestuurssecretariaat|griffie|balie|receptie|loket|klantcontact|klantenservice|kcc|service|servicedesk|servicepunt|helpdesk|support|vragen|help|redactie|pers|press|media|communicatie|woordvoering|nieuws|nieuwsbrief|newsletter|woo|wob|wooverzoek|wooverzoeken|openbaarheid|bezwaar|bezwaarenberoep|klachten|meldpunt|meldingen|privacy|avg|gdpr|fg|dpo|security|cert|ncsc|inkoop|facturen|facturatie|administratie|financien|invoice|sales|billing|hr|personeel|werkenbij|vacatures|jobs|archief|bibliotheek|publicaties|editor|editors|gemeente|provincie|waterschap|ministerie|college|raad|burgemeester|wethouders|team|project|projecten|subsidie|subsidies|vergunningen|handhaving|toezicht|inspectie|opendata|data|statistiek)(?:[._+-][\w.+-]*)?$/i;

/** Whether a mailbox is that of an office. */
function isOffice(mailbox: string): boolean {
  return OFFICES.test(mailbox.slice(0, mailbox.indexOf('@')));
}

/** Eleven-test of citizen service numbers: nine digits weighed 9 to 2 and -1. */
function passesTest(text: string): boolean {
  const digits = [...text.replace(/\D/g, '')].map(Number);
  const sum = digits.reduce((total, digit, at) => total + digit * (at === 8 ? -1 : 9 - at), 0);
  return digits.length === 9 && sum > 0 && sum % 11 === 0;
}

const PERSONAL: readonly (readonly [RegExp, (found: string) => boolean])[] = [
  [MAILBOX, (found) => !isOffice(found)],
  [ACCOUNT, () => true],
  [NUMBER, passesTest],
];

// Texts that are kept are short; what is longer is looked through to here, and beyond that is no text that is read aloud.
const MOST = 100_000;

/** The identifiers of people in a text. */
export function peopleIn(untrusted: string): readonly string[] {
  const text = untrusted.slice(0, MOST);
  // Three characters, one of which every such identifier has.
  if (!/[@\\]|bsn|nummer/i.test(text)) return [];
  // Formulas are read aloud in TeX, whose commands begin with a backslash too.
  const patterns = /[{}$^]/.test(text) ? PERSONAL.filter(([pattern]) => pattern !== ACCOUNT) : PERSONAL;
  return patterns.flatMap(([pattern, isMeant]) => (text.match(pattern) ?? []).filter(isMeant));
}

/** The text without them. */
export function withoutPeople(untrusted: string): string {
  return peopleIn(untrusted)
    .reduce((text, found) => text.replaceAll(found, ''), untrusted)
    .replace(/^mailto:\s*$/i, '')
    .trim();
}
