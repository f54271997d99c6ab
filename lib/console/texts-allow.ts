// What is said of the allow-list.

export type AllowTexts = {
  readonly heading: string;
  readonly says: string;
  readonly empty: string;
  readonly isCut: string;
  readonly unreadable: (count: number) => string;
  readonly owner: string;
  readonly rules: string;
  readonly until: string;
  readonly expired: string;
  readonly approved: (by: string, at: string) => string;
  readonly bytes: string;
  /** In the form that asks for a release. */
  readonly everywhere: string;
  readonly holds: string;
  readonly days: (days: number) => string;
  readonly mine: string;
  /** On the page of a case. */
  readonly asked: (owner: string) => string;
  readonly revoked: (by: string, at: string) => string;
};

export const ALLOW_EN: AllowTexts = {
  heading: 'Allow-list',
  says: 'Documents of exactly these bytes are published under any name despite these rules, until that day. Each entry was asked for by one person and approved by another; it is revoked on the page of its case. What was published by then stays.',
  empty: 'Nothing is on the allow-list.',
  isCut: 'There are more than are shown here.',
  unreadable: (count) =>
    `Entries that cannot be read, and let nothing through, because they were edited or are damaged: ${count}.`,
  owner: 'Answers for it',
  rules: 'Despite',
  until: 'Until',
  expired: 'expired',
  approved: (by, at) => `approved by ${by} on ${at}`,
  bytes: 'SHA-256',
  everywhere: 'Publish these bytes under any name, instead of this document once',
  holds: 'For',
  days: (days) => `${days} days`,
  mine: 'me',
  asked: (owner) => `For the allow-list: these bytes under any name. ${owner} answers for it.`,
  revoked: (by, at) => `Revoked by ${by} on ${at}.`,
};

export const ALLOW_NL: AllowTexts = {
  heading: 'Uitzonderingen',
  says: 'Documenten met precies deze inhoud worden onder elke naam gepubliceerd ondanks deze regels, tot die dag. Om elke uitzondering vroeg de een, en een ander keurde haar goed; op de pagina van de zaak wordt zij ingetrokken. Wat dan al is gepubliceerd, blijft.',
  empty: 'Er zijn geen uitzonderingen.',
  isCut: 'Er zijn er meer dan hier staan.',
  unreadable: (count) =>
    `Uitzonderingen die niet te lezen zijn en niets doorlaten, omdat ze veranderd of beschadigd zijn: ${count}.`,
  owner: 'Staat ervoor in',
  rules: 'Ondanks',
  until: 'Tot',
  expired: 'verlopen',
  approved: (by, at) => `goedgekeurd door ${by} op ${at}`,
  bytes: 'SHA-256',
  everywhere: 'Publiceer deze inhoud onder elke naam, in plaats van dit document één keer',
  holds: 'Voor',
  days: (days) => `${days} dagen`,
  mine: 'ik',
  asked: (owner) => `Als uitzondering: deze inhoud onder elke naam. ${owner} staat ervoor in.`,
  revoked: (by, at) => `Ingetrokken door ${by} op ${at}.`,
};
