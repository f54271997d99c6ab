// LibreOffice (https://www.libreoffice.org, native, MPL-2.0) reads documents from before 2007, which nobody edits in place
// with any certainty. It is a large program on hostile bytes: it runs in a sandbox of bubblewrap's without network, other
// processes, or any file but its own and the document, with a profile that is made for the document and thrown away, and
// under limits of the kernel's. Without either of the two programs there is no converter.

import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Converter, LegacyKind } from '../core/engines.ts';
import type { Limits } from '../core/limits.ts';
import type { Printable } from '../core/printed-formats.ts';
import { Refusal } from '../core/refusal.ts';
import { type Exit, launcher } from './launcher.ts';
import { inPrivateDirectory, printedTo } from './private-directory.ts';

const BECOMES: Readonly<Record<LegacyKind, { readonly extension: string; readonly filter: string }>> = {
  doc: { extension: 'docx', filter: 'docx:MS Word 2007 XML' },
  xls: { extension: 'xlsx', filter: 'xlsx:Calc MS Excel 2007 XML' },
  ppt: { extension: 'pptx', filter: 'pptx:Impress MS PowerPoint 2007 XML' },
};

// What a name ends in makes LibreOffice pick a reader; which OpenDocument or old document it has before it, it sees itself.
// Under no such name it prints the bytes of what it does not know.
const PRINTED_AS: Readonly<Record<Printable, string>> = {
  ...{ docx: 'docx', xlsx: 'xlsx', pptx: 'pptx', odf: 'odt', rtf: 'rtf', ole: 'doc' },
  ...{ emf: 'emf', wmf: 'wmf', bmp: 'bmp' },
};

const MB = 1024 * 1024;
// Of address space, much of which libraries and threads only reserve; memory is limited as for every program.
const ROOM = { addressBytes: 4096 * MB, stackBytes: 8 * MB };

const READ_ONLY = ['/etc/fonts', '/etc/libreoffice', '/etc/ld.so.cache', '/etc/alternatives', '/usr/local/share/fonts'];
const HERE = '/document';

/** The program and its arguments before the document's, to be run in the document's directory. */
export type Sandboxed = readonly string[];

/** What its makers' own packages install; what else is there is none of its business. */
function officesInOpt(): readonly string[] {
  const installed = existsSync('/opt') ? readdirSync('/opt') : [];
  return installed.filter((name) => name.startsWith('libreoffice')).map((name) => `/opt/${name}`);
}

/** A program in the sandbox, with files of the distribution alone: it may show pictures that a document only names. */
export const sandboxed = (program: string): Sandboxed => [
  ...['bwrap', '--unshare-all', '--die-with-parent', '--new-session', '--clearenv'],
  ...['--setenv', 'HOME', HERE, '--setenv', 'PATH', '/usr/bin:/bin', '--setenv', 'LC_ALL', 'C.UTF-8'],
  ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/lib', '/lib'],
  ...['--symlink', 'usr/lib64', '/lib64', '--tmpfs', '/usr/local'],
  ...[...READ_ONLY, ...officesInOpt()].flatMap((path) => ['--ro-bind-try', path, path]),
  ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--bind', '.', HERE, '--chdir', HERE, program],
];

// No macro runs, no text or object elsewhere is fetched, nothing is looked up. Pictures elsewhere are not either, but for those
// of backgrounds and inside SVG, which no setting is asked about: the sandbox holds none. Dates and file names are computed anew all the same, which the
// comparison of texts finds.
const SETTINGS: readonly (readonly [path: string, name: string, value: string])[] = [
  ['Office.Common/Security/Scripting', 'DisableMacrosExecution', 'true'],
  ['Office.Common/Security/Scripting', 'MacroSecurityLevel', '3'],
  ['Office.Common/Security/Scripting', 'DisableActiveContent', 'true'],
  ['Office.Common/Security/Scripting', 'BlockUntrustedRefererLinks', 'true'],
  ['Office.Writer/Content/Update', 'Link', '0'],
  ['Office.Calc/Content/Update', 'Link', '1'],
  ['Office.Calc/Formula/Load', 'OOXMLRecalcMode', '1'],
  ['Office.Calc/Formula/Load', 'ODFRecalcMode', '1'],
];
const PROFILE =
  '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
  SETTINGS.map(
    ([path, name, value]) =>
      `<item oor:path="/org.openoffice.${path}"><prop oor:name="${name}" oor:op="fuse"><value>${value}</value></prop></item>`,
  ).join('') +
  '</oor:items>';

