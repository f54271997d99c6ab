// Where the time of one document goes: the real examination, with the engines and the format's own steps metered. Time
// is charged to the innermost stage, so the stages add up to the whole. Of children only those that have ended count.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Engines, PdfiumDocument } from '../../lib/core/engines.ts';
import type { Format } from '../../lib/core/format.ts';
import { LIMITS } from '../../lib/core/limits.ts';
import { examine } from '../../lib/core/sanitize.ts';
import { type OpenWorkshop, openWorkshop } from '../../lib/tools.ts';
import { childrenMs } from '../machine.ts';
import { rebuildOnly } from './tools.ts';

export type Stage = { readonly name: string; readonly wallMs: number; readonly cpuMs: number };
export type Staged = { readonly outcome: string; readonly bytes: number; readonly stages: readonly Stage[] };

type Meter = {
  readonly stages: () => readonly Stage[];
  async<T>(name: string, use: () => Promise<T>): Promise<T>;
  sync<T>(name: string, use: () => T): T;
};

function newMeter(): Meter {
  const spent = new Map<string, { wallMs: number; cpuMs: number }>();
  const open: string[] = [];
  let children = childrenMs();
  let last = { wall: performance.now(), cpu: ownMs() + children };
  const charge = (mayHaveChildren: boolean) => {
    const cpu = ownMs();
    // Looking at them takes time itself, so only where a program may have run.
    if (mayHaveChildren) children = childrenMs();
    const now = { wall: performance.now(), cpu: cpu + children };
    const name = open.at(-1);
    if (name !== undefined) {
      const stage = spent.get(name) ?? { wallMs: 0, cpuMs: 0 };
      stage.wallMs += now.wall - last.wall;
      stage.cpuMs += now.cpu - last.cpu;
      spent.set(name, stage);
    }
    last = { ...now, cpu: ownMs() + children };
  };
  const enter = (name: string, mayHaveChildren: boolean) => {
    charge(mayHaveChildren);
    open.push(name);
  };
  const leave = (mayHaveChildren: boolean) => {
    charge(mayHaveChildren);
    open.pop();
  };
  return {
    stages: () => [...spent].map(([name, stage]) => ({ name, ...stage })),
    async async(name, use) {
      enter(name, true);
      try {
        return await use();
      } finally {
        leave(true);
      }
    },
    sync(name, use) {
      enter(name, false);
      try {
        return use();
      } finally {
        leave(false);
      }
    },
  };
}

function ownMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Examines the document, or only rebuilds it, and says what each stage took. */
export async function staged(
  untrusted: Uint8Array,
  workshop: OpenWorkshop,
  proof: boolean,
  name = 'large.pdf',
): Promise<Staged> {
  const meter = newMeter();
  const metered = {
    ...workshop,
    engines: meteredEngines(workshop.engines, meter),
    formats: workshop.formats.map((format) => (format.matches(untrusted) ? meteredFormat(format, meter) : format)),
  };
  if (!proof) {
    const body = await rebuildOnly(untrusted, metered);
    return { outcome: 'rebuilt', bytes: body.length, stages: meter.stages() };
  }
  const examined = await meter.async('absence and probes', () => examine(untrusted, name, metered));
  const outcome = examined.outcome === 'published' ? 'published' : `${examined.reason}: ${examined.detail}`;
  const bytes = examined.outcome === 'published' ? examined.body.length : 0;
  return { outcome, bytes, stages: meter.stages() };
}

function meteredFormat(format: Format, meter: Meter): Format {
  return {
    ...format,
    sanitize: (...args) => meter.async('reading, copying, writing', () => format.sanitize(...args)),
    compare: (...args) => meter.async('reading the result as bytes', () => format.compare(...args)),
    visible: (...args) => meter.async('visible text', () => format.visible(...args)),
  };
}

function meteredEngines(engines: Engines, meter: Meter): Engines {
  return {
    ...engines,
    qpdf: Object.assign((...args: Parameters<Engines['qpdf']>) => meter.async('qpdf', () => engines.qpdf(...args)), {
      check: (untrusted: Uint8Array) => meter.async('qpdf --check', () => engines.qpdf.check(untrusted)),
    }),
    exiftool: (...args) => meter.async('ExifTool (own process apart)', () => engines.exiftool(...args)),
    pdfium: (untrusted, use, options) =>
      meter.async('PDFium, opening', () =>
        engines.pdfium(
          untrusted,
          (document) => meter.async('comparing pages', async () => use(meteredDocument(document, meter))),
          options,
        ),
      ),
  };
}

function meteredDocument(document: PdfiumDocument, meter: Meter): PdfiumDocument {
  return {
    ...document,
    pageSize: (page) => meter.sync('PDFium, sizes', () => document.pageSize(page)),
    text: (page) => meter.sync('PDFium, text', () => document.text(page)),
    chars: (page) => meter.sync('PDFium, text', () => document.chars(page)),
    structure: (page) => meter.sync('PDFium, tags', () => document.structure(page)),
    links: (page) => meter.sync('PDFium, links', () => document.links(page)),
    linkTargets: (page) => meter.sync('PDFium, links', () => document.linkTargets(page)),
    render: (page, options) => meter.sync('PDFium, pixels', () => document.render(page, options)),
  };
}

// A process of its own, so that its memory can be told from the bench's: FILE and what to do, the answer as JSON.
const [file, what] = process.argv.slice(2);
if (import.meta.main && file !== undefined) {
  // A machine that has other work to do as well must not end the measurement: its processor time is what counts.
  const workshop = openWorkshop({ limits: { ...LIMITS, wallMs: 20 * LIMITS.wallMs } });
  try {
    process.stdout.write(
      JSON.stringify(await staged(await readFile(file), workshop, what === 'proof', basename(file))),
    );
  } finally {
    await workshop.close();
  }
}
