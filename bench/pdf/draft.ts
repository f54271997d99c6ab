// A PDF before it is written (ISO 32000-2 7.5): numbered objects, and the lists that a carrier can add to. Everything is
// plain syntax, because much of what hides personal data no library would write.

export type Reference = `${number} 0 R`;

export type StreamBody = {
  readonly dict?: string;
  readonly data: string | Uint8Array;
  readonly deflate?: boolean;
  /** Bytes inside the stream, after the end of its data. */
  readonly afterData?: string;
  /** Bytes between `endstream` and `endobj`. */
  readonly afterEndstream?: string;
};
export type Body = string | StreamBody;

export type PageDraft = {
  readonly reference: Reference;
  readonly entries: string[];
  /** Drawn after what the page itself shows. */
  readonly content: string[];
  readonly annotations: string[];
  /** By category of the resource dictionary (7.8.3). */
  readonly resources: Map<string, string[]>;
};

export type Layers = {
  readonly all: Reference[];
  readonly off: Reference[];
  readonly defaults: string[];
  readonly configurations: string[];
};

export type Draft = {
  readonly catalog: string[];
  readonly info: Map<string, string>;
  readonly trailer: string[];
  /** Descriptions in the document's XMP packet, and what fills its padding. */
  readonly xmp: string[];
  padding: string;
  readonly first: PageDraft;
  readonly second: PageDraft;
  /** By tree of the name dictionary (7.7.4), from key to value. */
  readonly names: Map<string, Map<string, string>>;
  readonly fields: Reference[];
  readonly form: string[];
  readonly layers: Layers;
  /** Paragraphs of the second page: entries of the structure element, and words that it shows. */
  readonly paragraphs: { readonly kind?: string; readonly entries: string; readonly words: string }[];
  readonly structure: string[];
  readonly bookmarks: string[];
  readonly pageLabels: [string, string];
  readonly outputIntent: string[];
  readonly profile: Reference;
  readonly font: Reference;
  readonly outlines: Reference;
  readonly objects: (Body | undefined)[];
  /** What an object was in the revision before. */
  readonly earlier: Map<Reference, Body>;
  /** Objects that the cross-reference table calls free. */
  readonly freed: Set<Reference>;
  readonly syntax: { readonly leading: string[]; readonly between: string[]; readonly trailing: string[] };
  add(body: Body): Reference;
  reserve(): Reference;
  set(reference: Reference, body: Body): void;
};

export function emptyDraft(): Draft {
  const objects: (Body | undefined)[] = [];
  const add = (body: Body | undefined): Reference => `${objects.push(body)} 0 R`;
  const page = (): PageDraft => ({
    reference: add(undefined),
    entries: [],
    content: [],
    annotations: [],
    resources: new Map(),
  });
  return {
    catalog: [],
    info: new Map(),
    trailer: [],
    xmp: [],
    padding: '',
    first: page(),
    second: page(),
    names: new Map(),
    fields: [],
    form: [],
    layers: { all: [], off: [], defaults: [], configurations: [] },
    paragraphs: [],
    structure: [],
    bookmarks: [],
    pageLabels: ['/S/r', '/S/D'],
    outputIntent: [],
    profile: add(undefined),
    font: add(undefined),
    outlines: add(undefined),
    objects,
    earlier: new Map(),
    freed: new Set(),
    syntax: { leading: [], between: [], trailing: [] },
    add,
    reserve: () => add(undefined),
    set(reference, body) {
      objects[numberOf(reference) - 1] = body;
    },
  };
}

export function numberOf(reference: Reference): number {
  return Number.parseInt(reference, 10);
}

/** A literal string object (7.3.4.2). */
export function literal(text: string): string {
  return `(${text.replace(/[\\()]/g, '\\$&')})`;
}

/** A text string in UTF-16, written in hexadecimal digits (7.9.2.2, 7.3.4.3). */
export function utf16(text: string): string {
  return `<${Buffer.from(`\ufeff${text}`, 'utf16le').swap16().toString('hex')}>`;
}

/** The path of somebody's file. Texts that readers see or hear are kept unless they are such a thing. */
export function pathOf(user: string): string {
  return `C:\\Users\\${user}\\Documents\\foto.png`;
}

export function addName(draft: Draft, tree: string, key: string, value: string): void {
  const names = draft.names.get(tree) ?? new Map<string, string>();
  names.set(key, value);
  draft.names.set(tree, names);
}

export function addResource(page: PageDraft, category: string, entry: string): void {
  page.resources.set(category, [...(page.resources.get(category) ?? []), entry]);
}

/** A form XObject that draws what is given, in the document's font. */
export function drawing(draft: Draft, content: string, more = ''): Reference {
  return draft.add({
    dict: `/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1 ${draft.font}>>>>${more}`,
    data: content,
    deflate: true,
  });
}

/** Words as an appearance stream. */
export function words(draft: Draft, shown: string, more = ''): Reference {
  return drawing(draft, `BT /F1 9 Tf 2 5 Td ${literal(shown)} Tj ET`, more);
}

/** An annotation that draws nothing, whatever a viewer would draw for its kind. */
export function silent(draft: Draft, subtype: string, entries: string): Reference {
  const nothing = drawing(draft, '');
  return draft.add(`<</Type/Annot/Subtype/${subtype}/Rect[500 20 520 40]/F 4/AP<</N ${nothing}>>${entries}>>`);
}