/** Runs LibreOffice on one document at a time per call. Rejects with a Refusal whose detail never quotes it. */
export function converter(limits: Limits, program?: Sandboxed): Converter {
  const run = libreOffice(limits, program);
  return (untrusted, kind) => run(untrusted, { from: kind, ...BECOMES[kind] });
}

/** Makes a PDF of a document. What it writes is as hostile as the document. */
export type Printer = (untrusted: Uint8Array, format: Printable) => Promise<Uint8Array>;

/** Prints the first pages, `maxRenderedPages` of them; rejects as a converter does. */
export function printer(limits: Limits, program?: Sandboxed): Printer {
  const run = libreOffice(limits, program);
  // One filter prints whatever is open. A long sheet would be thousands of pages.
  const pages = { type: 'string', value: `1-${limits.maxRenderedPages}` };
  const options = { PageRange: pages, ExportNotes: { type: 'boolean', value: 'false' } };
  const filter = `pdf:writer_pdf_Export:${JSON.stringify(options)}`;
  return (untrusted, format) => run(untrusted, { from: PRINTED_AS[format], extension: 'pdf', filter });
}

type Order = { readonly from: string; readonly extension: string; readonly filter: string };

function libreOffice(limits: Limits, program: Sandboxed = sandboxed('soffice')) {
  const launch = launcher({ ...limits, ...ROOM });
  return (untrusted: Uint8Array, { from, extension, filter }: Order): Promise<Uint8Array> =>
    inPrivateDirectory('convert', { name: `in.${from}`, bytes: untrusted }, async (directory) => {
      mkdirSync(join(directory, 'profile', 'user'), { recursive: true });
      writeFileSync(join(directory, 'profile', 'user', 'registrymodifications.xcu'), PROFILE);
      const exit = await launch([...program, ...optionsFor(filter), `in.${from}`], directory).catch(() => undefined);
      await refuseFailures(exit, directory);
      return resultIn(directory, `in.${extension}`, limits);
    });
}

function optionsFor(filter: string): readonly string[] {
  return [
    `-env:UserInstallation=file://${HERE}/profile`,
    ...['--headless', '--norestore', '--nolockcheck', '--nodefault', '--nologo', '--nofirststartwizard'],
    ...['--convert-to', filter, '--outdir', 'out'],
  ];
}

async function refuseFailures(exit: Exit | undefined, directory: string): Promise<void> {
  if (exit?.outOfTime || exit?.signal === 'SIGXCPU') throw new Refusal('timeout', 'converting took too long');
  if (exit?.signal === 'SIGXFSZ' || exit?.signal === 'SIGKILL')
    throw new Refusal('limit', 'converting needed too much memory or space');
  if (exit?.signal !== undefined) throw new Refusal('crashed', `the converter was ended by ${exit.signal}`);
  if (exit?.code === 0) return;
  const said = await printedTo(join(directory, 'stderr'));
  const isMissing = exit === undefined || /^(?:setpriv|prlimit|bwrap): /m.test(said);
  throw isMissing
    ? new Refusal('legacy-format', 'there is no converter that works: LibreOffice in bubblewrap')
    : new Refusal('crashed', `the converter exited with ${exit?.code}`);
}

/** It says that it did well where it did nothing; and what it leaves may lead out of the directory. */
function resultIn(directory: string, name: string, { maxInputBytes }: Limits): Uint8Array {
  const file = join(directory, 'out', name);
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (!found?.isFile() || !lstatSync(join(directory, 'out')).isDirectory())
    throw new Refusal('malformed', 'the converter cannot read the document');
  if (found.size > maxInputBytes) throw new Refusal('limit', 'the converted document is too large');
  return readFileSync(file);
}

/** What LibreOffice calls its version in the sandbox, or undefined where it does not answer. */
export function converterVersion(limits: Limits): Promise<string | undefined> {
  const launch = launcher({ ...limits, ...ROOM });
  return inPrivateDirectory('convert', { name: 'in.doc', bytes: new Uint8Array() }, async (directory) => {
    const exit = await launch([...sandboxed('soffice'), '--version'], directory).catch(() => undefined);
    if (exit?.code !== 0) return undefined;
    return /^LibreOffice (\d[\d.]*)/.exec(await printedTo(join(directory, 'stdout')))?.[1];
  });
}
