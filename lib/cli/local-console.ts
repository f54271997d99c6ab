// The console of folder mode: on this machine only, with an address of their own for each person, so that whoever asks
// for a release and whoever approves it are two.

import { userInfo } from 'node:os';
import { consoleApp } from '../console/app.ts';
import { localSessions, type Person } from '../console/sessions.ts';
import { tokenSignIn } from '../console/sign-in-tokens.ts';
import { payloadKey } from '../core/records-cases.ts';
import type { FolderPipeline } from '../folder-pipeline.ts';
import { handOutFrom } from '../hand-out.ts';
import type { Log } from '../log.ts';
import { openPictures } from '../pictures.ts';
import { localPrincipal } from '../review/principals.ts';
import { type Io, UsageError } from './command.ts';
import { listen } from './listen.ts';
import { printable } from './printable.ts';

const HOSTNAME = '127.0.0.1';
const MAX_PEOPLE = 20;

/** Rejects with a UsageError: names that are empty, too many, or one person twice. */
export function readPeople(text: string | undefined): readonly Person[] {
  const names = (text ?? `${userInfo().username},colleague`).split(',').map((name) => name.trim());
  const isUnusable = names.some((name) => name === '' || name.length > 100 || /[\p{Cc}\p{Cf}]/u.test(name));
  if (isUnusable || names.length > MAX_PEOPLE || new Set(names.map(localPrincipal)).size < names.length)
    throw new UsageError('the people who review are names with commas between them, each another person');
  return names.map((name) => ({ name, roles: ['reviewer', 'approver', 'lead', 'break-glass'] }));
}

/** Loopback only. Prints an address for each person, and a new one when it has been used. */
export async function openConsole(
  pipeline: FolderPipeline,
  { port, people, log, io }: { readonly port: number; readonly people: readonly Person[]; log: Log; io: Io },
): Promise<() => Promise<void>> {
  const pictures = openPictures(pipeline.policyFile);
  let taken = port;
  const sessions = localSessions((person) => invite(person));
  const invite = (person: Person) =>
    io.err(
      `console for ${printable(person.name).padEnd(12)} http://${HOSTNAME}:${taken}/sign-in?token=${sessions.tokenFor(person)}`,
    );
  const app = consoleApp({
    ...{ review: pipeline.review, status: pipeline.status, signIn: tokenSignIn(sessions) },
    pictures: async (order) =>
      pictures.make(order, (await pipeline.review.quarantine.get(payloadKey(order.caseId)))?.body),
    ...{ upload: pipeline.upload, maxUploadBytes: pipeline.maxUploadBytes },
    handOut: handOutFrom(pipeline.review.quarantine),
    documents: pipeline.takeDowns,
    isOurHost: (host) => /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host),
    onFailure: (error) => log('error', 'the console failed', {}, error),
  });
  const opened = await listen(app.fetch, { hostname: HOSTNAME, port }, 'choose another with --port N');
  taken = opened.port;
  io.err(`console             http://${HOSTNAME}:${taken}/`);
  for (const person of people) invite(person);
  return async () => {
    await opened.close();
    await pictures.close();
  };
}
