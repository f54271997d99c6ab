// Whether what we need on this machine is there and works: each engine is given a tiny document that it has to read.

import { LIMITS } from './core/limits.ts';
import { converterVersion } from './engines/converter.ts';
import { exiftoolVersion } from './engines/exiftool.ts';
import { qpdfVersion } from './engines/qpdf.ts';
import { describeScanner, type ScannerFacts } from './scanners/choose.ts';
import { openWorkshop } from './tools.ts';

export type Check = {
  readonly check: string;
  readonly ok: boolean;
  readonly says: string;
  /** What brings it, where it is missing; or what makes it better. */
  readonly hint?: string;
};

type Env = Readonly<Record<string, string | undefined>>;

/** Looks at everything; never rejects for what is missing. */
export async function selfCheck(env: Env): Promise<readonly Check[]> {
  const { engines, close } = openWorkshop();
  try {
    return await Promise.all([
      nodeCheck(),
      works('qpdf', 'apt-get install qpdf', async () => {
        const version = await qpdfVersion(LIMITS);
        if ((await engines.qpdf(TINY_PDF, [])).length === 0) throw new Error('it writes nothing');
        return version ?? 'unknown version';
      }),
      works('PDFium', 'npm ci', async () => {
        const pages = await engines.pdfium(TINY_PDF, ({ pageCount }) => pageCount);
        if (pages !== 1) throw new Error(`it counts ${pages} pages where there is 1`);
        return 'reads PDF';
      }),
      works('ExifTool', 'apt-get install perl', async () => {
        const type = (await engines.exiftool(TINY_PNG, 'png')).get('File:FileType');
        if (type !== 'PNG') throw new Error('it does not know a picture');
        return await exiftoolVersion();
      }),
      works('Archive::Zip for Perl', 'apt-get install libarchive-zip-perl', async () => {
        const type = (await engines.exiftool(TINY_DOCX, 'docx')).get('File:FileType');
        if (type !== 'DOCX') throw new Error('without it, ExifTool cannot read inside zip files');
        return 'ExifTool reads inside zip files';
      }),
      works('sharp', 'npm ci', async () => {
        const frames = await engines.pixels(TINY_PNG);
        if (frames.length !== 1) throw new Error(`it counts ${frames.length} frames where there is 1`);
        return 'decodes pictures';
      }),
      describeScanner(env).then(scannerCheck),
      converterVersion(LIMITS).then(converterCheck),
    ]);
  } finally {
    await close();
  }
}

async function nodeCheck(): Promise<Check> {
  const ok = Number(process.versions.node.split('.')[0]) >= 24;
  return {
    check: 'Node',
    ok,
    says: process.versions.node,
    ...(ok ? {} : { hint: 'Node 24 or newer: npm ci brings it' }),
  };
}

async function works(check: string, hint: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { check, ok: true, says: await look() };
  } catch (error) {
    return { check, ok: false, says: error instanceof Error ? error.message : 'it does not work', hint };
  }
}

/** No failure where it is missing: documents from before 2007 are quarantined, as they are unless policy says so. */
export function converterCheck(version: string | undefined): Check {
  const check = 'converter';
  if (version !== undefined) return { check, ok: true, says: `LibreOffice ${version}, in a sandbox` };
  const says =
    'none that works; the console has no pictures of Office documents, and those from before 2007 are quarantined';
  const hint =
    'to have them drawn and, where policy says so, converted: apt-get install bubblewrap libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui';
  return { check, ok: true, says, hint };
}

/** Test signatures find nothing real, and that is said; it is no failure, because a machine without network has none else. */
export function scannerCheck({ signatures, source, version, problem }: ScannerFacts): Check {
  const check = 'clamd';
  if (problem !== null) {
    const hint = source === 'address' ? 'SPOORLOOS_CLAMD says where clamd should be' : 'apt-get install clamav-daemon';
    return { check, ok: false, says: problem, hint };
  }
  if (signatures === 'test') {
    const says = `${version ?? ''}; only test signatures are loaded: real malware will not be found`;
    return { check, ok: true, says, hint: 'official signatures: apt-get install clamav-freshclam, then freshclam' };
  }
  const where = source === 'own' ? 'started when needed, official signatures' : 'runs on this machine';
  return { check, ok: true, says: `${version ?? 'unknown version'}; ${where}` };
}

const TINY_PDF = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n' +
    '0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n160\n%%EOF\n',
);
/** One grey pixel. */
const TINY_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
);
/** A zip file with nothing but a [Content_Types].xml that announces a Word document. */
const TINY_DOCX = Buffer.from(
  'UEsDBBQAAAAAAAAAIQAbFLT+0AAAANAAAAATAAAAW0NvbnRlbnRfVHlwZXNdLnhtbDxUeXBlcyB4bWxucz0iaHR0cDovL3NjaGVtYXMub3Blbnht' +
    'bGZvcm1hdHMub3JnL3BhY2thZ2UvMjAwNi9jb250ZW50LXR5cGVzIj48T3ZlcnJpZGUgUGFydE5hbWU9Ii9kLnhtbCIgQ29udGVudFR5cGU9ImFw' +
    'cGxpY2F0aW9uL3ZuZC5vcGVueG1sZm9ybWF0cy1vZmZpY2Vkb2N1bWVudC53b3JkcHJvY2Vzc2luZ21sLmRvY3VtZW50Lm1haW4reG1sIi8+PC9U' +
    'eXBlcz5QSwECFAAUAAAAAAAAACEAGxS0/tAAAADQAAAAEwAAAAAAAAAAAAAAAAAAAAAAW0NvbnRlbnRfVHlwZXNdLnhtbFBLBQYAAAAAAQABAEEA' +
    'AAABAQAAAAA=',
  'base64',
);
