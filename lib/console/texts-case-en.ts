// What the page of a case says, in English.

export type CaseTexts = {
  readonly heading: string;
  readonly back: string;
  readonly why: string;
  readonly mend: string;
  readonly detail: string;
  readonly findings: string;
  readonly noFindings: string;
  readonly facts: string;
  readonly document: string;
  readonly version: string;
  readonly bytes: string;
  readonly sha256: string;
  readonly notRead: string;
  readonly uploader: string;
  readonly notKnown: string;
  readonly format: string;
  readonly policy: string;
  readonly release: string;
  readonly quarantinedAt: string;
  readonly assignee: string;
  readonly nobody: string;
  readonly hold: (by: string, reason: string) => string;
  readonly request: (by: string, reason: string, until: string) => string;
  readonly requested: (by: string, reason: string, until: string) => string;
  readonly approved: (by: string, at: string) => string;
  readonly wasApproved: (by: string, at: string) => string;
  readonly rules: string;
  readonly ended: Readonly<Record<'newer' | 'removed' | 'published' | 'another-case', string>>;
  readonly timeline: string;
  readonly untouched: string;
  readonly earlier: (count: number) => string;
  readonly views: string;
  readonly tookOriginal: string;
  readonly viewsUnreadable: (count: number) => string;
  readonly pages: string;
  readonly picture: (page: number, of: number) => string;
  readonly noPicture: string;
  readonly noConverter: string;
  /** Under pictures of what LibreOffice prints; of how many pages at most. */
  readonly printed: (pages: number) => string;
  readonly pictureWaits: string;
  readonly pictureFailed: string;
  readonly boxes: string;
  readonly masked: string;
  readonly after: string;
  readonly afterIs: string;
  readonly pictureAfter: (page: number, of: number) => string;
  readonly afterWaits: string;
  readonly lookAgain: string;
  readonly afterUndrawn: string;
  readonly afterNone: (means: string) => string;
  readonly nextPage: string;
  readonly previousPage: string;
  readonly actions: string;
  readonly noActions: string;
  readonly notFound: string;
  readonly malware: string;
  readonly past: {
    readonly heading: string;
    /** Of what is public now, and of what was. */
    readonly isPublic: (since: string | undefined) => string;
    readonly isChanging: string;
    readonly wasPublic: (from: string, to: string | undefined) => string;
    readonly wasThere: string;
    readonly never: string;
    readonly times: string;
    readonly stretch: (from: string, to: string | undefined, isNow: boolean) => string;
    readonly isThis: string;
    readonly isCut: string;
    readonly others: string;
    readonly noOthers: string;
    readonly twins: string;
    readonly noTwins: string;
    readonly notRead: string;
    readonly hasMore: string;
    readonly ofVersion: string;
    readonly released: string;
    readonly hasMoreReleased: string;
    readonly isPublicNow: string;
    readonly isNotPublicNow: string;
    readonly isBeingChanged: string;
  };
};

export const CASE_EN: CaseTexts = {
  heading: 'Case',
  back: 'All cases',
  why: 'Why it was held back',
  mend: 'What whoever published it can do',
  detail: 'More exactly',
  findings: 'What was found',
  noFindings: 'Nothing was found: it was held back before it could be looked into.',
  facts: 'The document',
  document: 'Name',
  version: 'Version',
  bytes: 'Bytes',
  sha256: 'SHA-256 of the original',
  notRead: 'the original was never read',
  uploader: 'Uploaded by',
  notKnown: 'not known',
  format: 'Format',
  policy: 'Policy',
  release: 'Judged by',
  quarantinedAt: 'Quarantined',
  assignee: 'Assigned to',
  nobody: 'nobody',
  hold: (by, reason) => `Legal hold by ${by}: ${reason}. Nothing of this case can be deleted.`,
  request: (by, reason, until) => `${by} asks for its release, until ${until}: ${reason}`,
  requested: (by, reason, until) => `${by} asked for its release, until ${until}: ${reason}`,
  approved: (by, at) => `Approved by ${by} on ${at}. It is judged again, and published if nothing else holds it back.`,
  wasApproved: (by, at) => `Approved by ${by} on ${at}.`,
  rules: 'Despite',
  ended: {
    newer: 'A newer version was uploaded, and is judged by itself.',
    removed: 'The document was deleted.',
    published: 'The same version was judged again and is published.',
    'another-case': 'The same version was judged again, and is held back as another case.',
  },
  timeline: 'What was done',
  untouched: 'Nothing yet.',
  earlier: (count) => `Earlier entries, which are not shown here: ${count}.`,
  views: 'Who looked last',
  tookOriginal: 'fetched the original',
  viewsUnreadable: (count) => `Records of views that were edited or are damaged: ${count}.`,
  pages: 'What it looks like',
  picture: (page, of) => `Page ${page} of ${of} of the original, as a picture`,
  noPicture: 'There is no picture of this document.',
  noConverter:
    'LibreOffice prints such documents for their pictures, in a sandbox of bubblewrap. Where this console has its pictures drawn, these are not both there (on a machine of your own, spoorloos doctor says what is missing).',
  printed: (pages) =>
    `The pictures show what LibreOffice prints, ${pages} pages at most. What is hidden is not on them (sheets, rows, slides, text), nor are comments and notes, and Word, Excel or PowerPoint may lay it out otherwise.`,
  pictureWaits: 'It is being drawn.',
  pictureFailed: 'It could not be drawn this time.',
  boxes: 'Boxes on it:',
  masked: 'masked',
  after: 'As it would be published',
  afterIs:
    'So it would be published if what holds it back were waived. What a failed redaction leaves to be read is painted over here. Nothing of it has been stored.',
  pictureAfter: (page, of) => `Page ${page} of ${of} as it would be published, as a picture`,
  afterWaits: 'It is being rebuilt, to show what would be published.',
  lookAgain: 'Look again',
  afterUndrawn: 'It could be rebuilt, and there is no picture of what became of it.',
  afterNone: (means) => `There is no picture of it, because it cannot be rebuilt: ${means}.`,
  nextPage: 'Next page',
  previousPage: 'Previous page',
  actions: 'Decide',
  noActions: 'There is nothing that you can do with this case now.',
  notFound: 'There is no such case.',
  malware: 'A malware engine recognised this document. Do not open it.',
  past: {
    heading: 'What is known of it',
    isPublic: (since) => `A version of this document is public now${since ? `, and has been since ${since}` : ''}.`,
    isChanging: 'Whether something of this document is public is being changed at this moment.',
    wasPublic: (from, to) =>
      `Nothing of this document is public now. It was, from ${from} ${to ? `until ${to}` : 'on; its end is not on record'}.`,
    wasThere: 'It was public before Spoorloos looked into it; since when is not on record.',
    never: 'Nothing of this document was ever public, as far as there is a record.',
    times: 'When it was public',
    stretch: (from, to, isNow) => `${from} – ${to ?? (isNow ? 'now' : 'not on record')}`,
    isThis: 'this very version',
    isCut: 'There is more than was looked at: it may have been public earlier, too.',
    others: 'Other cases of this document',
    noOthers: 'There is no other case of this document.',
    twins: 'The same bytes under other names',
    noTwins: 'No other case has the same bytes.',
    notRead: 'The original was never read, so it cannot be said whether the same bytes are held back elsewhere.',
    hasMore: 'There are more than are shown.',
    ofVersion: 'Version',
    released: 'Published by this release',
    hasMoreReleased: 'There were more: these are the last ones.',
    isPublicNow: 'something of it is public now',
    isNotPublicNow: 'nothing of it is public now',
    isBeingChanged: 'being changed at this moment',
  },
};
